using System.Security.Cryptography;
using System.Text;

namespace EvoNas.Dashboard.Security;

/// <summary>The secret that opens a dashboard: 256 bits in a file that only its owner may read, so that it stays the
/// same when the dashboard is started again, and never stands among the arguments of a process.</summary>
sealed class AccessToken
{
    const int Bytes = 32;

    readonly byte[] _hash;

    AccessToken(string text)
    {
        Text = text;
        _hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        SessionKey = HMACSHA256.HashData(Encoding.UTF8.GetBytes(text), "evonas session"u8);
    }

    /// <summary>As it is printed once, in the fragment of an address.</summary>
    public string Text { get; }

    /// <summary>Signs sessions: another token ends them all.</summary>
    public byte[] SessionKey { get; }

    /// <summary>A token that is written nowhere.</summary>
    public static AccessToken New() =>
        new(
            Convert
                .ToBase64String(RandomNumberGenerator.GetBytes(Bytes))
                .TrimEnd('=')
                .Replace('+', '-')
                .Replace('/', '_')
        );

    /// <summary>The token of a file; a new one where there is none, or where others could have read it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="warn">Is told why a new token was made, or why it is not kept.</param>
    public static AccessToken At(string path, Action<string> warn)
    {
        try
        {
            if (Read(path, warn) is { } kept)
                return new(kept);
            var made = New();
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!); // A full path has a folder.
            File.Delete(path);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, options);
            file.Write(Encoding.UTF8.GetBytes(made.Text));
            return made;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            warn($"the token cannot be kept in {path}, so it changes at the next start: {fault.Message}");
            return New();
        }
    }

    /// <summary>Is it this one? Takes as long for a wrong one as for the right one.</summary>
    public bool Matches(ReadOnlySpan<char> text)
    {
        // Of a long text the beginning is enough to be wrong.
        if (text.Length > 2 * Bytes)
            return false;
        Span<byte> bytes = stackalloc byte[8 * Bytes];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(bytes[..length]), _hash);
    }

    static string? Read(string path, Action<string> warn)
    {
        if (!File.Exists(path))
            return null;
        if (
            !OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0
        )
        {
            warn($"others could read the token in {path}: a new one is made");
            return null;
        }
        var text = File.ReadAllText(path).Trim();
        return text.Length >= Bytes && text.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_')
            ? text
            : null;
    }
}
