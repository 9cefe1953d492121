using EvoNas.Networks;

namespace EvoNas.Torch.Data;

/// <summary>The binary form of CIFAR: records of one label byte (CIFAR-100: coarse, then fine) and an image, channels
/// first.</summary>
static class CifarFile
{
    const int CoarseClasses = 20;

    public static ImageSet ReadSet(ReadOnlySpan<string> paths, Shape shape, int classes, bool fine)
    {
        var image = (int)shape.Elements;
        var (labelSize, pixels, labels) = (fine ? 2 : 1, new List<byte[]>(), new List<byte[]>());
        foreach (var path in paths)
        {
            var (images, classesOf) = Read(path, DataFile.Read(path), image, shape.Channels, labelSize);
            IdxFile.CheckLabels(path, classesOf, classes);
            // The parts of one set are equally long; a file cut between two records has no other sign.
            if (labels.Count > 0 && labels[0].Length != classesOf.Length)
                throw DataFile.Bad(
                    path,
                    $"{labels[0].Length} records, as in '{Path.GetFileName(paths[0])}'",
                    $"{classesOf.Length}"
                );
            pixels.Add(images);
            labels.Add(classesOf);
        }
        return new(shape, Joined(pixels), Joined(labels));
    }

    static (byte[] Pixels, byte[] Labels) Read(string path, byte[] content, int image, int channels, int labelSize)
    {
        var record = labelSize + image;
        if (content.Length == 0 || content.Length % record != 0)
            throw DataFile.Bad(
                path,
                $"records of {record} bytes",
                $"{content.Length} bytes, {content.Length % record} over"
            );
        var count = content.Length / record;
        if (labelSize == 2)
            CheckCoarse(path, content, record);
        var (pixels, labels) = (new byte[count * image], new byte[count]);
        for (var i = 0; i < count; i++)
        {
            labels[i] = content[i * record + labelSize - 1];
            ToChannelsLast(content.AsSpan(i * record + labelSize, image), pixels.AsSpan(i * image, image), channels);
        }
        return (pixels, labels);
    }

    // A fine class belongs to one coarse class. Labels in another order, or a file of something else, show here.
    static void CheckCoarse(string path, byte[] content, int record)
    {
        var coarseOf = new Dictionary<byte, byte>();
        for (var i = 0; i < content.Length / record; i++)
        {
            var (coarse, fine) = (content[i * record], content[i * record + 1]);
            if (coarse >= CoarseClasses)
                throw DataFile.Bad(path, $"coarse labels of 0 to {CoarseClasses - 1}", $"{coarse} at index {i}");
            if (coarseOf.TryGetValue(fine, out var known) && known != coarse)
                throw DataFile.Bad(
                    path,
                    $"coarse label {known} with fine label {fine}, as before",
                    $"{coarse} at index {i}"
                );
            coarseOf[fine] = coarse;
        }
    }

    static byte[] Joined(List<byte[]> parts)
    {
        var whole = new byte[parts.Sum(part => part.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(whole, at);
            at += part.Length;
        }
        return whole;
    }

    static void ToChannelsLast(ReadOnlySpan<byte> planes, Span<byte> pixels, int channels)
    {
        var area = planes.Length / channels;
        for (var c = 0; c < channels; c++)
        for (var i = 0; i < area; i++)
            pixels[i * channels + c] = planes[c * area + i];
    }
}
