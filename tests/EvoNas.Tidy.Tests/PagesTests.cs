namespace EvoNas.Tidy.Tests;

/// <summary>Pages lead somewhere, and every room has one.</summary>
public class PagesTests
{
    const int ScreenLines = 60;

    [Fact]
    public void EveryLinkLeadsToAFileOrAHeading() =>
        House.Expect(
            from page in House.With(".md")
            from link in Links.In(page)
            let path = Path.Combine(House.Root, link.Target)
            let target = House.Files.FirstOrDefault(file => file.Name == link.Target)
            where
                target is null && !Directory.Exists(path)
                || link.Anchor != "" && target is not null && !Links.AnchorsOf(target).Contains(link.Anchor)
            select $"{page}:{link.Line}: {link.Text}",
            "These links lead nowhere:"
        );

    [Fact]
    public void EveryRoomHasAReadmeOfOneScreen() =>
        House.Expect(
            from room in House.Rooms
            let readme = House.Files.FirstOrDefault(file => file.Name == room.File.Folder + "/README.md")
            where readme is null || readme.Lines.Length - 1 > ScreenLines
            select readme is null ? $"{room.Name} has none" : $"{readme}: {readme.Lines.Length - 1} lines",
            $"A README of at most {ScreenLines} lines says what a room is for, what it may depend on, and which file to open first:"
        );

    [Fact]
    public void TheMapOfTheHouseNamesEveryRoom()
    {
        var map = File.ReadAllText(Path.Combine(House.Root, "src/README.md"));
        House.Expect(
            from room in House.Rooms
            where !map.Contains($"({room.Name}/README.md)")
            select room.Name,
            "src/README.md does not link to the README of:"
        );
    }

    [Fact]
    public void TheMapOfTheTestsNamesEveryProject()
    {
        var map = File.ReadAllText(Path.Combine(House.Root, "tests/README.md"));
        House.Expect(
            from project in House.Projects
            where project.File.IsUnder("tests") && !map.Contains($"`{project.Name}`")
            select project.Name,
            "tests/README.md does not name:"
        );
    }
}
