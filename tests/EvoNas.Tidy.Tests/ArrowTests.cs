namespace EvoNas.Tidy.Tests;

/// <summary>The arrows between the projects, as drawn in src/README.md.</summary>
public class ArrowTests
{
    /// <summary>What a room may know of ours, and which packages (a trailing * stands for any ending).</summary>
    static readonly Dictionary<string, (string[] Rooms, string[] Packages)> Allowed = new()
    {
        ["EvoNas"] = ([], []),
        ["EvoNas.Actors"] = (["EvoNas"], []),
        ["EvoNas.Hosting"] = (["EvoNas.Actors", "EvoNas"], ["Serilog"]),
        ["EvoNas.Hosting.Cluster"] = (
            ["EvoNas.Hosting", "EvoNas.Actors", "EvoNas"],
            ["Akka*", "Serilog", "Microsoft.Data.Sqlite", "SQLitePCLRaw.*", "Npgsql"]
        ),
        ["EvoNas.Simulation"] = (["EvoNas.Actors", "EvoNas"], []),
        ["EvoNas.Storage"] = (
            ["EvoNas.Hosting", "EvoNas.Actors", "EvoNas"],
            ["Microsoft.Data.Sqlite", "SQLitePCLRaw.*", "Npgsql"]
        ),
        ["EvoNas.LibTorch"] = ([], []),
        ["EvoNas.Torch"] = (["EvoNas", "EvoNas.LibTorch"], ["TorchSharp*"]),
        ["EvoNas.Searches"] = (
            ["EvoNas.Hosting", "EvoNas.Storage", "EvoNas.Torch", "EvoNas.Actors", "EvoNas"],
            ["Serilog"]
        ),
        ["EvoNas.Reports"] = (["EvoNas.Actors", "EvoNas"], []),
        ["EvoNas.Dashboard"] = (["EvoNas.Hosting", "EvoNas.Actors", "EvoNas"], []),
        ["EvoNas.Cli"] = (["EvoNas*"], ["Serilog*", "Spectre.Console", "System.CommandLine", "OpenTelemetry*"]),
    };

    [Fact]
    public void EveryRoomKnowsOnlyRoomsBelowIt() =>
        Repository.Expect(
            from room in Repository.Rooms
            from reference in room.References
            where !Allows(AllowedTo(room).Rooms, reference)
            select $"{room.Name} → {reference}",
            "These arrows are not in the design; pass what is needed in as a delegate or a value, or change the picture in src/README.md and this table:"
        );

    [Fact]
    public void EveryRoomHasOnlyItsPackages() =>
        Repository.Expect(
            from room in Repository.Rooms
            from package in room.Packages
            where !Allows(AllowedTo(room).Packages, package)
            select $"{room.Name} → {package}",
            "Only Hosting.Cluster knows Akka.NET, only Storage a database, only Torch TorchSharp, and the pure rooms know no package:"
        );

    [Fact]
    public void TheTestsOfARoomReferToIt() =>
        Repository.Expect(
            from tests in Repository.Projects
            where tests.Name.EndsWith(".Tests", StringComparison.Ordinal) && tests.Name != "EvoNas.Tidy.Tests"
            let room = tests.Name[..^".Tests".Length]
            where !tests.References.Contains(room)
            select $"{tests.Name} does not refer to {room}",
            "A test project mirrors a room of the same name:"
        );

    [Fact]
    public void EveryRoomHasTests() =>
        Repository.Expect(
            from room in Repository.Rooms
            where
                !Repository.Projects.Any(tests =>
                    tests.Name == room.Name + ".Tests" && tests.Sources.Any(file => file.Text.Contains("[Fact]"))
                )
            select room.Name,
            "These rooms have no test:"
        );

    [Fact]
    public void TheSolutionNamesEveryProject()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "EvoNas.sln")).Replace('\\', '/');
        Repository.Expect(
            from project in Repository.Projects
            where !solution.Contains(project.File.Name)
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
        var versions = System
            .Xml.Linq.XElement.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion");
        Repository.Expect(
            from version in versions
            let name = version.Attribute("Include")!.Value // A PackageVersion without a name does not build.
            where !users.Contains($"PackageReference Include=\"{name}\"")
            select name,
            "No project refers to these packages of Directory.Packages.props; remove their lines:"
        );
    }

    static (string[] Rooms, string[] Packages) AllowedTo(Project room) =>
        Allowed.TryGetValue(room.Name, out var allowed)
            ? allowed
            : throw new InvalidOperationException(
                $"{room.Name} is a new room: say in ArrowTests and in src/README.md what it may know."
            );

    static bool Allows(string[] patterns, string name) =>
        patterns.Any(pattern =>
            pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern
        );
}
