using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace EvoNas.Searches.Tables;

/// <summary>The lines of a table's file, one after the other, as bytes; a gzip file is unpacked on the way.</summary>
/// <remarks>The file is read once, and never held as a whole.</remarks>
sealed class TableLines : IDisposable
{
    const long BytesMax = 1 << 30;

    const int BufferBytes = 1 << 20;

    // What people take for a table, told by its first bytes.
    static readonly (byte[] Mark, string What)[] Others =
    [
        ([.. "PK\x03\x04"u8], "a workbook or a zip file"),
        ([0xFF, 0xFE], "a text in UTF-16"),
        ([0xFE, 0xFF], "a text in UTF-16"),
        ([0xD0, 0xCF, 0x11, 0xE0], "a workbook"),
        ([.. "BZh91AY"u8], "a bzip2 file"),
        ([0xFD, .. "7zXZ"u8], "an xz file"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file"),
        ([.. "PAR1\x15"u8], "a Parquet file"),
        ([.. "SQLite format 3"u8], "a SQLite file"),
    ];

    readonly string _path;
    readonly Stream _stream;

    // What a gzip file says of its size, modulo 2^32; null for a file that is not packed.
    readonly uint? _unpackedBytes;
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    byte[] _buffer = new byte[BufferBytes];
    int _start,
        _end;
    long _taken;
    bool _atEnd;

    TableLines(string path, Stream stream, uint? unpackedBytes) =>
        (_path, _stream, _unpackedBytes) = (path, stream, unpackedBytes);

    /// <summary>The number of the last line, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Bytes before the last line, unpacked.</summary>
    public long Offset { get; private set; }

    /// <exception cref="RequestException">There is no file, it cannot be read, or it is no text.</exception>
    public static TableLines Open(string path)
    {
        if (!File.Exists(path))
            throw new RequestException($"There is no table '{path}'.", "Name an existing CSV file.");
        FileStream file;
        try
        {
            file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        }
        catch (UnauthorizedAccessException)
        {
            throw new RequestException($"Permission denied reading '{path}'.", $"Allow it: chmod +r '{path}'.");
        }
        try
        {
            return Of(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>SHA-256 of the contents, unpacked: another packing is the same table.</summary>
    /// <exception cref="RequestException">The file cannot be read.</exception>
    public static string HashOf(string path)
    {
        using var lines = Open(path);
        return lines.Hash();
    }

    static TableLines Of(string path, FileStream file)
    {
        // A pipe cannot be read twice; what comes out of it is taken as text.
        if (!file.CanSeek)
            return new(path, file, null);
        Span<byte> first = stackalloc byte[16];
        first = first[..file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        foreach (var (mark, what) in Others)
            if (first.StartsWith(mark))
                throw new RequestException($"'{path}' is {what}.", "Save it as CSV in UTF-8; gzip is read too.");
        if (first is not [0x1F, 0x8B, ..])
            return file.Length <= BytesMax ? new(path, file, null) : throw TooLarge(path, file.Length);
        Span<byte> last = stackalloc byte[sizeof(uint)];
        file.Position = Math.Max(0, file.Length - last.Length);
        file.ReadAtLeast(last, last.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return new(
            path,
            new GZipStream(file, CompressionMode.Decompress),
            BinaryPrimitives.ReadUInt32LittleEndian(last)
        );
    }

    /// <summary>The next line without its end, until the next call.</summary>
    /// <returns>False after the last one.</returns>
    /// <exception cref="RequestException">The file is too large, or a damaged gzip file.</exception>
    public bool Next(out ReadOnlySpan<byte> line)
    {
        Offset = _taken - (_end - _start);
        for (var looked = 0; ; )
        {
            var found = _buffer.AsSpan(_start + looked, _end - _start - looked).IndexOf((byte)'\n');
            if (found >= 0 || (_atEnd && _start < _end))
            {
                var length = found >= 0 ? looked + found : _end - _start;
                line = _buffer.AsSpan(_start, length).TrimEnd((byte)'\r');
                _start = Math.Min(_start + length + 1, _end);
                Number++;
                if (Number == 1 && line.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
                    line = line[3..];
                return true;
            }
            looked = _end - _start;
            if (_atEnd || !Fill())
            {
                _atEnd = true;
                if (_start < _end)
                    continue;
                line = default;
                return false;
            }
        }
    }

    /// <summary>SHA-256 of the contents; the lines that are left are read over.</summary>
    public string Hash()
    {
        while (!_atEnd)
        {
            _start = _end;
            _atEnd = !Fill();
        }
        return Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    // Moves what is left to the front and reads on.
    bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        int read;
        try
        {
            read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (InvalidDataException)
        {
            throw new RequestException($"'{_path}' is a damaged gzip file.", "Pack or copy it again.");
        }
        _hash.AppendData(_buffer, _end, read);
        _end += read;
        _taken += read;
        if (_taken > BytesMax)
            throw TooLarge(_path, _taken);
        // A file that is cut off unpacks without an error.
        if (read == 0 && _unpackedBytes is { } bytes && bytes != (uint)_taken)
            throw new RequestException(
                $"'{_path}' is a gzip file that is cut off, or made of several.",
                "Pack or copy it again, or unpack it: gunzip."
            );
        return read > 0;
    }

    static RequestException TooLarge(string path, long bytes) =>
        new($"'{path}' has {bytes} bytes or more; a table has at most {BytesMax}.");

    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
    }
}
