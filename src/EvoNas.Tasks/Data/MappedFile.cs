using System.IO.MemoryMappedFiles;

namespace EvoNas.Tasks.Data;

/// <summary>A file as a span, without a copy in memory: annotation files have hundreds of megabytes.</summary>
sealed unsafe class MappedFile : IDisposable
{
    readonly MemoryMappedFile? _file;
    readonly MemoryMappedViewAccessor? _view;
    readonly byte* _start;
    readonly int _length;

    MappedFile(MemoryMappedFile? file, int length)
    {
        (_file, _length) = (file, length);
        _view = file?.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view?.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>The content; valid until the file is disposed.</summary>
    public ReadOnlySpan<byte> Bytes => new(_start, _length);

    /// <exception cref="RequestException">It cannot be read, or has 2 GiB or more.</exception>
    public static MappedFile Open(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length >= int.MaxValue)
                throw new RequestException($"'{path}' has {length} bytes; at most {int.MaxValue - 1} can be read.");
            // An empty file cannot be mapped.
            var file =
                length == 0
                    ? null
                    : MemoryMappedFile.CreateFromFile(
                        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete),
                        null,
                        0,
                        MemoryMappedFileAccess.Read,
                        HandleInheritability.None,
                        leaveOpen: false
                    );
            return new(file, (int)length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"Cannot read '{path}': {error.Message}");
        }
    }

    public void Dispose()
    {
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
    }
}
