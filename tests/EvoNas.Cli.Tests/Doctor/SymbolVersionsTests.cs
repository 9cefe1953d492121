using EvoNas.Native;

namespace EvoNas.Cli.Tests.Doctor;

/// <summary>What the build reads in native libraries, and the one thing that it changes there.</summary>
public class SymbolVersionsTests
{
    const string Library = "libstdc++.so.6";

    static readonly ElfFile.Need[] Needs =
    [
        new("GLIBCXX_3.4.30", IsUsed: true),
        new("GLIBCXX_3.4.31", IsUsed: true),
        new("GLIBCXX_3.4.32", IsUsed: false),
    ];

    static readonly HashSet<string> Debian12 = ["GLIBCXX_3.4.29", "GLIBCXX_3.4.30"];

    [Fact]
    public void NeedsAndDefinitionsAreReadAsTheyWereWritten()
    {
        var versions = Read(ElfFile.With(Needs, defined: ["EVO_1", "EVO_2"]));
        Assert.Equal(
            [(Library, "GLIBCXX_3.4.30", true), (Library, "GLIBCXX_3.4.31", true), (Library, "GLIBCXX_3.4.32", false)],
            versions.Needed().Select(need => (need.Library, need.Name, need.IsUsed))
        );
        Assert.Equal(["EVO_1", "EVO_2"], versions.Defined().Order());
    }

    [Fact]
    public void AMissingVersionThatNothingUsesIsSuperfluous()
    {
        var superfluous = Read(ElfFile.With(Needs, [])).Superfluous(Library, Debian12);
        Assert.Equal(["GLIBCXX_3.4.32"], superfluous.Select(need => need.Name));
    }

    [Fact]
    public void AVersionThatTheSystemHasStaysAsItIs() =>
        Assert.Empty(Read(ElfFile.With(Needs, [])).Superfluous(Library, new HashSet<string> { "GLIBCXX_3.4.32" }));

    [Fact]
    public void WhereTheSystemIsNotKnownEachUnusedVersionIsSuperfluous() =>
        Assert.Single(Read(ElfFile.With(Needs, [])).Superfluous(Library, defined: null));

    [Fact]
    public void AnotherLibrarysVersionStaysAsItIs() =>
        Assert.Empty(Read(ElfFile.With(Needs, [])).Superfluous("libc.so.6", Debian12));

    [Fact]
    public void OnlyTheFlagOfASuperfluousNeedIsChanged()
    {
        var file = ElfFile.With(Needs, []);
        var versions = Read(file);
        var weakened = versions.WithWeak(versions.Superfluous(Library, Debian12));
        var changed = Assert.Single(Enumerable.Range(0, file.Length), at => file[at] != weakened[at]);
        Assert.Equal((0, 2), (file[changed], weakened[changed]));
        Assert.Equal([false, false, true], Read(weakened).Needed().Select(need => need.IsWeak));
        Assert.Empty(Read(weakened).Superfluous(Library, Debian12));
    }

    [Fact]
    public void ADamagedLibraryIsNotReadOrRefused()
    {
        var file = ElfFile.With(Needs, ["EVO_1"]);
        Assert.Null(SymbolVersions.TryRead([]));
        Assert.Null(SymbolVersions.TryRead(file[..100]));
        foreach (var at in Enumerable.Range(0, file.Length))
        {
            var damaged = (byte[])file.Clone();
            damaged[at] ^= 0xff;
            try
            {
                var read = SymbolVersions.TryRead(damaged);
                read?.Needed();
                read?.Defined();
            }
            catch (InvalidDataException)
            {
                // Said, and nothing else: no other exception, no endless loop.
            }
        }
    }

    [Fact]
    public void TheBuiltLibraryNeedsNothingThatThisSystemLacksExceptWhatItUses()
    {
        if (SymbolVersions.OfTheSystem() is not { } system)
            return; // No libstdc++ in this process: another operating system.
        var path = Path.Combine(AppContext.BaseDirectory, "runtimes/linux-x64/native/libLibTorchSharp.so");
        Assert.Empty(Read(File.ReadAllBytes(path)).Superfluous(Library, system));
    }

    static SymbolVersions Read(byte[] file) => Assert.IsType<SymbolVersions>(SymbolVersions.TryRead(file));
}
