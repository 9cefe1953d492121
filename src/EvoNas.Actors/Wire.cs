using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EvoNas.Lineages;

namespace EvoNas.Actors;

/// <summary>An event as it lies in a journal.</summary>
/// <param name="Manifest">Names the kind of event, for ever.</param>
/// <param name="Payload">UTF-8 JSON with version, number, checksum and the event.</param>
public readonly record struct WireEvent(string Manifest, ReadOnlyMemory<byte> Payload);

/// <summary>Events to bytes and back. The names are for ever: what they mean never changes, a new meaning gets a new name.</summary>
/// <remarks>A payload is <c>{"v":1,"n":17,"c":"9ae21f03","e":{…}}</c>: the format's version, the event's number in its journal, a CRC-32C over
/// persistence id, number, manifest and the event's bytes, and the event. A journal's own replay checks neither gaps nor contents, so
/// a flipped bit, a lost row and two exchanged rows are found here.</remarks>
public static class Wire
{
    /// <summary>The version that is written; all from 1 on are read.</summary>
    public const int Version = 1;

    /// <summary>Identifies this format among an actor system's serializers (Akka.Persistence's <c>identifier</c> column).</summary>
    public const int SerializerIdentifier = 1801;

    /// <summary>The name of a kind of event on the wire.</summary>
    public static string ManifestOf(LineageEvent happened) => happened switch
    {
        LineageEvent.Begun => "begun",
        LineageEvent.Born => "born",
        LineageEvent.Scored => "scored",
        LineageEvent.RuledOut => "ruled-out",
        LineageEvent.Retired => "retired",
        LineageEvent.Extended => "extended",
        LineageEvent.Finished => "finished",
        _ => throw new System.Diagnostics.UnreachableException($"LineageEvent {happened.GetType().Name} has no manifest."),
    };

    /// <summary>An event as bytes.</summary>
    /// <param name="persistenceId">Of the journal it goes to.</param>
    /// <param name="number">Its place there, from 1.</param>
    /// <param name="happened">The event.</param>
    public static WireEvent Write(string persistenceId, long number, LineageEvent happened)
    {
        var manifest = ManifestOf(happened);
        var body = JsonSerializer.SerializeToUtf8Bytes(happened, happened.GetType(), WireJson.Default);
        var payload = new byte[body.Length + 56];
        var at = 0;
        Put(payload, ref at, "{\"v\":1,\"n\":"u8);
        Utf8Formatter.TryFormat(number, payload.AsSpan(at), out var digits);
        at += digits;
        Put(payload, ref at, ",\"c\":\""u8);
        Utf8Formatter.TryFormat(Checksum(persistenceId, number, manifest, body), payload.AsSpan(at), out digits, new StandardFormat('x', 8));
        at += digits;
        Put(payload, ref at, "\",\"e\":"u8);
        Put(payload, ref at, body);
        payload[at++] = (byte)'}';
        return new(manifest, payload.AsMemory(0, at));
    }

    /// <summary>Reads an event, and makes sure that it is the one that was written there.</summary>
    /// <exception cref="WireException">The manifest or version is unknown, the payload is damaged, or it belongs to another place.</exception>
    public static LineageEvent Read(string persistenceId, long number, string manifest, ReadOnlySpan<byte> payload)
    {
        var type = manifest switch
        {
            "begun" => typeof(LineageEvent.Begun),
            "born" => typeof(LineageEvent.Born),
            "scored" => typeof(LineageEvent.Scored),
            "ruled-out" => typeof(LineageEvent.RuledOut),
            "retired" => typeof(LineageEvent.Retired),
            "extended" => typeof(LineageEvent.Extended),
            "finished" => typeof(LineageEvent.Finished),
            _ => throw new WireException(number, $"has the unknown manifest '{manifest}': it was written by a newer EvoNas, or by something else"),
        };
        var (version, itsNumber, checksum, range) = Open(number, payload);
        var body = payload[range];
        if (version != Version) throw new WireException(number, $"has format version {version}; this EvoNas reads version {Version}");
        if (itsNumber != number) throw new WireException(number, $"says that it is event {itsNumber}: rows were exchanged or lost");
        if (checksum != Checksum(persistenceId, number, manifest, body)) throw new WireException(number, "does not agree with its checksum: it was damaged or belongs to another search");
        try
        {
            return (LineageEvent?)JsonSerializer.Deserialize(body, type, WireJson.Default) ?? throw new WireException(number, "is empty");
        }
        catch (Exception fault) when (fault is JsonException or FormatException or ArgumentException or NotSupportedException)
        {
            throw new WireException(number, $"cannot be read: {fault.Message}", fault);
        }
    }

    static (int Version, long Number, uint Checksum, Range Body) Open(long number, ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            var (version, itsNumber, checksum, from, to) = (0, 0L, 0U, -1, -1);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                switch (name)
                {
                    case "v": version = reader.GetInt32(); break;
                    case "n": itsNumber = reader.GetInt64(); break;
                    case "c": checksum = Convert.ToUInt32(reader.GetString(), 16); break;
                    case "e":
                        from = (int)reader.TokenStartIndex;
                        reader.Skip();
                        to = (int)reader.BytesConsumed;
                        break;
                    default: reader.Skip(); break;
                }
            }
            return from >= 0 ? (version, itsNumber, checksum, from..to) : throw new WireException(number, "holds no event");
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new WireException(number, $"is no payload of ours: {fault.Message}", fault);
        }
    }

    static void Put(byte[] payload, ref int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(payload.AsSpan(at));
        at += bytes.Length;
    }

    static uint Checksum(string persistenceId, long number, string manifest, ReadOnlySpan<byte> body)
    {
        var crc = Crc(0xFFFF_FFFF, MemoryMarshal.AsBytes(persistenceId.AsSpan()));
        crc = BitOperations.Crc32C(crc, (ulong)number);
        crc = Crc(crc, MemoryMarshal.AsBytes(manifest.AsSpan()));
        return ~Crc(crc, body);
    }

    internal static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (var rest in bytes[(words.Length * 8)..]) crc = BitOperations.Crc32C(crc, rest);
        return crc;
    }
}

/// <summary>A row of a journal that cannot be trusted. Recovery stops here; it never skips.</summary>
public sealed class WireException(long number, string what, Exception? inner = null) : Exception($"Event {number} {what}.", inner)
{
    /// <summary>The event's place in its journal, from 1.</summary>
    public long Number { get; } = number;
}
