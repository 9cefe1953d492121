namespace EvoNas.Tidy.Tests;

/// <summary>Pages lead somewhere, and every project has one.</summary>
public class PagesTests
{
    const int ScreenLines = 60;

    [Fact]
    public void EveryLinkLeadsToAFileOrAHeading() =>
        Repository.Expect(
            from page in Repository.With(".md")
            from link in Links.In(page)
            let path = Path.Combine(Repository.Root, link.Target)
            let target = Repository.Files.FirstOrDefault(file => file.Name == link.Target)
            where
                target is null && !Directory.Exists(path)
                || link.Anchor != "" && target is not null && !Links.AnchorsOf(target).Contains(link.Anchor)
            select $"{page}:{link.Line}: {link.Text}",
            "These links lead nowhere:"
        );

    [Fact]
    public void EveryProjectHasAReadmeOfOneScreen() =>
        Repository.Expect(
            from project in Repository.SourceProjects
            let readme = Repository.Files.FirstOrDefault(file => file.Name == project.File.Folder + "/README.md")
            where readme is null || readme.Lines.Length - 1 > ScreenLines
            select readme is null ? $"{project.Name} has none" : $"{readme}: {readme.Lines.Length - 1} lines",
            $"A README of at most {ScreenLines} lines says what a project is for, "
                + "what it may depend on, and which file to open first:"
        );

    [Fact]
    public void TheMapOfTheSourcesNamesEveryProject()
    {
        var map = File.ReadAllText(Path.Combine(Repository.Root, "src/README.md"));
        Repository.Expect(
            from project in Repository.SourceProjects
            where !map.Contains($"({project.Name}/README.md)")
            select project.Name,
            "src/README.md does not link to the README of:"
        );
    }

    [Fact]
    public void TheMapOfTheTestsNamesEveryProject()
    {
        var map = File.ReadAllText(Path.Combine(Repository.Root, "tests/README.md"));
        Repository.Expect(
            from project in Repository.Projects
            where project.File.IsUnder("tests") && !map.Contains($"`{project.Name}`")
            select project.Name,
            "tests/README.md does not name:"
        );
    }
}
