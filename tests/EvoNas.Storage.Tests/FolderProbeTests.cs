using EvoNas.Actors;
using EvoNas.Storage.Sqlite;
using EvoNas.Storage.Tests.Faults;
using EvoNas.Storage.Tests.Sqlite;

namespace EvoNas.Storage.Tests;

/// <summary>A file system without locks, or one that does not map files (NFS, FUSE, 9p), is told as such.</summary>
public class FolderProbeTests
{
    [Fact]
    public void AFolderOnADiskLacksNothingAndStaysAsItWas()
    {
        using var folder = new Folder();

        Assert.Null(FolderProbe.FaultOf(folder.Path));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void AFolderThatIsNotThereIsNotJudged()
    {
        using var folder = new Folder();

        Assert.Null(FolderProbe.FaultOf(folder.File("none")));
    }

    [TracedTheory]
    [InlineData("flock:error=ENOLCK", " has no locks: two programs can hold the same one.")]
    [InlineData("fcntl:error=ENOLCK", " has no locks: No locks available.")]
    [InlineData("fcntl:error=ENOSYS", " has no locks: Function not implemented.")]
    [InlineData("mmap:error=ENODEV", " cannot map files into shared memory: No such device.")]
    public async Task AJournalIsNotBegunWhereItsFileSystemLacksWhatItNeeds(string call, string lack)
    {
        using var folder = new Folder();
        using var process = OtherProcess.StartWithout(
            call,
            folder.File("evonas.probe"),
            "open",
            folder.File("search.db")
        );
        var said = (await process.StandardOutput.ReadToEndAsync()).Split('\n');
        await process.WaitForExitAsync();

        Assert.StartsWith($"write: Broken: The file system of {folder.Path}", said[0]);
        Assert.EndsWith(lack, said[0]);
        Assert.False(File.Exists(folder.File("search.db")));
    }

    [TracedFact]
    public async Task ALockThatTheFileSystemDoesNotHaveIsNotAnotherPrograms()
    {
        using var folder = new Folder();
        using var process = OtherProcess.StartWithout(
            "fcntl:error=ENOLCK",
            folder.File("evonas.probe"),
            "explain",
            folder.File("search.db")
        );
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.StartsWith($"The file system of {folder.Path}", said);
        Assert.EndsWith(" has no locks: No locks available.\n", said);
    }

    [Theory]
    [InlineData(5, "locked by another program")]
    [InlineData(15, "locked by another program")]
    [InlineData(10 | (8 << 8), "has no locks: oh (code 2058).")]
    [InlineData(10 | (9 << 8), "has no locks: oh (code 2314).")]
    [InlineData(10 | (14 << 8), "has no locks: oh (code 3594).")]
    [InlineData(10 | (15 << 8), "has no locks: oh (code 3850).")]
    [InlineData(10 | (20 << 8), "has no locks: oh (code 5130).")]
    [InlineData(10 | (21 << 8), "cannot map files into shared memory: oh (code 5386).")]
    [InlineData(10 | (4 << 8), "cannot be read or written: oh (code 1034).")]
    public void EveryCodeOfSqliteSaysWhatItIs(int code, string what)
    {
        using var folder = new Folder();

        var fault = SqliteFault.Of(code, "oh", folder.File("search.db"));

        Assert.Contains(what, fault.Message);
        Assert.Equal(JournalTrouble.Unavailable, fault.Trouble);
        Assert.Equal(what.Contains("has no") || what.Contains("cannot map"), fault.Hint == FolderProbe.Hint);
    }
}
