using System.Text;
using EvoNas.Cli.Doctor;
using EvoNas.Native;

namespace EvoNas.Cli.Tests.Doctor;

/// <summary>Why TorchSharp's native files do not load is said in the loader's own words.</summary>
public sealed class TorchFilesTests : IDisposable
{
    static readonly string Built = Path.Combine(AppContext.BaseDirectory, "runtimes/linux-x64/native");

    readonly string _folder = Directory.CreateTempSubdirectory("evonas-torch-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheBuiltFilesLoad() => Assert.Null(TorchFiles.Problem());

    [Fact]
    public void AMissingFileIsNamedWithTheFoldersThatWereSearched() =>
        Assert.Equal($"libc10.so is in none of {_folder}", TorchFiles.Problem([_folder]));

    [Fact]
    public void AFileThatIsNoLibraryIsNamedWithTheLoadersCause()
    {
        var path = Path.Combine(_folder, "libc10.so");
        File.WriteAllText(path, "no library");
        var problem = Assert.IsType<string>(TorchFiles.Problem([_folder]));
        Assert.StartsWith(path, problem);
    }

    [Fact]
    public void AVersionOfLibstdcThatTheSystemLacksIsNamed()
    {
        foreach (var file in Directory.EnumerateFiles(Built))
            File.CreateSymbolicLink(Path.Combine(_folder, Path.GetFileName(file)), file);
        var path = Path.Combine(_folder, "libLibTorchSharp.so");
        File.Delete(path);
        File.WriteAllBytes(path, AskingForGlibcxx9());
        var problem = Assert.IsType<string>(TorchFiles.Problem([_folder]));
        Assert.Contains("GLIBCXX_9.9.99", problem);
        Assert.Contains("libstdc++.so.6", problem);
    }

    // The real library, with a version that no system has: the loader compares names.
    static byte[] AskingForGlibcxx9()
    {
        var library = File.ReadAllBytes(Path.Combine(Built, "libLibTorchSharp.so"));
        var needed = Assert.IsType<SymbolVersions>(SymbolVersions.TryRead(library)).Needed();
        library[needed.Single(need => need.Name == "GLIBCXX_3.4.32").Flags] = 0;
        Encoding
            .ASCII.GetBytes("GLIBCXX_9.9.99")
            .CopyTo(library.AsSpan(library.AsSpan().IndexOf("GLIBCXX_3.4.32\0"u8)));
        return library;
    }
}
