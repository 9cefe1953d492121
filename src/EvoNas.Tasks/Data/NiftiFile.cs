using System.IO.Compression;

namespace EvoNas.Tasks.Data;

/// <summary>Reads NIfTI-1 and NIfTI-2 volumes: .nii, .nii.gz, and pairs of .hdr and .img.</summary>
/// <remarks>Source: nifti1.h and nifti2.h of nifti.nimh.nih.gov. The orientation is the sform where there is one, else
/// the qform, else the old rule of Analyze.</remarks>
static class NiftiFile
{
    // Deflate makes at most 1,032 bytes of one; a header that claims more lies.
    const long ExpansionMax = 1032;

    /// <summary>Endings of files that are read.</summary>
    public static readonly string[] Endings = [".nii", ".nii.gz", ".hdr", ".hdr.gz", ".img", ".img.gz"];

    /// <summary>Reads a volume.</summary>
    /// <exception cref="RequestException">It is no NIfTI file, truncated, damaged, of complex numbers or colours, or
    /// more than 1 % of its values are NaN or infinite.</exception>
    public static Volume Read(string path)
    {
        var (headPath, dataPath) = Pair(path);
        using var mapped = MappedFile.Open(headPath);
        using var content = Content(mapped);
        var head = NiftiHead.Read(headPath, ReadUpTo(headPath, content, NiftiHead.LengthMax));
        if (!head.IsPair)
            return Read(headPath, mapped, head, head.Offset);
        using var data = MappedFile.Open(dataPath ?? ImageOf(headPath));
        return Read(dataPath ?? ImageOf(headPath), data, head, head.Offset);
    }

    static Volume Read(string path, MappedFile file, NiftiHead head, long offset)
    {
        var needed = offset + head.Values * head.ValueSize;
        var packed = IsPacked(file.Bytes);
        var possible = packed ? file.Bytes.Length * ExpansionMax : file.Bytes.Length;
        var shape = string.Join(" x ", head.Shape);
        if (needed > possible)
            throw Truncated(path, $"{shape} values of {head.ValueSize} bytes end at byte {needed}", possible);
        if (head.Values > int.MaxValue / sizeof(float))
            throw new RequestException($"'{path}' is too large: {shape} values; at most 2 GiB as float can be read.");
        using var content = Content(file);
        Skip(path, content, offset);
        var values = new float[head.Values];
        var (block, done, replaced) = (new byte[Math.Min(head.Values, 65536) * head.ValueSize], 0L, 0);
        while (done < head.Values)
        {
            var count = (int)Math.Min(head.Values - done, block.Length / head.ValueSize);
            var bytes = block.AsSpan(0, count * head.ValueSize);
            if (ReadFully(path, content, bytes) is var got && got < bytes.Length)
                throw Truncated(path, $"{shape} values end at byte {needed}", offset + done * head.ValueSize + got);
            for (var i = 0; i < count; i++)
            {
                var value = (float)head.Value(bytes[(i * head.ValueSize)..]);
                if (!float.IsFinite(value))
                    (value, replaced) = (0, replaced + 1);
                values[done + i] = value;
            }
            done += count;
        }
        if (replaced > head.Values / 100)
            throw new RequestException(
                $"'{path}': {replaced} of {head.Values} values are NaN or infinite; at most 1 % can be replaced."
            );
        return new(head.Shape, head.Spacing(), head.Affine(), values, replaced);
    }

    static RequestException Truncated(string path, string needed, long found) =>
        new($"'{path}' is truncated: {needed}, the file has at most {found}.");

    static (string Head, string? Data) Pair(string path)
    {
        var packed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[^3..] : "";
        var plain = path[..^packed.Length];
        if (!plain.EndsWith(".img", StringComparison.OrdinalIgnoreCase))
            return (path, null);
        foreach (var head in new[] { plain[..^4] + ".hdr" + packed, plain[..^4] + ".hdr", plain[..^4] + ".hdr.gz" })
            if (File.Exists(head))
                return (head, path);
        throw new RequestException($"'{path}' has no header: '{plain[..^4]}.hdr' is missing.");
    }

    static string ImageOf(string head)
    {
        var plain = head.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? head[..^3] : head;
        var stem = Path.ChangeExtension(plain, null);
        foreach (var data in new[] { stem + ".img", stem + ".img.gz" })
            if (File.Exists(data))
                return data;
        throw new RequestException($"'{head}' is the header of a pair, and its data '{stem}.img' is missing.");
    }

    static bool IsPacked(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    // By content, not by name: both .gz that is not and .nii that is are about.
    static unsafe Stream Content(MappedFile file)
    {
        if (file.Bytes.IsEmpty)
            return Stream.Null;
        fixed (byte* start = file.Bytes)
        {
            var stored = new UnmanagedMemoryStream(start, file.Bytes.Length);
            return IsPacked(file.Bytes) ? new GZipStream(stored, CompressionMode.Decompress) : stored;
        }
    }

    static byte[] ReadUpTo(string path, Stream content, int length)
    {
        var bytes = new byte[length];
        return bytes[..ReadFully(path, content, bytes)];
    }

    static int ReadFully(string path, Stream content, Span<byte> bytes)
    {
        try
        {
            return content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException error)
        {
            throw new RequestException($"'{path}' is truncated or its gzip stream is damaged: {error.Message}");
        }
    }

    static void Skip(string path, Stream content, long length)
    {
        var block = new byte[4096];
        for (var left = length; left > 0; )
        {
            var got = ReadFully(path, content, block.AsSpan(0, (int)Math.Min(left, block.Length)));
            if (got == 0)
                throw Truncated(path, $"its values start at byte {length}", length - left);
            left -= got;
        }
    }
}
