using System.Globalization;
using System.Text;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Data;

/// <summary>An object of a KITTI label or result file, in the rectified camera's frame.</summary>
/// <param name="Type">Car, Van, Pedestrian, …; DontCare marks a region without labels.</param>
/// <param name="Truncated">Share outside the image, 0 to 1; −1 if not known.</param>
/// <param name="Occluded">0 visible, 1 partly, 2 largely hidden, 3 not known.</param>
/// <param name="Alpha">Angle of observation in radians; −10 if not known.</param>
/// <param name="Image">Box in the image.</param>
/// <param name="Height">Metres.</param>
/// <param name="Width">Metres.</param>
/// <param name="Length">Metres.</param>
/// <param name="X">Metres to the right.</param>
/// <param name="Y">Metres down, of the bottom of the box.</param>
/// <param name="Z">Metres ahead.</param>
/// <param name="RotationY">Turn about the axis that points down, in radians.</param>
/// <param name="Score">Confidence; 0 in labels.</param>
readonly record struct KittiObject(
    string Type,
    double Truncated,
    int Occluded,
    double Alpha,
    Box Image,
    double Height,
    double Width,
    double Length,
    double X,
    double Y,
    double Z,
    double RotationY,
    double Score
)
{
    /// <summary>Marks a region in which nothing is labelled.</summary>
    public bool IsDontCare => Type.Equals("DontCare", StringComparison.OrdinalIgnoreCase);

    /// <summary>The box with its ground in the camera's x and z, and its height upward.</summary>
    public Box3 Box3 => new(X, Z, Height / 2 - Y, Length, Width, Height, -RotationY);
}

/// <summary>Text files of KITTI's objects, one object a line.</summary>
static class KittiLabels
{
    const int Columns = 15;

    /// <summary>Reads the labels of a frame, or its results.</summary>
    /// <param name="path">The file; CRLF, a byte order mark and blanks at the ends of lines do no harm.</param>
    /// <param name="scored">Whether each line must have a score. Without it a sixteenth column is passed over.</param>
    /// <exception cref="RequestException">A line has too few columns, or a value is no finite number.</exception>
    public static KittiObject[] Read(string path, bool scored)
    {
        List<KittiObject> objects = [];
        var number = 0;
        foreach (var line in TextLines.Read(path))
        {
            number++;
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            if (words.Length < (scored ? Columns + 1 : Columns))
                throw new RequestException(
                    $"'{path}', line {number}: {(scored ? "16 columns with a score" : "15 columns")} were expected "
                        + $"(type truncated occluded alpha x1 y1 x2 y2 h w l x y z ry{(scored ? " score" : "")}), "
                        + $"found {words.Length}."
                );
            double Number(int column) => TextLines.Number(path, number, column + 1, words[column]);
            var occluded = Number(2);
            objects.Add(
                new(
                    words[0],
                    Number(1),
                    occluded is >= -1 and <= 3 && occluded == Math.Floor(occluded)
                        ? (int)occluded
                        : throw new RequestException(
                            $"'{path}', line {number}, column 3: occluded must be -1 to 3, found '{words[2]}'."
                        ),
                    Number(3),
                    Box.OfCorners(Number(4), Number(5), Number(6), Number(7)),
                    Number(8),
                    Number(9),
                    Number(10),
                    Number(11),
                    Number(12),
                    Number(13),
                    Number(14),
                    scored ? Number(15) : 0
                )
            );
        }
        return [.. objects];
    }

    /// <summary>Writes results that KITTI's evaluation and <see cref="Read"/> read.</summary>
    public static void Write(string path, IEnumerable<KittiObject> objects)
    {
        var text = new StringBuilder();
        foreach (var one in objects)
            text.Append(
                    CultureInfo.InvariantCulture,
                    $"{one.Type} {one.Truncated} {one.Occluded} {one.Alpha} {one.Image.X} {one.Image.Y} "
                )
                .Append(
                    CultureInfo.InvariantCulture,
                    $"{one.Image.Right} {one.Image.Bottom} {one.Height} {one.Width} {one.Length} "
                )
                .Append(CultureInfo.InvariantCulture, $"{one.X} {one.Y} {one.Z} {one.RotationY} {one.Score}\n");
        File.WriteAllText(path, text.ToString());
    }
}
