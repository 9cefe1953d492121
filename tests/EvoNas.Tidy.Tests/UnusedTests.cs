using System.Text.RegularExpressions;

namespace EvoNas.Tidy.Tests;

/// <summary>Finds unused files. "Used" is a guess by name: cheap, and wrong only where a name is a common
/// word.</summary>
public partial class UnusedTests
{
    static readonly string[] UsedByTools = ["Program.cs", "GlobalUsings.cs", "AssemblyInfo.cs"];

    [Fact]
    public void EverySourceFileDeclaresSomethingThatAnotherFileNames()
    {
        var sources = Repository.With(".cs").Where(file => !UsedByTools.Contains(file.Leaf)).ToArray();
        var words = sources
            .Select(file => (File: file, Words: Word().Matches(file.Text).Select(match => match.Value).ToHashSet()))
            .ToArray();
        // Settings name types too.
        var entry = string.Concat(Repository.With("Program.cs", ".conf").Select(file => file.Text));
        Repository.Expect(
            from file in sources
            where !file.IsUnder("examples") // A page shows them.
            where !file.Text.Contains("Fact]") && !file.Text.Contains("Theory") && !file.Text.Contains("[assembly:")
            let declared = Declared()
                .Matches(file.Text)
                .SelectMany(match => Names(match.Groups["name"].Value))
                .ToHashSet()
            where !declared.Any(entry.Contains)
            let users = words
                .Where(other => other.File != file && declared.Any(other.Words.Contains))
                .Select(other => other.File)
                .ToArray()
            // What several test projects share can live in none of them.
            where
                !users.Any(user => file.IsUnder("tests") || user.IsUnder("src"))
                && users.Select(user => user.Name.Split('/')[1]).Distinct().Count() < 2
            select file.Name,
            "No file of src names what these declare, and of tests at most one project. "
                + "Remove them, use them, or move them there:"
        );
    }

    // An attribute is used without its ending.
    static string[] Names(string name) =>
        name.EndsWith("Attribute", StringComparison.Ordinal) ? [name, name[..^"Attribute".Length]] : [name];

    [Fact]
    public void EveryNativeSourceIsBuiltOrIncluded() =>
        Repository.Expect(
            from file in Repository.With(".cpp", ".cu", ".h")
            where
                !Repository.Files.Any(other =>
                    other != file && other.Folder == file.Folder && other.Text.Contains(file.Leaf)
                )
            select file.Name,
            "Neither CMakeLists.txt nor a source beside them names these:"
        );

    [Fact]
    public void EveryPageIsLinkedFromAnother() =>
        Repository.Expect(
            from page in Repository.With(".md")
            where page.Name is not "README.md"
            where
                !Repository
                    .With(".md")
                    .Any(other => other != page && Links.In(other).Any(link => link.Target == page.Name))
            select page.Name,
            "No page links to these; link them from README.md, src/README.md, tests/README.md or docs/README.md:"
        );

    [Fact]
    public void EverySettingExampleAndDeploymentIsMentioned() =>
        Repository.Expect(
            from file in Repository.Files
            where file.IsUnder("hocon") || file.IsUnder("examples") || file.IsUnder("deploy")
            where !Repository.Files.Any(other => other != file && IsText(other) && other.Text.Contains(file.Leaf))
            select file.Name,
            "Nothing mentions these files:"
        );

    [Fact]
    public void EveryFileOfATestIsReadByIt() =>
        Repository.Expect(
            from tests in Repository.Projects
            where tests.File.IsUnder("tests")
            let text = string.Concat(
                tests
                    .Sources.Where(file =>
                        file.Leaf.EndsWith(".cs", StringComparison.Ordinal)
                        || file.Leaf.EndsWith(".csproj", StringComparison.Ordinal)
                    )
                    .Select(file => file.Text)
            )
            from file in tests.Sources
            where Path.GetExtension(file.Leaf) is not (".cs" or ".csproj" or ".md") && file.Leaf != "packages.lock.json"
            let folder = file.Folder[(file.Folder.LastIndexOf('/') + 1)..]
            where
                !text.Contains(file.Leaf)
                && !text.Contains(file.Stem)
                && !(file.Folder != tests.File.Folder && Regex.IsMatch(text, $@"\b{Regex.Escape(folder)}\b"))
            select file.Name,
            "No source of their test project names these files or their folder:"
        );

    static bool IsText(SourceFile file) =>
        Path.GetExtension(file.Leaf)
            is ".cs"
                or ".md"
                or ".csproj"
                or ".props"
                or ".targets"
                or ".conf"
                or ".service"
                or ".yaml"
                or ""
        || file.Leaf == "Dockerfile";

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Word();

    // Types (TorchSharp's are in lower case), and extension methods, whose class is never named.
    [GeneratedRegex(
        @"\b(?:class|record|struct|interface|enum|delegate\s+[\w<>,?\[\]]+)\s+"
            + @"(?:class\s+|struct\s+)?(?<name>[A-Za-z]\w*)"
            + @"|\bstatic\s+(?!class)[\w<>\[\],?. ()]+?\s(?<name>[A-Z]\w*)\s*(?:<\w+>)?\(\s*this\s"
    )]
    private static partial Regex Declared();
}
