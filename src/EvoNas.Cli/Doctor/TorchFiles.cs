using System.Runtime.InteropServices;
using EvoNas.Native;

namespace EvoNas.Cli.Doctor;

/// <summary>TorchSharp's native files, and why the loader of this system refuses them.</summary>
/// <remarks>TorchSharp reports only that it found nothing (dotnet/TorchSharp#1545); the loader's own words name the
/// cause.</remarks>
static class TorchFiles
{
    // In the order in which one needs the other.
    static readonly string[] InOrder = ["libc10.so", "libtorch_cpu.so", "libLibTorchSharp.so"];

    /// <summary>Why the first of the files cannot be loaded.</summary>
    /// <returns>Null if all of them can.</returns>
    public static string? Problem() => Problem([.. SearchedFolders()]);

    /// <summary>Why the first of the files in these folders cannot be loaded.</summary>
    /// <param name="folders">Absolute paths, searched in order.</param>
    /// <returns>Null if all of them can.</returns>
    public static string? Problem(string[] folders)
    {
        foreach (var name in InOrder)
        {
            if (Find(name, folders) is not { } path)
                return $"{name} is in none of {string.Join(", ", folders)}";
            try
            {
                NativeLibrary.Load(path);
            }
            catch (Exception refused) when (refused is DllNotFoundException or BadImageFormatException)
            {
                return CauseIn(refused.Message);
            }
        }
        return null;
    }

    /// <summary>The versions of libstdc++ that the built copy of libLibTorchSharp.so goes without.</summary>
    public static IReadOnlyList<string> VersionsDoneWithout()
    {
        if (Find("libLibTorchSharp.so", [.. SearchedFolders()]) is not { } path)
            return [];
        var needs = SymbolVersions.TryRead(File.ReadAllBytes(path))?.Needed() ?? [];
        return [.. needs.Where(need => need.IsWeak).Select(need => need.Name)];
    }

    // The runtime tells of several attempts, one a line; the loader's line names the file and, after a colon, the
    // cause.
    static string CauseIn(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.FirstOrDefault(line => line.StartsWith('/')) ?? lines[0];
    }

    static string? Find(string name, string[] folders) =>
        folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    static IEnumerable<string> SearchedFolders()
    {
        var listed = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return listed
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Select(Path.TrimEndingDirectorySeparator)
            .Distinct();
    }
}
