namespace EvoNas.Tidy.Tests;

/// <summary>Lines fit a page: two files side by side, a diff in a browser.</summary>
public class WidthTests
{
    const int ColumnsMax = 120;

    [Fact]
    public void NoLineIsWiderThanAPage() =>
        Repository.Expect(
            from file in Repository.With(".cs")
            where file.IsUnder("src") || file.IsUnder("tests") || file.IsUnder("build")
            from line in WideLines(file.Text)
            select $"{file}:{line.Number}: {line.Columns} columns",
            $"Wrap these lines at {ColumnsMax} columns; a long string goes on in the next line with +:"
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
