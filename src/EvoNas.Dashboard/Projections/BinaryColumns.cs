using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EvoNas.Dashboard.Projections;

/// <summary>Columns as bytes: a page reads them without parsing. The layout is in docs/dashboard.md.</summary>
static class BinaryColumns
{
    public const string ContentType = "application/vnd.evonas.columns";

    const int NamesMax = 64,
        Alignment = 8;

    static ReadOnlySpan<byte> Magic => "EVC1"u8;

    /// <summary>Names of the columns that every search has.</summary>
    public static readonly string[] BuiltIn =
    [
        "birth",
        "parent",
        "outcome",
        "feasible",
        "fitness",
        "gain",
        "bornAt",
        "endedAt",
        "ordinal",
        "retiredAt",
        "hours",
        "clock",
        "seconds",
        "attempt",
        "draw",
        "epochs",
        "slot",
        "decision",
        "from",
        "to",
        "subtree",
        "founder",
    ];

    const string DecisionPrefix = "decision.",
        MetricPrefix = "metric.";

    /// <summary>True where a name can only be answered with the space of the search.</summary>
    public static bool NeedsDecisions(IEnumerable<string> names) =>
        names.Any(name => name.StartsWith(DecisionPrefix, StringComparison.Ordinal));

    /// <summary>The births that were born or ended after an event, as columns.</summary>
    /// <exception cref="RequestException">A name is not known, or there are too many.</exception>
    public static byte[] Of(
        string search,
        Projection projection,
        DecisionColumns? decisions,
        IReadOnlyList<string> names,
        long after
    )
    {
        if (names.Count > NamesMax)
            throw new RequestException($"names has {names.Count} columns; it takes at most {NamesMax}.");
        var places = Places(projection, after);
        var columns = names
            .Prepend("birth")
            .Distinct(StringComparer.Ordinal)
            .Select(name => Column(projection, decisions, name, places))
            .ToArray();
        var (heads, offset) = (new List<object>(), 0);
        foreach (var column in columns)
        {
            heads.Add(
                new
                {
                    name = column.Name,
                    type = column.Type,
                    offset,
                    length = column.Bytes.Length,
                    dictionary = column.Dictionary,
                }
            );
            offset += Padded(column.Bytes.Length);
        }
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                search,
                @event = projection.Event,
                after,
                count = places.Length,
                births = projection.Count,
                started = projection.Started,
                columns = heads,
            }
        );
        var headerLength = Padded(8 + header.Length) - 8;
        var bytes = new byte[8 + headerLength + offset];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)headerLength);
        header.CopyTo(bytes, 8);
        bytes.AsSpan(8 + header.Length, headerLength - header.Length).Fill((byte)' ');
        var at = 8 + headerLength;
        foreach (var column in columns)
        {
            column.Bytes.CopyTo(bytes, at);
            at += Padded(column.Bytes.Length);
        }
        return bytes;
    }

    static int Padded(int length) => (length + Alignment - 1) / Alignment * Alignment;

    static int[] Places(Projection projection, long after)
    {
        if (after <= 0)
            return [.. Enumerable.Range(0, projection.Count)];
        var places = new List<int>();
        for (var place = 0; place < projection.Count; place++)
            if (projection.BornAt[place] > after || projection.EndedAt[place] > after)
                places.Add(place);
        return [.. places];
    }

    readonly record struct Bytewise(string Name, string Type, byte[] Bytes, IReadOnlyList<string>? Dictionary);

    static Bytewise Column(Projection projection, DecisionColumns? decisions, string name, int[] places)
    {
        switch (name)
        {
            case "birth":
                return Whole(name, places, place => place + 1);
            case "parent":
                return Whole(name, places, place => projection.Parent[place]);
            case "outcome":
                return Small(name, places, place => (byte)projection.Outcome[place]);
            case "feasible":
                return Small(name, places, place => projection.Feasible[place] ? (byte)1 : (byte)0);
            case "fitness":
                return Real(name, places, place => projection.Fitness[place]);
            case "gain":
                return Real(name, places, place => projection.Gain[place]);
            case "bornAt":
                return Whole(name, places, place => projection.BornAt[place]);
            case "endedAt":
                return Whole(name, places, place => projection.EndedAt[place]);
            case "ordinal":
                return Whole(name, places, place => projection.Ordinal[place]);
            case "retiredAt":
                return Whole(name, places, place => projection.RetiredAt[place]);
            case "hours":
                return Real(name, places, place => projection.AtSeconds[place] / 3600);
            case "clock":
                var started = projection.Started?.Ticks ?? 0;
                return Real(
                    name,
                    places,
                    place =>
                        (double)(
                            (projection.EndedTicks[place] is var ended and > 0 ? ended : projection.BornTicks[place])
                            - started
                        ) / TimeSpan.TicksPerSecond
                );
            case "seconds":
                return Real(name, places, place => projection.Seconds[place]);
            case "attempt":
                return Small(name, places, place => (byte)Math.Clamp(projection.Attempt[place], 0, 255));
            case "draw":
                return Whole(name, places, place => projection.Draw[place]);
            case "epochs":
                return Whole(name, places, place => projection.Epochs[place]);
            case "slot":
                return Whole(name, places, place => projection.Slot[place], projection.Slots);
            case "decision":
                return Whole(name, places, place => projection.Decision[place], projection.Decisions);
            case "from":
                return Whole(name, places, place => projection.From[place], projection.Values);
            case "to":
                return Whole(name, places, place => projection.To[place], projection.Values);
            case "subtree":
                var sizes = projection.SubtreeSizes().ToArray();
                return Whole(name, places, place => sizes[place]);
            case "founder":
                return Whole(name, places, place => projection.Founder[place]);
        }
        if (name.StartsWith(DecisionPrefix, StringComparison.Ordinal))
            return decisions?.Find(name[DecisionPrefix.Length..]) is { } answers
                ? Whole(name, places, place => answers.Taken[place], answers.Values)
                : throw Unknown(projection, name);
        var metric = name.StartsWith(MetricPrefix, StringComparison.Ordinal) ? name[MetricPrefix.Length..] : name;
        return projection.Metric(metric) is { } values
            ? Real(name, places, place => values[place])
            : throw Unknown(projection, name);
    }

    static RequestException Unknown(Projection projection, string name) =>
        new(
            $"There is no column '{name}'.",
            $"There are {string.Join(", ", BuiltIn.Concat(projection.Metrics))} and decision.ID."
        );

    static Bytewise Whole(string name, int[] places, Func<int, int> of, TextTable? texts = null)
    {
        var bytes = new byte[places.Length * sizeof(int)];
        var values = MemoryMarshal.Cast<byte, int>(bytes.AsSpan());
        for (var i = 0; i < places.Length; i++)
            values[i] = BitConverter.IsLittleEndian ? of(places[i]) : BinaryPrimitives.ReverseEndianness(of(places[i]));
        return new(name, "i32", bytes, texts?.Texts);
    }

    static Bytewise Small(string name, int[] places, Func<int, byte> of)
    {
        var bytes = new byte[places.Length];
        for (var i = 0; i < places.Length; i++)
            bytes[i] = of(places[i]);
        return new(name, "u8", bytes, null);
    }

    static Bytewise Real(string name, int[] places, Func<int, double> of)
    {
        var bytes = new byte[places.Length * sizeof(float)];
        for (var i = 0; i < places.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), (float)of(places[i]));
        return new(name, "f32", bytes, null);
    }
}
