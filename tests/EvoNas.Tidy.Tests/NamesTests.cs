using System.Text.RegularExpressions;

namespace EvoNas.Tidy.Tests;

/// <summary>Names that say what a thing does, files of a size that can be read at a sitting, no work left for
/// later.</summary>
public partial class NamesTests
{
    const int LinesMax = 500;

    // To be split or replaced: the list only shrinks.
    static readonly string[] StillLonger = ["DurableCellTests.cs"];

    // Split, so that this file does not find itself.
    static readonly string[] LeftForLater =
    [
        "TO" + "DO",
        "FIX" + "ME",
        "HA" + "CK",
        "XX" + "X:",
        "NotImplemented" + "Exception",
    ];

    static IEnumerable<SourceFile> Code =>
        Repository.With(".cs", ".cpp", ".h", ".sh").Where(file => file.IsUnder("src") || file.IsUnder("tests"));

    [Fact]
    public void NoNameIsABag() =>
        Repository.Expect(
            from file in Repository.With(".cs", ".csproj")
            let names = file
                .Name.Split('/', '.')
                .Concat(Declared().Matches(file.Text).Select(match => match.Groups["name"].Value))
            from name in names.Distinct()
            where Bag().IsMatch(name)
            select $"{file}: {name}",
            "Ask what it does, and the noun appears:"
        );

    [Fact]
    public void NoFileIsLongerThanASitting() =>
        Repository.Expect(
            from file in Code
            let lines = file.Lines.Length - 1
            where lines > LinesMax && !StillLonger.Contains(file.Leaf)
            select $"{file}: {lines} lines",
            $"More than {LinesMax} lines hold more than one concept; two halves with no field in common are two files:"
        );

    [Fact]
    public void NothingIsLeftForLater() =>
        Repository.Expect(
            from file in Repository.Files
            where !IsBinary(file)
            from line in file.Lines.Index()
            from word in LeftForLater
            where line.Item.Contains(word, StringComparison.Ordinal)
            select $"{file}:{line.Index + 1}: {line.Item.Trim()}",
            "Do it now, or write an issue:"
        );

    [Fact]
    public void NothingNamesAFolderOfOneMachine() =>
        Repository.Expect(
            from file in Repository.Files
            where !IsBinary(file)
            from line in file.Lines.Index()
            where MachineFolder().IsMatch(line.Item)
            select $"{file}:{line.Index + 1}: {line.Item.Trim()}",
            "These paths exist on one machine only:"
        );

    [Theory]
    [InlineData("PopulationManager", true)]
    [InlineData("Utils", true)]
    [InlineData("ShapeHelper", true)]
    [InlineData("Population", false)]
    [InlineData("CommonAncestor", false)]
    public void BagsAreKnownByTheirLastWord(string name, bool isBag) => Assert.Equal(isBag, Bag().IsMatch(name));

    static bool IsBinary(SourceFile file) =>
        Path.GetExtension(file.Leaf) is ".gz" or ".png" or ".gif" or ".db" or ".bin" or ".onnx" or ".zip"
        || file.Text.Contains('\0');

    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\s+(class\s+|struct\s+)?(?<name>[A-Z]\w*)")]
    private static partial Regex Declared();

    [GeneratedRegex(@"(Manager|Helpers?|Utils?|Utilities|Commons?|Abstractions|Misc)$")]
    private static partial Regex Bag();

    [GeneratedRegex(@"(?<![\w.}$/])/(work|root|home/(?!user\b|evonas\b)\w+|Users/\w+)/")]
    private static partial Regex MachineFolder();
}
