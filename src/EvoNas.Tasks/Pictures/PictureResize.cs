using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Pictures;

/// <summary>Brings pictures and masks to the square that a network takes.</summary>
static class PictureResize
{
    // ImageNet's mean colour: 0 after normalisation.
    static readonly byte[] _padding = [124, 116, 104];

    /// <summary>The frame of a picture that is scaled to fit a square and stands in its upper left corner.</summary>
    public static PictureFrame Fit(long id, int width, int height, int side)
    {
        var scale = Math.Min((double)side / width, (double)side / height);
        return new(id, width, height, Rounded(width * scale, side), Rounded(height * scale, side));
    }

    /// <summary>The frame of a picture whose middle fills the square.</summary>
    public static PictureFrame Filled(long id, int width, int height, int side) => new(id, width, height, side, side);

    static int Rounded(double length, int side) => Math.Clamp((int)Math.Round(length), 1, side);

    /// <summary>Scales a picture into its frame, beside which is ImageNet's mean colour.</summary>
    /// <param name="picture">The original.</param>
    /// <param name="frame">Where it goes.</param>
    /// <param name="side">Of the square.</param>
    /// <param name="crops">True: the largest middle part of the frame's shape is taken; false: all of it.</param>
    /// <returns>side·side·3 bytes.</returns>
    public static byte[] Pixels(Picture picture, PictureFrame frame, int side, bool crops)
    {
        var (left, top, width, height) = (0.0, 0.0, (double)picture.Width, (double)picture.Height);
        if (crops)
        {
            var shorter = Math.Min(width, height);
            (left, top, width, height) = ((width - shorter) / 2, (height - shorter) / 2, shorter, shorter);
        }
        var columns = Weights(left, width, picture.Width, frame.FitWidth);
        var rows = Weights(top, height, picture.Height, frame.FitHeight);
        // Rows first into floats of the frame's width, then columns: both passes read neighbours.
        var narrow = new float[picture.Height * frame.FitWidth * 3];
        for (var y = 0; y < picture.Height; y++)
        {
            var source = picture.Rgb.AsSpan(y * picture.Width * 3, picture.Width * 3);
            var target = narrow.AsSpan(y * frame.FitWidth * 3, frame.FitWidth * 3);
            for (var x = 0; x < frame.FitWidth; x++)
            {
                var (first, weights) = columns[x];
                float red = 0,
                    green = 0,
                    blue = 0;
                for (var i = 0; i < weights.Length; i++)
                {
                    var at = 3 * (first + i);
                    red += weights[i] * source[at];
                    green += weights[i] * source[at + 1];
                    blue += weights[i] * source[at + 2];
                }
                (target[3 * x], target[3 * x + 1], target[3 * x + 2]) = (red, green, blue);
            }
        }
        var square = new byte[3 * side * side];
        var padding = _padding.AsSpan();
        for (var at = 0; at < square.Length; at += 3)
            padding.CopyTo(square.AsSpan(at));
        var line = new float[frame.FitWidth * 3];
        for (var y = 0; y < frame.FitHeight; y++)
        {
            var (first, weights) = rows[y];
            Array.Clear(line);
            for (var i = 0; i < weights.Length; i++)
            {
                var source = narrow.AsSpan((first + i) * line.Length, line.Length);
                for (var x = 0; x < line.Length; x++)
                    line[x] += weights[i] * source[x];
            }
            var target = square.AsSpan(3 * y * side, line.Length);
            for (var x = 0; x < line.Length; x++)
                target[x] = (byte)Math.Clamp(line[x] + 0.5f, 0, 255);
        }
        return square;
    }

    /// <summary>Scales labels into a frame by the nearest, beside which is 255.</summary>
    /// <param name="labels">Of the original, row by row.</param>
    /// <param name="frame">Where they go.</param>
    /// <param name="side">Of the square.</param>
    public static byte[] Labels(ReadOnlySpan<byte> labels, PictureFrame frame, int side)
    {
        var square = new byte[side * side];
        Array.Fill(square, byte.MaxValue);
        for (var y = 0; y < frame.FitHeight; y++)
        {
            var row = labels.Slice(Nearest(y, frame.Height, frame.FitHeight) * frame.Width, frame.Width);
            for (var x = 0; x < frame.FitWidth; x++)
                square[y * side + x] = row[Nearest(x, frame.Width, frame.FitWidth)];
        }
        return square;
    }

    static int Nearest(int place, int from, int to) => Math.Min(from - 1, (int)((place + 0.5) * from / to));

    // A triangle as wide as a pixel of the result, at least of the source: bilinear where it grows, and a mean of all
    // that a pixel covers where it shrinks. Half-pixel centres.
    static (int First, float[] Weights)[] Weights(double start, double length, int count, int result)
    {
        var step = length / result;
        var reach = Math.Max(1, step);
        var all = new (int, float[])[result];
        for (var i = 0; i < result; i++)
        {
            var centre = start + (i + 0.5) * step - 0.5;
            var (first, last) = (
                Math.Clamp((int)Math.Ceiling(centre - reach), 0, count - 1),
                Math.Clamp((int)Math.Floor(centre + reach), 0, count - 1)
            );
            var weights = new float[last - first + 1];
            var sum = 0f;
            for (var j = 0; j < weights.Length; j++)
                sum += weights[j] = (float)Math.Max(0, 1 - Math.Abs(first + j - centre) / reach);
            if (sum <= 0)
                (weights[0], sum) = (1, 1);
            for (var j = 0; j < weights.Length; j++)
                weights[j] /= sum;
            all[i] = (first, weights);
        }
        return all;
    }
}
