#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace EvoNas.Native;

/// <summary> The symbol versions that a shared library (ELF, 64 bit, little endian) defines and needs, read from its
/// section headers.
/// </summary>
/// <remarks> Compiled twice: into the build task below, and into the command line, whose doctor reports what it finds.
/// Layouts: System V ABI, chapter 4, and Linux Standard Base, "Symbol Versioning" (Elfxx_Verdef, Elfxx_Verneed,
/// Elfxx_Vernaux).
/// </remarks>
sealed class SymbolVersions
{
    const int SectionHeaderSize = 64;
    const int SymbolSize = 24;
    const int RelocationSize = 24;
    const uint SectionOfRelocations = 4; // SHT_RELA
    const uint SectionOfDynamicSymbols = 11; // SHT_DYNSYM
    const uint SectionOfDefinedVersions = 0x6fff_fffd; // SHT_GNU_verdef
    const uint SectionOfNeededVersions = 0x6fff_fffe; // SHT_GNU_verneed
    const uint SectionOfSymbolVersions = 0x6fff_ffff; // SHT_GNU_versym
    const ushort Hidden = 0x8000; // In .gnu.version, beside the index.
    const ushort Weak = 2; // VER_FLG_WEAK

    readonly byte[] _file;
    readonly Section[] _sections;

    SymbolVersions(byte[] file, Section[] sections) => (_file, _sections) = (file, sections);

    /// <summary>A version of another library that this one needs.</summary>
    /// <param name="library">The library that has to define it, such as libstdc++.so.6.</param>
    /// <param name="name">The version, such as GLIBCXX_3.4.32.</param>
    /// <param name="isWeak">Whether the loader goes on where the version is missing.</param>
    /// <param name="isUsed">Whether any relocation refers to a symbol of this version.</param>
    /// <param name="flags">Offset of its flags in the file, in bytes.</param>
    public sealed class Need(string library, string name, bool isWeak, bool isUsed, long flags)
    {
        /// <summary>The library that has to define it.</summary>
        public string Library { get; } = library;

        /// <summary>The version.</summary>
        public string Name { get; } = name;

        /// <summary>Whether the loader goes on where the version is missing.</summary>
        public bool IsWeak { get; } = isWeak;

        /// <summary>Whether any relocation refers to a symbol of this version.</summary>
        public bool IsUsed { get; } = isUsed;

        /// <summary>Offset of its flags in the file, in bytes.</summary>
        public long Flags { get; } = flags;
    }

    sealed class Section(uint type, long offset, long size, int link, int count)
    {
        public uint Type { get; } = type;
        public long Offset { get; } = offset;
        public long Size { get; } = size;
        public int Link { get; } = link;

        // Of the version sections: the number of entries. Of the others: something else.
        public int Count { get; } = count;
    }

    /// <summary>Reads the section headers of a library.</summary>
    /// <param name="file">The whole file.</param>
    /// <returns>Null if this is no 64-bit little-endian ELF file, or a damaged one.</returns>
    public static SymbolVersions? TryRead(byte[] file)
    {
        const int headerSize = 64;
        if (file.Length < headerSize || file[0] != 0x7f || file[1] != 'E' || file[2] != 'L' || file[3] != 'F')
            return null;
        if (file[4] != 2 || file[5] != 1) // ELFCLASS64, ELFDATA2LSB
            return null;
        var table = BitConverter.ToInt64(file, 0x28);
        var entrySize = BitConverter.ToUInt16(file, 0x3a);
        var entries = BitConverter.ToUInt16(file, 0x3c);
        if (entrySize != SectionHeaderSize || table < headerSize || table > file.Length - (long)entries * entrySize)
            return null;
        var sections = new Section[entries];
        for (var i = 0; i < entries; i++)
        {
            var at = (int)table + i * SectionHeaderSize;
            var section = new Section(
                BitConverter.ToUInt32(file, at + 4),
                BitConverter.ToInt64(file, at + 24),
                BitConverter.ToInt64(file, at + 32),
                BitConverter.ToInt32(file, at + 40),
                BitConverter.ToInt32(file, at + 44)
            );
            var hasBytes = section.Type is not (0 or 8); // SHT_NULL, SHT_NOBITS
            if (hasBytes && (section.Offset < 0 || section.Size < 0 || section.Offset > file.Length - section.Size))
                return null;
            if (section.Link < 0 || section.Link >= entries)
                return null;
            sections[i] = section;
        }
        return new SymbolVersions(file, sections);
    }

    /// <summary>The versions that this library defines for others, such as GLIBCXX_3.4.30.</summary>
    /// <exception cref="InvalidDataException">A record lies outside of its section.</exception>
    public HashSet<string> Defined()
    {
        var versions = new HashSet<string>();
        if (Find(SectionOfDefinedVersions) is not { } section)
            return versions;
        var at = 0L;
        for (var i = 0; i < section.Count; i++)
        {
            var name = at + Word(section, at + 12); // vd_aux
            versions.Add(Text(section, Word(section, name))); // vda_name
            at += Next(section, at + 16, isLast: i == section.Count - 1); // vd_next
        }
        return versions;
    }

    /// <summary>The versions that this library needs of others.</summary>
    /// <exception cref="InvalidDataException">A record lies outside of its section.</exception>
    public IReadOnlyList<Need> Needed()
    {
        var needs = new List<Need>();
        if (Find(SectionOfNeededVersions) is not { } section)
            return needs;
        var used = VersionsOfRelocations();
        var at = 0L;
        for (var i = 0; i < section.Count; i++)
        {
            var library = Text(section, Word(section, at + 4)); // vn_file
            var entry = at + Word(section, at + 8); // vn_aux
            var entries = Half(section, at + 2); // vn_cnt
            for (var j = 0; j < entries; j++)
            {
                var flags = Half(section, entry + 4); // vna_flags
                var index = Half(section, entry + 6); // vna_other
                needs.Add(
                    new Need(
                        library,
                        Text(section, Word(section, entry + 8)), // vna_name
                        (flags & Weak) != 0,
                        used.Contains((ushort)(index & ~Hidden)),
                        section.Offset + entry + 4
                    )
                );
                entry += Next(section, entry + 12, isLast: j == entries - 1); // vna_next
            }
            at += Next(section, at + 12, isLast: i == section.Count - 1); // vn_next
        }
        return needs;
    }

    /// <summary>A copy of the file in which these needs are weak: the loader goes on where the version is
    /// missing.</summary>
    /// <param name="needs">Needs of this library.</param>
    public byte[] WithWeak(IEnumerable<Need> needs)
    {
        var copy = (byte[])_file.Clone();
        foreach (var need in needs)
            copy[need.Flags] |= (byte)Weak;
        return copy;
    }

    /// <summary>Which needs can be made weak: the other library lacks their version, and no relocation uses a symbol of
    /// it.</summary>
    /// <remarks> A compiler's header may declare a symbol that nothing calls (std::ios_base_library_init of
    /// GLIBCXX_3.4.32): the library works without it, but the loader refuses it for the version's name alone. A need
    /// that is used stays as it is: the loader's refusal is right.
    /// </remarks>
    /// <param name="library">The other library, such as libstdc++.so.6.</param>
    /// <param name="defined">The versions that it defines; null if they are not known: then each unused need can be
    /// made weak.</param>
    public IReadOnlyList<Need> Superfluous(string library, ISet<string>? defined) =>
        [
            .. Needed()
                .Where(need => need.Library == library && !need.IsWeak && !need.IsUsed)
                .Where(need => defined is null || !defined.Contains(need.Name)),
        ];

    /// <summary>The versions that the libstdc++ of this process defines, for it is the one that libtorch will
    /// meet.</summary>
    /// <returns>Null if this process has none loaded, or its file cannot be read.</returns>
    public static ISet<string>? OfTheSystem()
    {
        try
        {
            const string name = "/libstdc++.so.6";
            var path = File.ReadLines("/proc/self/maps")
                .Select(line => line.Substring(line.IndexOf('/') is var slash and >= 0 ? slash : line.Length))
                .FirstOrDefault(mapped => mapped.Contains(name));
            var versions = path is null ? null : TryRead(File.ReadAllBytes(path))?.Defined();
            return versions is { Count: > 0 } ? versions : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The indices of the versions whose symbols some relocation refers to.
    HashSet<ushort> VersionsOfRelocations()
    {
        var used = new HashSet<ushort>();
        if (Find(SectionOfSymbolVersions) is not { } versions)
            return used;
        foreach (var relocations in _sections)
        {
            if (relocations.Type != SectionOfRelocations || !RefersToDynamicSymbols(relocations))
                continue;
            for (var at = 0L; at + RelocationSize <= relocations.Size; at += RelocationSize)
            {
                var symbol = Word(relocations, at + 12); // The upper half of r_info.
                if (symbol != 0)
                    used.Add((ushort)(Half(versions, symbol * 2L) & ~Hidden));
            }
        }
        return used;
    }

    bool RefersToDynamicSymbols(Section relocations) => _sections[relocations.Link].Type == SectionOfDynamicSymbols;

    Section? Find(uint type) => _sections.FirstOrDefault(section => section.Type == type);

    ushort Half(Section section, long at) => BitConverter.ToUInt16(_file, Checked(section, at, 2));

    uint Word(Section section, long at) => BitConverter.ToUInt32(_file, Checked(section, at, 4));

    // Records only lead forward, so a damaged count cannot keep us here.
    uint Next(Section section, long at, bool isLast) =>
        Word(section, at) is var next && (next > 0 || isLast)
            ? next
            : throw new InvalidDataException("The records of a section end before their count.");

    string Text(Section section, long at)
    {
        var strings = _sections[section.Link];
        var begin = Checked(strings, at, 1);
        var end = Array.IndexOf(_file, (byte)0, begin, (int)(strings.Size - at));
        return end < 0
            ? throw new InvalidDataException("A name of the string table has no end.")
            : Encoding.UTF8.GetString(_file, begin, end - begin);
    }

    static int Checked(Section section, long at, int size) =>
        at >= 0 && at <= section.Size - size
            ? checked((int)(section.Offset + at))
            : throw new InvalidDataException($"Byte {at} is outside of a section of {section.Size} bytes.");
}

#if !EVONAS
/// <summary>Puts native libraries of packages into one folder, from which every output takes them by a hard
/// link.</summary>
/// <remarks> A file that needs no change is linked too (or copied, where the package cache is on another file system).
/// A file that the loader would refuse for a version of libstdc++ that nothing in it uses is copied and changed. The
/// package cache is never written to. Each file appears at once, complete, so that projects that build at the same time
/// do not disturb each other.
/// </remarks>
public sealed class StageNativeLibraries : Microsoft.Build.Utilities.Task
{
    const string StandardLibrary = "libstdc++.so.6";

    /// <summary>The files, each with the metadata Staged: where it has to be put.</summary>
    [Microsoft.Build.Framework.Required]
    public Microsoft.Build.Framework.ITaskItem[] Libraries { get; set; } = [];

    /// <summary>Whether the files are for another machine too: its libstdc++ is not known.</summary>
    public bool ForAnyMachine { get; set; }

    /// <summary>Stages each file.</summary>
    public override bool Execute()
    {
        foreach (var library in Libraries)
            Stage(library.ItemSpec, library.GetMetadata("Staged"));
        return !Log.HasLoggedErrors;
    }

    void Stage(string source, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!); // It has a folder: the target gives it one.
        var part = $"{target}.{System.Diagnostics.Process.GetCurrentProcess().Id}.{Guid.NewGuid():n}";
        if (Changed(source) is { } bytes)
            File.WriteAllBytes(part, bytes);
        else if (link(source, part) != 0)
            File.Copy(source, part);
        if (rename(part, target) != 0)
            Log.LogError(
                $"Cannot rename {part} to {target}: error {System.Runtime.InteropServices.Marshal.GetLastWin32Error()}."
            );
        // rename(2) does nothing where both are links to one file.
        File.Delete(part);
    }

    // Null if the file can stay as it is. libtorch itself is built for older systems, and half a gigabyte large.
    byte[]? Changed(string source)
    {
        if (
            Path.GetFileName(source) != "libLibTorchSharp.so"
            || SymbolVersions.TryRead(File.ReadAllBytes(source)) is not { } versions
        )
            return null;
        var superfluous = versions.Superfluous(StandardLibrary, ForAnyMachine ? null : SymbolVersions.OfTheSystem());
        if (superfluous.Count == 0)
            return null;
        var names = string.Join(", ", superfluous.Select(need => need.Name));
        Log.LogMessage($"{Path.GetFileName(source)} needs {names}, which nothing in it uses: the copy does without.");
        return versions.WithWeak(superfluous);
    }

    [System.Runtime.InteropServices.DllImport("libc", SetLastError = true)]
    static extern int link(string from, string to);

    [System.Runtime.InteropServices.DllImport("libc", SetLastError = true)]
    static extern int rename(string from, string to);
}
#endif
