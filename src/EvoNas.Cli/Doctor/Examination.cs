using System.Runtime.InteropServices;
using EvoNas.Cli.Running;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Storage;
using EvoNas.Torch.Data;
using EvoNas.Torch.Devices;
using TorchSharp;

namespace EvoNas.Cli.Doctor;

/// <summary>Looks at everything that a search needs from its machine.</summary>
static class Examination
{
    /// <param name="home">Where searches are to live.</param>
    /// <param name="data">Where data sets are to live.</param>
    /// <param name="reserve">Bytes that must stay free.</param>
    public static IEnumerable<Finding> Of(Home home, string data, long reserve) =>
        [Runtime(), Build(), Torch(), Gpus(), Cores(), HomeFolder(home), Disk(home, reserve), .. DataSets(data)];

    static Finding Runtime() =>
        new(
            "runtime",
            Health.Ok,
            $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, "
                + RuntimeInformation.ProcessArchitecture
        );

    static Finding Build() => new("build", Health.Ok, $"evonas {CommandLine.Evonas.Version}");

    static Finding Torch()
    {
        try
        {
            var description = TorchLibrary.Load();
            var without = TorchFiles.VersionsDoneWithout();
            return new(
                "torch",
                Health.Ok,
                without.Count == 0
                    ? description
                    : $"{description}; goes without {string.Join(", ", without)} of libstdc++, which it does not use"
            );
        }
        catch (FailedException fault)
        {
            return new("torch", Health.Fail, fault.Message, fault.Hint);
        }
    }

    static Finding Gpus()
    {
        if (Gpu.All.Count == 0)
            return new("gpu", Health.Ok, "none: networks train on the CPU");
        var names = string.Join(", ", Gpu.All.Select(gpu => $"{gpu.Name} ({Figures.Bytes(gpu.MemoryBytes)})"));
        try
        {
            TorchLibrary.Load();
        }
        catch (FailedException)
        {
            return new("gpu", Health.Warn, $"{names}; torch cannot be asked");
        }
        return torch.cuda.is_available()
            ? new("gpu", Health.Ok, names)
            : new(
                "gpu",
                Health.Warn,
                $"{names}, but torch has no CUDA: networks train on the CPU",
                "Build with TorchSharp's CUDA package: TorchDevice=cuda ./evonas doctor."
            );
    }

    static Finding Cores() =>
        new(
            "cores",
            Health.Ok,
            $"{Environment.ProcessorCount}, {Figures.Bytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)} of memory"
        );

    static Finding HomeFolder(Home home)
    {
        try
        {
            Directory.CreateDirectory(home.Folder);
            var probe = Path.Combine(home.Folder, $".probe-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            if (FolderProbe.FaultOf(home.Folder) is { } lack)
                return new("home", Health.Fail, lack, FolderProbe.Hint);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new(
                "home",
                Health.Fail,
                $"{home.Folder} cannot be written: {fault.Message}",
                "Give yourself the right to write there, or choose another with EVONAS_HOME."
            );
        }
        return FolderKind.WarningFor(home.Folder) is { } warning
            ? new("home", Health.Warn, warning, "Choose a folder on a local disk with EVONAS_HOME.")
            : new("home", Health.Ok, $"{home.Folder}, {Figures.Counted(home.All().Count(), "search", "searches")}");
    }

    static Finding Disk(Home home, long reserve)
    {
        try
        {
            var free = new DriveInfo(home.Folder).AvailableFreeSpace;
            return free < reserve
                ? new(
                    "disk",
                    Health.Fail,
                    $"{Figures.Bytes(free)} free, {Figures.Bytes(reserve)} are to stay free (evonas.disk-reserve)",
                    "Free some space, or choose another disk with EVONAS_HOME."
                )
                : new("disk", Health.Ok, $"{Figures.Bytes(free)} free");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new("disk", Health.Warn, $"not known: {fault.Message}");
        }
    }

    static IEnumerable<Finding> DataSets(string data)
    {
        var folder = new DataFolder(data);
        foreach (var set in ImageDataSet.All)
            yield return folder.TryLocate(set) is { } found
                ? new(set.Name, Health.Ok, found)
                : new(
                    set.Name,
                    set == ImageDataSet.FashionMnist ? Health.Warn : Health.Ok,
                    $"not here; downloaded to {Path.Combine(data, set.Name)} when it is asked for",
                    set == ImageDataSet.FashionMnist ? "On Debian: apt-get install dataset-fashion-mnist." : null
                );
    }
}
