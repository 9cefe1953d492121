using EvoNas.Hosting.Workers;

namespace EvoNas.Hosting.Tests.Workers;

public sealed class SampleShelfTests : IDisposable
{
    readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    SampleShelf Shelf => new(_folder);

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    string? TextOf(long birth) => Shelf.Find(birth) is { } path ? File.ReadAllText(path) : null;

    [Fact]
    public void TheBestAreKeptAndOthersMakeRoom()
    {
        Assert.Null(Shelf.Find(1));
        for (var birth = 1; birth <= 2 * SampleShelf.Most; birth++)
            Shelf.Keep(birth, birth % 2 == 0 ? birth : -birth / 1e9, $"<svg>{birth}</svg>");
        Assert.Equal(SampleShelf.Most, Directory.GetFiles(_folder).Length);
        for (var birth = 1; birth <= 2 * SampleShelf.Most; birth++)
            Assert.Equal(birth % 2 == 0 ? $"<svg>{birth}</svg>" : null, TextOf(birth));
    }

    [Fact]
    public void ABirthHasOneDrawingTheNewest()
    {
        Shelf.Keep(7, 0.5, "<svg>first</svg>");
        Shelf.Keep(7, 1e-5, "<svg>second</svg>");
        Assert.Equal("<svg>second</svg>", TextOf(7));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void WhatIsNoDrawingIsLeftAlone()
    {
        Directory.CreateDirectory(_folder);
        foreach (var name in (string[])["notes.svg", "x-1.svg", "-1.svg", "0-1.svg"])
            File.WriteAllText(Path.Combine(_folder, name), "mine");
        for (var birth = 1; birth <= SampleShelf.Most + 1; birth++)
            Shelf.Keep(birth, birth, "<svg/>");
        Assert.Equal(SampleShelf.Most + 4, Directory.GetFiles(_folder).Length);
        Assert.Null(Shelf.Find(1));
        Assert.Null(Shelf.Find(0));
    }

    [Fact]
    public void AFolderThatCannotBeMadeIsNoFault()
    {
        File.WriteAllText(_folder, "");
        Shelf.Keep(1, 1, "<svg/>");
        Assert.Null(Shelf.Find(1));
        File.Delete(_folder);
    }
}
