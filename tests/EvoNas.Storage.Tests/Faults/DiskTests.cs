namespace EvoNas.Storage.Tests.Faults;

/// <summary>Fault F19 and similar ones, on disks that are really full or really cannot be written.</summary>
public class DiskTests
{
    [ApartFact]
    public async Task AFullDiskLosesNothingAndTheJournalGoesOnWhenThereIsSpace()
    {
        using var folder = new Folder();
        using var process = OtherProcess.StartApart(
            $"mount -t tmpfs -o size=3m tmpfs {folder.Path}",
            "fill",
            folder.Path
        );
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(
            [
                $"Unavailable: The disk of the journal {folder.File("search.db")} is full.",
                "intact: True",
                "went on: True",
            ],
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [ApartFact]
    public async Task AFolderThatCannotBeWrittenCanBeRead()
    {
        using var disk = await Sqlite.JournalOnDisk.Whole(5);
        using var process = OtherProcess.StartApart(
            $"mount --bind {disk.Folder} {disk.Folder} && mount -o remount,bind,ro {disk.Folder}",
            "open",
            disk.Path
        );
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(
            [$"write: Broken: The folder of the journal {disk.Path} cannot be written.", "read: 12 events"],
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }
}
