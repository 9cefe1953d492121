using System.Text;

namespace EvoNas.Cli.Tests.Doctor;

/// <summary>Writes a small shared library: sections and version records only, no code.</summary>
static class ElfFile
{
    /// <summary>What a library needs of libstdc++.so.6.</summary>
    /// <param name="Version">The symbol version.</param>
    /// <param name="IsUsed">Whether a relocation refers to a symbol of this version.</param>
    public sealed record Need(string Version, bool IsUsed);

    /// <summary>A library that needs and defines these versions.</summary>
    public static byte[] With(Need[] needs, string[] defined)
    {
        var strings = new MemoryStream();
        strings.WriteByte(0);
        uint Named(string text)
        {
            var at = (uint)strings.Position;
            strings.Write(Encoding.ASCII.GetBytes(text + '\0'));
            return at;
        }

        // Symbol 0 is none; symbol n + 1 has version index n + 2.
        var versym = Bytes(writer =>
        {
            writer.Write((ushort)0);
            for (var i = 0; i < needs.Length; i++)
                writer.Write((ushort)(i + 2));
        });
        var relocations = Bytes(writer =>
        {
            for (var i = 0; i < needs.Length; i++)
                if (needs[i].IsUsed)
                {
                    writer.Write(0L); // r_offset
                    writer.Write((long)(i + 1) << 32 | 6); // r_info: the symbol, R_X86_64_GLOB_DAT
                    writer.Write(0L); // r_addend
                }
        });
        var verneed = Bytes(writer =>
        {
            writer.Write((ushort)1);
            writer.Write((ushort)needs.Length);
            writer.Write(Named("libstdc++.so.6"));
            writer.Write(16); // To the first entry.
            writer.Write(0); // The last library.
            for (var i = 0; i < needs.Length; i++)
            {
                writer.Write(0); // The hash, which is not read.
                writer.Write((ushort)0);
                writer.Write((ushort)(i + 2));
                writer.Write(Named(needs[i].Version));
                writer.Write(i == needs.Length - 1 ? 0 : 16);
            }
        });
        var verdef = Bytes(writer =>
        {
            foreach (var version in defined)
            {
                writer.Write((ushort)1);
                writer.Write((ushort)0);
                writer.Write((ushort)2);
                writer.Write((ushort)1);
                writer.Write(0);
                writer.Write(20); // To the name.
                writer.Write(28); // To the next definition.
                writer.Write(Named(version));
                writer.Write(0);
            }
        });
        var symbols = new byte[24 * (needs.Length + 1)];
        return File(
            (3, strings.ToArray(), 0, 0), // SHT_STRTAB
            (11, symbols, 1, 1),
            (0x6fff_ffff, versym, 2, 0),
            (4, relocations, 2, 0),
            (0x6fff_fffe, verneed, 1, 1),
            (0x6fff_fffd, verdef, 1, defined.Length)
        );
    }

    // Section 0 is none; the strings are section 1, the symbols section 2.
    static byte[] File(params (uint Type, byte[] Content, int Link, int Info)[] sections)
    {
        var table = 64L + sections.Sum(section => section.Content.Length);
        return Bytes(writer =>
        {
            writer.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]);
            writer.Write(new byte[33]);
            writer.Write(table); // At 0x28.
            writer.Write(new byte[10]);
            writer.Write((ushort)64);
            writer.Write((ushort)(sections.Length + 1));
            writer.Write((ushort)0);
            foreach (var section in sections)
                writer.Write(section.Content);
            writer.Write(new byte[64]);
            var offset = 64L;
            foreach (var (type, content, link, info) in sections)
            {
                writer.Write(0);
                writer.Write(type);
                writer.Write(0L);
                writer.Write(0L);
                writer.Write(offset);
                writer.Write((long)content.Length);
                writer.Write(link);
                writer.Write(info);
                writer.Write(0L);
                writer.Write(0L);
                offset += content.Length;
            }
        });
    }

    static byte[] Bytes(Action<BinaryWriter> write)
    {
        var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            write(writer);
        return stream.ToArray();
    }
}
