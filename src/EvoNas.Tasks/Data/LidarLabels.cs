using System.Globalization;
using System.Text;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Data;

/// <summary>An object of a plain lidar label file.</summary>
/// <param name="Box">In the lidar's frame.</param>
/// <param name="Class">Its class.</param>
/// <param name="Level">1 or 2; 1 where the file has none.</param>
/// <param name="Score">Confidence; 0 in labels.</param>
readonly record struct LidarObject(Box3 Box, string Class, int Level, double Score);

/// <summary>Text files <c>cx cy cz l w h heading class [level]</c>, and of results
/// <c>cx cy cz l w h heading class score</c>, one object a line.</summary>
static class LidarLabels
{
    /// <summary>Reads the objects of a frame.</summary>
    /// <param name="path">The file.</param>
    /// <param name="scored">Whether these are results.</param>
    /// <exception cref="RequestException">A line has the wrong columns, a side is not positive, or a level is not 1 or
    /// 2.</exception>
    public static LidarObject[] Read(string path, bool scored)
    {
        List<LidarObject> objects = [];
        var number = 0;
        foreach (var line in TextLines.Read(path))
        {
            number++;
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
                continue;
            if (words.Length is < 8 or > 9 || (scored && words.Length < 9))
                throw new RequestException(
                    $"'{path}', line {number}: cx cy cz l w h heading class {(scored ? "score" : "[level]")} were "
                        + $"expected, found {words.Length} columns."
                );
            double Number(int column) => TextLines.Number(path, number, column + 1, words[column]);
            var box = new Box3(Number(0), Number(1), Number(2), Number(3), Number(4), Number(5), Number(6));
            if (!(box.Length > 0 && box.Width > 0 && box.Height > 0))
                throw new RequestException($"'{path}', line {number}: the sides of a box must be positive.");
            var last = words.Length == 9 ? Number(8) : 1;
            if (!scored && last is not (1 or 2))
                throw new RequestException($"'{path}', line {number}: the level must be 1 or 2, found '{words[8]}'.");
            objects.Add(new(box, words[7], scored ? 1 : (int)last, scored ? last : 0));
        }
        return [.. objects];
    }

    /// <summary>The lines of labels, or of results.</summary>
    /// <param name="objects">Of a frame.</param>
    /// <param name="scored">Whether these are results; labels have a level instead.</param>
    public static string Text(IEnumerable<LidarObject> objects, bool scored)
    {
        var text = new StringBuilder();
        foreach (var (box, name, level, score) in objects)
            text.Append(CultureInfo.InvariantCulture, $"{box.X:R} {box.Y:R} {box.Z:R} ")
                .Append(CultureInfo.InvariantCulture, $"{box.Length:R} {box.Width:R} {box.Height:R} {box.Heading:R} ")
                .Append(CultureInfo.InvariantCulture, $"{name} {(scored ? score : level):R}\n");
        return text.ToString();
    }
}
