using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EvoNas.Lineages;

namespace EvoNas.Actors;

/// <summary>An event as it lies in a journal.</summary>
/// <param name="Manifest">Names the kind of event, for ever.</param>
/// <param name="Payload">UTF-8 JSON with version, number, checksum and the event.</param>
public readonly record struct SerializedEvent(string Manifest, ReadOnlyMemory<byte> Payload);

/// <summary>Events to bytes and back. The names are for ever: what they mean never changes, a new meaning gets a new
/// name.</summary>
/// <remarks>A payload is <c>{"v":1,"n":17,"c":"9ae21f03","e":{…}}</c>: the format's version, the event's number in
/// its journal, a CRC-32C over persistence id, number, manifest and the event's bytes, and the event. A journal's own
/// replay checks neither gaps nor contents, so a flipped bit, a lost row and two exchanged rows are found
/// here.</remarks>
public static class EventSerializer
{
    /// <summary>The version that is written; all from 1 on are read.</summary>
    public const int Version = 1;

    /// <summary>Identifies this format among an actor system's serializers (Akka.Persistence's <c>identifier</c>
    /// column).</summary>
    public const int SerializerIdentifier = 1801;

    const int ChecksumDigits = 8;

    static readonly FrozenDictionary<string, Type> Types = new Dictionary<string, Type>
    {
        ["begun"] = typeof(LineageEvent.Begun),
        ["born"] = typeof(LineageEvent.Born),
        ["scored"] = typeof(LineageEvent.Scored),
        ["ruled-out"] = typeof(LineageEvent.RuledOut),
        ["retired"] = typeof(LineageEvent.Retired),
        ["extended"] = typeof(LineageEvent.Extended),
        ["finished"] = typeof(LineageEvent.Finished),
        // Reasons that came later have manifests of their own: an earlier build refuses them by name.
        ["unscorable"] = typeof(LineageEvent.RuledOut),
        ["draws-spent"] = typeof(LineageEvent.Finished),
        // So have settings and events of algorithms that came later.
        ["begun-with-rules"] = typeof(LineageEvent.Begun),
        ["exhausted"] = typeof(LineageEvent.Exhausted),
        ["begun-with-objectives"] = typeof(LineageEvent.Begun),
        ["begun-with-finalists"] = typeof(LineageEvent.Begun),
        ["repeated"] = typeof(LineageEvent.Born),
        ["guarded"] = typeof(LineageEvent.Born),
        ["finished-with-winner"] = typeof(LineageEvent.Finished),
        ["proposed"] = typeof(LineageEvent.Proposed),
        ["born-of-proposal"] = typeof(LineageEvent.Born),
        ["begun-with-rungs"] = typeof(LineageEvent.Begun),
        ["promoted"] = typeof(LineageEvent.Born),
        ["begun-with-held-out"] = typeof(LineageEvent.Begun),
    }.ToFrozenDictionary();

    [ThreadStatic]
    static Scratch? t_scratch;

    static ReadOnlySpan<byte> BeforeVersion => "{\"v\":"u8;

    static ReadOnlySpan<byte> BeforeNumber => ",\"n\":"u8;

    static ReadOnlySpan<byte> BeforeChecksum => ",\"c\":\""u8;

    static ReadOnlySpan<byte> BeforeBody => "\",\"e\":"u8;

    /// <summary>The manifest of an event.</summary>
    public static string ManifestOf(LineageEvent happened) =>
        happened switch
        {
            LineageEvent.Begun { Settings.HeldOutFinals: true } => "begun-with-held-out",
            LineageEvent.Begun { Settings.Rungs: not null } => "begun-with-rungs",
            LineageEvent.Begun { Settings.Pareto: not null } => "begun-with-objectives",
            LineageEvent.Begun { Settings.Finalists: not null } => "begun-with-finalists",
            LineageEvent.Begun { Settings.Rules: not null } => "begun-with-rules",
            LineageEvent.Begun => "begun",
            LineageEvent.Born { Guards: not null } => "guarded",
            LineageEvent.Born { RepeatOf: not null } => "repeated",
            LineageEvent.Born { Promoted: not null } => "promoted",
            LineageEvent.Born { Origin: not null } => "born-of-proposal",
            LineageEvent.Born => "born",
            LineageEvent.Proposed => "proposed",
            LineageEvent.Scored => "scored",
            LineageEvent.RuledOut { Reason: RuledOutReason.Unscorable } => "unscorable",
            LineageEvent.RuledOut => "ruled-out",
            LineageEvent.Retired => "retired",
            LineageEvent.Exhausted => "exhausted",
            LineageEvent.Extended => "extended",
            LineageEvent.Finished { Winner: not null } => "finished-with-winner",
            LineageEvent.Finished { Reason: FinishedReason.Limit or FinishedReason.DrawsSpent } => "draws-spent",
            LineageEvent.Finished => "finished",
            _ => throw new System.Diagnostics.UnreachableException(
                $"LineageEvent {happened.GetType().Name} has no manifest."
            ),
        };

    /// <summary>Whether a manifest is known. A row with an unknown one was written by a newer EvoNas, or by another
    /// program.</summary>
    public static bool Knows(string manifest) => Types.ContainsKey(manifest);

    /// <summary>An event as bytes.</summary>
    /// <param name="persistenceId">Of the journal it goes to.</param>
    /// <param name="number">Its place there, from 1.</param>
    /// <param name="happened">The event.</param>
    public static SerializedEvent Write(string persistenceId, long number, LineageEvent happened)
    {
        var manifest = ManifestOf(happened);
        var scratch = t_scratch ??= new();
        var payload = scratch.Write(number, happened, out var bodyAt);
        var checksum = Checksum(persistenceId, number, manifest, payload.AsSpan(bodyAt..^1));
        Utf8Formatter.TryFormat(
            checksum,
            payload.AsSpan(bodyAt - BeforeBody.Length - ChecksumDigits),
            out _,
            new StandardFormat('x', ChecksumDigits)
        );
        return new(manifest, payload);
    }

    /// <summary>Reads an event, and makes sure that it is the one that was written there.</summary>
    /// <exception cref="EventSerializationException">The manifest or version is unknown, the payload is damaged, or it
    /// belongs to another place.</exception>
    public static LineageEvent Read(string persistenceId, long number, string manifest, ReadOnlySpan<byte> payload)
    {
        if (!Types.TryGetValue(manifest, out var type))
            throw new EventSerializationException(
                number,
                $"has the unknown manifest '{manifest}': it was written by a newer EvoNas, or by another program"
            );
        var (itsNumber, checksum, body) = Open(number, payload);
        if (itsNumber != number)
            throw new EventSerializationException(
                number,
                $"says that it is event {itsNumber}: rows were exchanged or lost"
            );
        if (checksum != Checksum(persistenceId, number, manifest, payload[body]))
            throw new EventSerializationException(
                number,
                "does not agree with its checksum: it was damaged or belongs to another search"
            );
        try
        {
            return (LineageEvent?)JsonSerializer.Deserialize(payload[body], type, EventJson.Default)
                ?? throw new EventSerializationException(number, "is empty");
        }
        catch (Exception fault)
            when (fault
                    is JsonException
                        or FormatException
                        or ArgumentException
                        or NotSupportedException
                        or InvalidOperationException
                        or OverflowException
            )
        {
            throw new EventSerializationException(number, $"cannot be read: {fault.Message}", fault);
        }
    }

    // The envelope is read as strictly as it is written: every byte of it that changes is noticed.
    static (long Number, uint Checksum, Range Body) Open(long number, ReadOnlySpan<byte> payload)
    {
        var at = 0;
        if (!Take(payload, ref at, BeforeVersion) || !TakeNumber(payload, ref at, out var version))
            throw new EventSerializationException(number, "is not a payload of EvoNas");
        if (version != Version)
            throw new EventSerializationException(
                number,
                $"has format version {version}; this EvoNas reads version {Version}"
            );
        if (
            !Take(payload, ref at, BeforeNumber)
            || !TakeNumber(payload, ref at, out var itsNumber)
            || !Take(payload, ref at, BeforeChecksum)
            || payload.Length < at + ChecksumDigits
            || !Utf8Parser.TryParse(payload.Slice(at, ChecksumDigits), out uint checksum, out var digits, 'x')
            || digits != ChecksumDigits
            || payload.Slice(at, ChecksumDigits).ContainsAnyInRange((byte)'A', (byte)'F')
        )
            throw new EventSerializationException(number, "is not a payload of EvoNas");
        at += digits;
        if (!Take(payload, ref at, BeforeBody) || payload.Length <= at || payload[^1] != (byte)'}')
            throw new EventSerializationException(number, "holds no event");
        return (itsNumber, checksum, at..^1);
    }

    static bool Take(ReadOnlySpan<byte> payload, ref int at, ReadOnlySpan<byte> expected)
    {
        if (!payload[at..].StartsWith(expected))
            return false;
        at += expected.Length;
        return true;
    }

    static bool TakeNumber(ReadOnlySpan<byte> payload, ref int at, out long number)
    {
        if (!Utf8Parser.TryParse(payload[at..], out number, out var digits))
            return false;
        at += digits;
        return true;
    }

    /// <summary>What one thread writes into, again and again.</summary>
    sealed class Scratch
    {
        readonly ArrayBufferWriter<byte> _bytes = new(1024);
        readonly Utf8JsonWriter _json;

        // The writer's own checks are for those who nest by hand; what it writes is read back by the tests.
        public Scratch() => _json = new(_bytes, new JsonWriterOptions { SkipValidation = true });

        /// <summary>The payload with a checksum of blanks.</summary>
        public byte[] Write(long number, LineageEvent happened, out int bodyAt)
        {
            _bytes.ResetWrittenCount();
            _json.Reset();
            _bytes.Write(BeforeVersion);
            Put(Version);
            _bytes.Write(BeforeNumber);
            Put(number);
            _bytes.Write(BeforeChecksum);
            _bytes.Write("        "u8);
            _bytes.Write(BeforeBody);
            bodyAt = _bytes.WrittenCount;
            JsonSerializer.Serialize(_json, happened, happened.GetType(), EventJson.Default);
            _json.Flush();
            _bytes.Write("}"u8);
            return _bytes.WrittenSpan.ToArray();
        }

        void Put(long number)
        {
            Utf8Formatter.TryFormat(number, _bytes.GetSpan(20), out var digits);
            _bytes.Advance(digits);
        }
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
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var rest in bytes[(words.Length * 8)..])
            crc = BitOperations.Crc32C(crc, rest);
        return crc;
    }
}

/// <summary>A row of a journal that cannot be trusted. Recovery stops here; it never skips.</summary>
public sealed class EventSerializationException(long number, string what, Exception? inner = null)
    : Exception($"Event {number} {what}.", inner)
{
    /// <summary>The event's place in its journal, from 1.</summary>
    public long Number { get; } = number;
}
