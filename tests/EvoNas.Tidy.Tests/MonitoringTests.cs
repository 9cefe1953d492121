using System.Text.RegularExpressions;

namespace EvoNas.Tidy.Tests;

/// <summary>docs/monitoring.md lists the instruments that the sources have, each with its kind, its unit and its
/// tags.</summary>
public partial class MonitoringTests
{
    static readonly SourceFile Page = Repository.Files.Single(file => file.Name == "docs/monitoring.md");

    static readonly (string Name, string Kind, string Unit, string File)[] Made =
    [
        .. from file in Repository.With(".cs")
        where file.IsUnder("src")
        from Match made in Creates().Matches(file.Text)
        select (
            made.Groups["name"].Value,
            Words[made.Groups["kind"].Value.Replace("Observable", "")],
            made.Groups["unit"].Value,
            file.Name
        ),
    ];

    static readonly (string Name, string Kind, string Unit, string Tags)[] Listed =
    [
        .. from Match row in Row().Matches(Page.Text)
        select (row.Groups["name"].Value, row.Groups["kind"].Value, row.Groups["unit"].Value, row.Groups["tags"].Value),
    ];

    static Dictionary<string, string> Words =>
        new()
        {
            ["Counter"] = "counter",
            ["UpDownCounter"] = "up-down",
            ["Histogram"] = "histogram",
            ["Gauge"] = "gauge",
        };

    [Fact]
    public void EveryInstrumentIsListedWithItsKindAndUnit()
    {
        Assert.True(Made.Length > 30, "the sources have more instruments than this pattern finds");
        Repository.Expect(
            from made in Made
            where !Listed.Any(listed => (listed.Name, listed.Kind, listed.Unit) == (made.Name, made.Kind, made.Unit))
            select $"{made.Name}: {made.Kind}, {made.Unit} ({made.File})",
            "The table of docs/monitoring.md has no row with these:"
        );
    }

    [Fact]
    public void EveryRowIsAnInstrument() =>
        Repository.Expect(
            from listed in Listed
            where !Made.Any(made => made.Name == listed.Name)
            select listed.Name,
            "No source makes these instruments of docs/monitoring.md:"
        );

    [Fact]
    public void NoInstrumentIsMadeTwice() =>
        Repository.Expect(
            from made in Made.GroupBy(made => made.Name)
            where made.Count() > 1
            select $"{made.Key}: {string.Join(", ", made.Select(one => one.File))}",
            "Two instruments of one name are added up by some collectors, and refused by others:"
        );

    [Fact]
    public void TagsAreSmallClosedSets() =>
        Repository.Expect(
            from listed in Listed
            from tag in listed.Tags.Split(", ")
            where tag is "birth" or "genotype" or "attempt"
            select $"{listed.Name}: {tag}",
            "What is numbered without end belongs into traces and logs:"
        );

    [GeneratedRegex(
        @"Create(?<kind>Counter|UpDownCounter|Histogram|Gauge|ObservableGauge)(<\w+>)?\("
            + @"\s*""(?<name>evonas[\w.]+)"",\s+(?:[\w.]+Read,\s+|\(\) => [^""]+,\s+)?""(?<unit>[^""]+)"""
    )]
    private static partial Regex Creates();

    [GeneratedRegex(
        @"^\| `(?<name>evonas[\w.]+)` \| (?<kind>[\w-]+), `(?<unit>[^`]+)` \| (?<tags>[^|]*) \|",
        RegexOptions.Multiline
    )]
    private static partial Regex Row();
}
