using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace EvoNas.Dashboard.Security;

/// <summary>Sessions of browsers: what a cookie holds is signed with the token, so it is as good after a new start of
/// the dashboard, and worth nothing after a new token.</summary>
/// <remarks>May be shared between threads.</remarks>
sealed class Sessions(AccessToken token, TimeProvider time)
{
    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    const int NonceBytes = 16,
        SignatureBytes = 32,
        CookieBytes = sizeof(long) + NonceBytes + SignatureBytes,
        EndedMax = 10_000;

    readonly ConcurrentDictionary<string, DateTime> _ended = new(StringComparer.Ordinal);

    /// <summary>Begins a session.</summary>
    /// <returns>The value of its cookie, and when it ends.</returns>
    public (string Cookie, DateTime Expires) Begin()
    {
        var expires = time.GetUtcNow().UtcDateTime + Lifetime;
        Span<byte> bytes = stackalloc byte[CookieBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, expires.Ticks);
        RandomNumberGenerator.Fill(bytes.Slice(sizeof(long), NonceBytes));
        HMACSHA256.HashData(token.SessionKey, bytes[..^SignatureBytes], bytes[^SignatureBytes..]);
        return (Base64Url.EncodeToString(bytes), expires);
    }

    /// <summary>The session of a cookie; null where it is not valid, over or ended.</summary>
    /// <returns>A name for its limits, and when it ends.</returns>
    public (string Id, DateTime Expires)? Find(string? cookie)
    {
        Span<byte> bytes = stackalloc byte[CookieBytes];
        Span<byte> signature = stackalloc byte[SignatureBytes];
        if (
            cookie is null
            || cookie.Length != Base64Url.GetEncodedLength(CookieBytes)
            || !Base64Url.IsValid(cookie)
            || !Base64Url.TryDecodeFromChars(cookie, bytes, out var length)
            || length != CookieBytes
        )
            return null;
        HMACSHA256.HashData(token.SessionKey, bytes[..^SignatureBytes], signature);
        if (!CryptographicOperations.FixedTimeEquals(signature, bytes[^SignatureBytes..]))
            return null;
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        var id = Convert.ToHexStringLower(bytes.Slice(sizeof(long), NonceBytes));
        return ticks > time.GetUtcNow().UtcTicks && !_ended.ContainsKey(id)
            ? (id, new DateTime(ticks, DateTimeKind.Utc))
            : null;
    }

    /// <summary>Ends a session before its time.</summary>
    public void End(string id, DateTime expires)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (_ended.Count >= EndedMax)
            foreach (var (other, over) in _ended)
                if (over < now)
                    _ended.TryRemove(other, out _);
        _ended[id] = expires;
    }
}
