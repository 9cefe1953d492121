using EvoNas.Searches.Folders;

namespace EvoNas.Searches.Tests.Support;

/// <summary>A folder with a small space of 81 cubes and a table of their scores; it is deleted at the end.</summary>
sealed class CubeFolder : IDisposable
{
    public CubeFolder()
    {
        Home = Directory.CreateTempSubdirectory("evonas-cubes-").FullName;
        Space = Path.Combine(Home, "cubes.json");
        Table = Path.Combine(Home, "cubes.csv");
        File.WriteAllText(
            Space,
            """
            { "name": "cubes", "decisions": [
                { "name": "a", "one_of": ["x", "y", "z"] }, { "name": "b", "one_of": ["x", "y", "z"] },
                { "name": "c", "one_of": ["x", "y", "z"] }, { "name": "d", "one_of": ["x", "y", "z"] } ] }
            """
        );
        File.WriteAllLines(
            Table,
            ["# Every cube, three runs each.", "arch,mean,run1,run2,run3,flops", .. Enumerable.Range(0, 81).Select(Row)]
        );
    }

    public string Home { get; }

    public string Space { get; }

    public string Table { get; }

    /// <summary>A file of this folder, with a text.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Home, name);
        File.WriteAllText(path, text);
        return path;
    }

    // The more z, the better; the runs lie around the mean.
    static string Row(int number)
    {
        var digits = new[] { number / 27, number / 9 % 3, number / 3 % 3, number % 3 };
        var mean = 80 + digits.Sum();
        return $"{string.Concat(digits)},{mean},{mean - 1},{mean},{mean + 1},{1000 * digits.Sum()}";
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
