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
        [
            Runtime(),
            Build(),
            Torch(),
            Blas(),
            Gpus(),
            Cores(),
            HomeFolder(home),
            Disk(home, reserve),
            .. DataSets(data),
        ];

    static Finding Runtime() =>
        new(
            "runtime",
            Health.Ok,
            $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"
        );

    static Finding Build()
    {
        var akka = Has("EvoNas.Hosting.Cluster.dll");
        return new(
            "build",
            Health.Ok,
            $"evonas {CommandLine.Evonas.Version}, Torch={(Has("TorchSharp.dll") ? "package" : "libtorch")}, Akka={(akka ? "package" : "none")}{(akka ? "" : " (no cluster in this build)")}"
        );
    }

    static Finding Torch()
    {
        try
        {
            return new("torch", Health.Ok, TorchLibrary.Load());
        }
        catch (FailedException fault)
        {
            return new("torch", Health.Fail, fault.Message, fault.Hint);
        }
    }

    // Which BLAS torch computes with shows only in what the process has loaded.
    static Finding Blas()
    {
        string[] mapped;
        try
        {
            mapped =
            [
                .. File.ReadLines("/proc/self/maps")
                    .Select(line => line[(line.LastIndexOf(' ') + 1)..])
                    .Where(path => path.StartsWith('/'))
                    .Distinct(),
            ];
        }
        catch (IOException)
        {
            return new("blas", Health.Warn, "not known: this system has no /proc");
        }
        string? Named(params string[] parts) =>
            mapped.FirstOrDefault(path =>
                parts.Any(part => Path.GetFileName(path).Contains(part, StringComparison.OrdinalIgnoreCase))
            );
        if (Named("openblas", "libmkl", "blis", "libtorch_cpu.so") is not { } found)
            return new("blas", Health.Warn, "none is loaded", "It comes with torch.");
        if (Named("openblas", "libmkl", "blis") is { } fast)
            return new("blas", Health.Ok, Path.GetFileName(fast));
        return Named("libblas.so") is { } reference
            ? new(
                "blas",
                Health.Warn,
                $"{Path.GetFileName(reference)} is the reference BLAS: dense layers run ten times slower",
                "On Debian: apt-get install libopenblas0-pthread."
            )
            : new("blas", Health.Ok, $"within {Path.GetFileName(found)}");
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
                "Set LIBTORCH to a libtorch with CUDA (an unpacked one, or the torch folder of a PyTorch wheel) and start by ./evonas."
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
            : new("home", Health.Ok, $"{home.Folder}, {home.All().Count()} searches");
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

    static bool Has(string assembly) => File.Exists(Path.Combine(AppContext.BaseDirectory, assembly));
}
