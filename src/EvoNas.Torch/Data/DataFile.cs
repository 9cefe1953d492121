using System.IO.Compression;
using System.Security.Cryptography;

namespace EvoNas.Torch.Data;

/// <summary>A file of a data set, plain or gzipped, read whole; every way in which it can be bad is one clear
/// error.</summary>
static class DataFile
{
    /// <summary>Written beside the files when they are downloaded: a line <c>SHA-256 name</c> a file, as sha256sum
    /// does.</summary>
    public const string Checksums = "SHA256SUMS";

    // No set that we read comes near; a corrupt header must not ask for all memory.
    const long SizeMax = 2_000_000_000;

    /// <summary>The file, or its gzipped form.</summary>
    public static string In(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) || !File.Exists(path + ".gz") ? path : path + ".gz";
    }

    /// <summary>The content, unpacked.</summary>
    /// <exception cref="RequestException">It cannot be read, its checksum differs, or its gzip stream is
    /// damaged.</exception>
    public static byte[] Read(string path)
    {
        byte[] stored;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > SizeMax } file)
                throw Bad(path, $"at most {SizeMax} bytes", $"{file.Length}");
            stored = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException(
                $"Cannot read '{path}': {error.Message}",
                "Make it readable, or give another data folder with --data."
            );
        }
        Verify(path, stored);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? Unpacked(path, stored) : stored;
    }

    /// <summary>The one shape of errors about files.</summary>
    public static RequestException Bad(string path, string expected, string found) =>
        new(
            $"'{path}' is damaged or is another file: expected {expected}, found {found}.",
            "Remove it and fetch it again, or give another data folder with --data."
        );

    /// <summary>Lower-case hexadecimal SHA-256.</summary>
    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    static void Verify(string path, byte[] stored)
    {
        var list = Path.Combine(Path.GetDirectoryName(path)!, Checksums); // a file has a folder
        if (!File.Exists(list))
            return;
        foreach (var line in File.ReadLines(list))
        {
            if (
                line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                is not [var expected, var name]
            )
                continue;
            if (name.TrimStart('*') != Path.GetFileName(path))
                continue;
            if (Sha256(stored) is var found && !found.Equals(expected, StringComparison.OrdinalIgnoreCase))
                throw Bad(path, $"SHA-256 {expected}", found);
        }
    }

    static byte[] Unpacked(string path, byte[] packed)
    {
        try
        {
            // Its last four bytes say how long the content is, so that it is read into its place; they are checked like
            // the rest.
            var size = packed.Length < 18 ? 0 : BitConverter.ToUInt32(packed, packed.Length - 4);
            if (size > SizeMax)
                throw Bad(path, $"a whole gzip stream of at most {SizeMax} bytes", $"one that says {size}, or is cut");
            var content = new byte[size];
            using var stream = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            var read = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            // To the very end: only there does the stream check its sum.
            if (read == content.Length && read > 0 && stream.ReadByte() < 0)
                return content;
            throw Bad(path, "a whole gzip stream", $"one of {packed.Length} bytes that ends too early or too late");
        }
        catch (InvalidDataException error)
        {
            throw Bad(path, "a whole gzip stream", $"a damaged one ({error.Message.TrimEnd('.')})");
        }
    }
}
