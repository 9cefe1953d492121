using System.Text;

namespace EvoNas.Searches;

/// <summary>Reads a user's text files.</summary>
static class Utf8Text
{
    /// <summary>The text of a file, without its byte order mark.</summary>
    /// <param name="path">The file; it exists.</param>
    /// <exception cref="RequestException">It may not be read, or has a byte that is no UTF-8; the message names its
    /// place.</exception>
    public static string Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (UnauthorizedAccessException)
        {
            throw new RequestException($"Permission denied reading '{path}'.", $"Allow it: chmod +r '{path}'.");
        }
        if (InvalidAt(bytes) is { } at)
            throw new RequestException(
                $"'{path}' is not UTF-8 text: byte {at + 1}, in line {bytes.AsSpan(0, at).Count((byte)'\n') + 1}, "
                    + $"is 0x{bytes[at]:x2}.",
                "Save it as UTF-8."
            );
        return Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
    }

    /// <summary>The index of the first byte that begins no character; null: all is UTF-8.</summary>
    public static int? InvalidAt(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length; )
        {
            if (Rune.DecodeFromUtf8(text[at..], out _, out var length) != System.Buffers.OperationStatus.Done)
                return at;
            at += length;
        }
        return null;
    }
}
