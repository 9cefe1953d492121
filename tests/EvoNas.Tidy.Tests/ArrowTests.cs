namespace EvoNas.Tidy.Tests;

/// <summary>The arrows between the projects, as drawn in src/README.md.</summary>
public class ArrowTests
{
    /// <summary>The projects and packages that a project may reference (a trailing * matches any ending).</summary>
    static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new()
    {
        ["EvoNas"] = ([], []),
        ["EvoNas.Actors"] = (["EvoNas"], []),
        ["EvoNas.Hosting"] = (
            ["EvoNas.Actors", "EvoNas"],
            ["Akka*", "Serilog", "Microsoft.Data.Sqlite", "SQLitePCLRaw.*", "Npgsql"]
        ),
        ["EvoNas.Simulation"] = (["EvoNas.Actors", "EvoNas"], []),
        ["EvoNas.Storage"] = (
            ["EvoNas.Hosting", "EvoNas.Actors", "EvoNas"],
            ["Microsoft.Data.Sqlite", "SQLitePCLRaw.*", "Npgsql"]
        ),
        ["EvoNas.Torch"] = (["EvoNas"], ["TorchSharp*"]),
        ["EvoNas.Tasks"] = (["EvoNas.Torch", "EvoNas"], ["TorchSharp*", "StbImageSharp"]),
        ["EvoNas.Searches"] = (
            ["EvoNas.Hosting", "EvoNas.Storage", "EvoNas.Tasks", "EvoNas.Torch", "EvoNas.Actors", "EvoNas"],
            ["Serilog"]
        ),
        ["EvoNas.Reports"] = (["EvoNas.Actors", "EvoNas"], []),
        ["EvoNas.Dashboard"] = (
            ["EvoNas.Searches", "EvoNas.Reports", "EvoNas.Hosting", "EvoNas.Storage", "EvoNas.Actors", "EvoNas"],
            ["Microsoft.AspNetCore.OpenApi", "OpenTelemetry.Exporter.Prometheus.AspNetCore", "Microsoft.Data.Sqlite"]
        ),
        ["EvoNas.Cli"] = (["EvoNas*"], ["Serilog*", "Spectre.Console", "System.CommandLine", "OpenTelemetry*"]),
    };

    [Fact]
    public void EveryProjectKnowsOnlyProjectsBelowIt() =>
        Repository.Expect(
            from project in Repository.SourceProjects
            from reference in project.References
            where !Allows(AllowedTo(project).Projects, reference)
            select $"{project.Name} → {reference}",
            "These arrows are not in the design; pass what is needed in as a delegate or a value, or change the "
                + "drawing in src/README.md and this table:"
        );

    [Fact]
    public void EveryProjectHasOnlyItsPackages() =>
        Repository.Expect(
            from project in Repository.SourceProjects
            from package in project.Packages
            where !Allows(AllowedTo(project).Packages, package)
            select $"{project.Name} → {package}",
            "Only Hosting knows Akka.NET, only Torch TorchSharp, and the pure projects know no package:"
        );

    [Fact]
    public void TheTestsOfAProjectReferToIt() =>
        Repository.Expect(
            from tests in Repository.Projects
            where tests.Name.EndsWith(".Tests", StringComparison.Ordinal) && tests.Name != "EvoNas.Tidy.Tests"
            where
                Prefixes(tests.Name[..^".Tests".Length]).FirstOrDefault(IsProject) is not { } project
                || !tests.References.Contains(project)
            select tests.Name,
            "A test project is named for the project that it tests, and refers to it:"
        );

    [Fact]
    public void EveryProjectHasTests() =>
        Repository.Expect(
            from project in Repository.SourceProjects
            where
                !Repository.Projects.Any(tests =>
                    tests.Name == project.Name + ".Tests" && tests.Sources.Any(file => file.Text.Contains("[Fact]"))
                )
            select project.Name,
            "These projects have no test:"
        );

    [Fact]
    public void TheSolutionNamesEveryProject()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "EvoNas.sln")).Replace('\\', '/');
        Repository.Expect(
            from project in Repository.Projects
            where !solution.Contains(project.File.Name)
            where project.Name != "EvoNas.Torch.Gpu" // tests/gpu builds it, for machines with a GPU.
            select project.File.Name,
            "`dotnet sln add` these projects, or `dotnet build` and the tests miss them:"
        );
    }

    [Fact]
    public void EveryCentralVersionIsUsed()
    {
        var users = string.Concat(
            Repository
                .With(".csproj", ".props", ".targets")
                .Where(file => file.Leaf != "Directory.Packages.props")
                .Select(file => file.Text)
        );
        // A version may also be pinned for what packages bring along.
        var pinned = string.Concat(Repository.With("packages.lock.json").Select(file => file.Text));
        var versions = System
            .Xml.Linq.XElement.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion");
        Repository.Expect(
            from version in versions
            let name = version.Attribute("Include")!.Value // A PackageVersion without a name does not build.
            where !users.Contains($"PackageReference Include=\"{name}\"")
            where !pinned.Contains($"\"{name}\": {{\n        \"type\": \"CentralTransitive\"")
            select name,
            "No project refers to these packages of Directory.Packages.props; remove their lines:"
        );
    }

    [Fact]
    public void EveryProjectLocksItsPackagesWithAndWithoutARuntimeIdentifier() =>
        Repository.Expect(
            from project in Repository.Projects
            let name = project.File.Folder + "/packages.lock.json"
            let locked = Repository.Files.FirstOrDefault(file => file.Name == name)?.Text ?? ""
            where !locked.Contains("\"net10.0\"") || !locked.Contains("\"net10.0/linux-x64\"")
            select name,
            "`dotnet restore PROJECT --force-evaluate` writes these:"
        );

    // EvoNas.Hosting.Cluster, EvoNas.Hosting, EvoNas.
    static IEnumerable<string> Prefixes(string name)
    {
        for (; name != ""; name = name[..Math.Max(0, name.LastIndexOf('.'))])
            yield return name;
    }

    static bool IsProject(string name) => Repository.SourceProjects.Any(project => project.Name == name);

    static (string[] Projects, string[] Packages) AllowedTo(Project project) =>
        Allowed.TryGetValue(project.Name, out var allowed)
            ? allowed
            : throw new InvalidOperationException(
                $"{project.Name} is a new project: say in ArrowTests and in src/README.md what it may know."
            );

    static bool Allows(string[] patterns, string name) =>
        patterns.Any(pattern =>
            pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern
        );
}
