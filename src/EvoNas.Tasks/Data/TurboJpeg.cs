using System.Runtime.InteropServices;

namespace EvoNas.Tasks.Data;

/// <summary>The system's libturbojpeg, four times as fast as managed code; not needed but for CMYK.</summary>
static unsafe class TurboJpeg
{
    const int Rgb = 0;
    const int Cmyk = 11;

    // tjGetErrorCode: the picture was decoded, but for what the message says.
    const int Warning = 0;

    static readonly Functions? Library = Load();

    /// <summary>Whether the system has it.</summary>
    public static bool IsThere => Library is not null;

    /// <summary>Decodes to RGB.</summary>
    /// <param name="path">What errors call it.</param>
    /// <param name="jpeg">Content of the file.</param>
    /// <param name="width">Pixels, from its head.</param>
    /// <param name="height">Pixels, from its head.</param>
    /// <param name="fourColours">Whether it is CMYK or YCCK.</param>
    public static byte[] Read(string path, ReadOnlySpan<byte> jpeg, int width, int height, bool fourColours)
    {
        var library = Library ?? throw new InvalidOperationException("There is no libturbojpeg.");
        var pixels = new byte[(long)width * height * (fourColours ? 4 : 3)];
        var handle = library.Init();
        if (handle == 0)
            throw new InvalidOperationException("libturbojpeg has no memory for a decoder.");
        try
        {
            int code;
            fixed (
                byte* from = jpeg,
                    to = pixels
            )
                code = library.Decompress(
                    handle,
                    from,
                    (nuint)jpeg.Length,
                    to,
                    width,
                    0,
                    height,
                    fourColours ? Cmyk : Rgb,
                    0
                );
            if (code != 0)
                Check(path, library.ErrorCode(handle), Marshal.PtrToStringUTF8(library.ErrorText(handle)) ?? "");
        }
        finally
        {
            library.Destroy(handle);
        }
        return fourColours ? ToRgb(pixels) : pixels;
    }

    // Stray bytes between segments are common and harmless; what costs pixels is not.
    static void Check(string path, int code, string text)
    {
        if (text.Contains("remature end", StringComparison.Ordinal))
            throw new RequestException($"'{path}' is truncated: {text}.");
        if (code != Warning || text.Contains("Huffman", StringComparison.Ordinal))
            throw PictureFile.Damaged(path, text);
    }

    // As Adobe's programs write them: 255 is no ink.
    static byte[] ToRgb(byte[] cmyk)
    {
        var rgb = new byte[cmyk.Length / 4 * 3];
        for (int from = 0, to = 0; from < cmyk.Length; from += 4, to += 3)
        for (var c = 0; c < 3; c++)
            rgb[to + c] = (byte)((cmyk[from + c] * cmyk[from + 3] + 127) / 255);
        return rgb;
    }

    static Functions? Load()
    {
        if (!NativeLibrary.TryLoad("libturbojpeg.so.0", out var library))
            return null;
        return
            NativeLibrary.TryGetExport(library, "tjInitDecompress", out var init)
            && NativeLibrary.TryGetExport(library, "tjDecompress2", out var decompress)
            && NativeLibrary.TryGetExport(library, "tjGetErrorCode", out var errorCode)
            && NativeLibrary.TryGetExport(library, "tjGetErrorStr2", out var errorText)
            && NativeLibrary.TryGetExport(library, "tjDestroy", out var destroy)
            ? new(init, decompress, errorCode, errorText, destroy)
            : null;
    }

    sealed class Functions(nint init, nint decompress, nint errorCode, nint errorText, nint destroy)
    {
        public nint Init() => ((delegate* unmanaged<nint>)init)();

        public int Decompress(
            nint handle,
            byte* jpeg,
            nuint size,
            byte* pixels,
            int width,
            int pitch,
            int height,
            int format,
            int flags
        ) =>
            ((delegate* unmanaged<nint, byte*, nuint, byte*, int, int, int, int, int, int>)decompress)(
                handle,
                jpeg,
                size,
                pixels,
                width,
                pitch,
                height,
                format,
                flags
            );

        public int ErrorCode(nint handle) => ((delegate* unmanaged<nint, int>)errorCode)(handle);

        public nint ErrorText(nint handle) => ((delegate* unmanaged<nint, nint>)errorText)(handle);

        public void Destroy(nint handle) => _ = ((delegate* unmanaged<nint, int>)destroy)(handle);
    }
}
