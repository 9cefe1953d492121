namespace EvoNas.Tidy.Tests;

/// <summary>Lines end before a page does: two files side by side, a diff in a browser.</summary>
public class WidthTests
{
    const int ColumnsMax = 120;
    const string ListName = "tests/EvoNas.Tidy.Tests/WideFiles.txt";

    static readonly string[] Wide =
    [
        .. Repository
            .With(".cs")
            .Where(file => file.IsUnder("src") || file.IsUnder("tests") || file.IsUnder("build"))
            .Where(file => WideLines(file.Text).Any())
            .Select(file => file.Leaf)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    static readonly string ListPath = Path.Combine(Repository.Root, ListName);

    /// <summary>The files that are still wider, by name alone, so that a move needs no change here. The list is empty some day.</summary>
    static readonly string[] Listed = File.Exists(ListPath) ? File.ReadAllLines(ListPath) : [];

    [Fact]
    public void NoLineIsWiderThanAPage()
    {
        if (Environment.GetEnvironmentVariable("EVONAS_APPROVE") == "1")
            File.WriteAllLines(ListPath, Wide);
        else
            Repository.Expect(
                from file in Repository.With(".cs")
                where Wide.Contains(file.Leaf) && !Listed.Contains(file.Leaf)
                from line in WideLines(file.Text)
                select $"{file}:{line.Number}: {line.Columns} columns",
                $"Wrap these lines at {ColumnsMax} columns; a long string ends in \" + and goes on in the next line:"
            );
    }

    [Fact]
    public void TheListOfWiderFilesOnlyShrinks() =>
        Repository.Expect(
            Environment.GetEnvironmentVariable("EVONAS_APPROVE") == "1" ? [] : Listed.Except(Wide),
            $"These are wide no more; remove them from {ListName}, or run this test with EVONAS_APPROVE=1:"
        );

    [Theory]
    [InlineData(119, 0)]
    [InlineData(120, 0)]
    [InlineData(121, 1)]
    public void ALineIsWideBeyondTheLastColumn(int columns, int wide) =>
        Assert.Equal(wide, WideLines("short\r\n" + new string('x', columns) + "\r\n").Count());

    static IEnumerable<(int Number, int Columns)> WideLines(string text) =>
        text.Split('\n')
            .Select((line, index) => (index + 1, line.TrimEnd('\r').Length))
            .Where(line => line.Item2 > ColumnsMax);
}
