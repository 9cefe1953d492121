using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Reports;

namespace EvoNas.Dashboard.Projections;

/// <summary>Events as few bytes: a kept projection is read ten times as fast as the JSON of the journal.</summary>
/// <remarks>Texts that come again are written once a block. The meaning of a byte changes with
/// <see cref="Projection.Version"/> only.</remarks>
static class EventDigest
{
    const byte Born = 1,
        Scored = 2,
        RuledOut = 3,
        Retired = 4;

    /// <summary>Writes one block. Not to be shared between threads.</summary>
    public sealed class Writer
    {
        readonly MemoryStream _bytes = new();
        readonly BinaryWriter _to;
        readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);

        public Writer() => _to = new(_bytes);

        /// <summary>Events of the block.</summary>
        public int Count { get; private set; }

        /// <summary>The block.</summary>
        public byte[] ToArray() => _bytes.ToArray();

        /// <summary>Adds an event.</summary>
        /// <returns>False for one that is too rare for a form of its own; nothing is written.</returns>
        public bool TryAdd(DateTime time, LineageEvent happened)
        {
            switch (happened)
            {
                case LineageEvent.Born { RepeatOf: null, Origin: null, Promoted: null } born:
                    Head(Born, time, born.Birth);
                    _to.Write7BitEncodedInt64(born.Parent?.Value ?? 0);
                    _to.Write7BitEncodedInt64(born.Mate?.Value ?? 0);
                    _to.Write7BitEncodedInt(born.Draw);
                    Add(born.Genotype);
                    _to.Write(born.Change is not null);
                    if (born.Change is { } change)
                        foreach (var text in (string[])[change.Decision, change.From, change.To])
                            Add(text);
                    break;
                case LineageEvent.Scored { From: null } scored:
                    Head(Scored, time, scored.Birth);
                    _to.Write(scored.Fitness.Value);
                    _to.Write(scored.Fitness.Feasible);
                    _to.Write7BitEncodedInt(scored.StoppedAtEpoch ?? 0);
                    Add(scored.Run);
                    _to.Write7BitEncodedInt(scored.Metrics.Count);
                    foreach (var (name, value) in scored.Metrics)
                    {
                        Add(name);
                        _to.Write(value);
                    }
                    _to.Write7BitEncodedInt(scored.Curve.Count);
                    foreach (var value in scored.Curve)
                        _to.Write(value);
                    break;
                case LineageEvent.RuledOut ruledOut:
                    Head(RuledOut, time, ruledOut.Birth);
                    _to.Write((byte)ruledOut.Reason);
                    Add(Figures.OneLine(ruledOut.Detail));
                    Add(ruledOut.Run);
                    break;
                case LineageEvent.Retired retired:
                    Head(Retired, time, retired.Birth);
                    break;
                default:
                    return false;
            }
            Count++;
            return true;
        }

        void Head(byte kind, DateTime time, BirthNumber birth)
        {
            _to.Write(kind);
            _to.Write(time.Ticks);
            _to.Write7BitEncodedInt64(birth.Value);
        }

        void Add(Run run)
        {
            _to.Write7BitEncodedInt(run.Attempt);
            Add(run.Slot);
            _to.Write(run.Seconds);
            _to.Write(run.AtSeconds);
        }

        void Add(Genotype genotype)
        {
            _to.Write7BitEncodedInt(genotype.Genes.Count);
            foreach (var gene in genotype.Genes)
            {
                _to.Write(gene.IsReal);
                if (gene.IsReal)
                    _to.Write(gene.Value);
                else
                    _to.Write7BitEncodedInt(gene.Index);
            }
        }

        // The number after the last one says that the text follows.
        void Add(string text)
        {
            if (_texts.TryGetValue(text, out var number))
            {
                _to.Write7BitEncodedInt(number);
                return;
            }
            _to.Write7BitEncodedInt(_texts.Count);
            _to.Write(text);
            _texts[text] = _texts.Count;
        }
    }

    /// <summary>The events of a block, in order. Why a birth was ruled out comes back as one
    /// line.</summary>
    /// <exception cref="InvalidDataException">The block is damaged.</exception>
    public static List<(DateTime Time, LineageEvent Event)> Read(byte[] block)
    {
        var from = new BinaryReader(new MemoryStream(block, writable: false));
        var (texts, events) = (new List<string>(), new List<(DateTime, LineageEvent)>());
        try
        {
            while (from.BaseStream.Position < block.Length)
            {
                var kind = from.ReadByte();
                var time = new DateTime(from.ReadInt64(), DateTimeKind.Utc);
                var birth = new BirthNumber(from.Read7BitEncodedInt64());
                events.Add((time, ReadEvent(from, texts, kind, birth)));
            }
        }
        catch (Exception fault) when (fault is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("A block of a projection is damaged.", fault);
        }
        return events;
    }

    static LineageEvent ReadEvent(BinaryReader from, List<string> texts, byte kind, BirthNumber birth)
    {
        switch (kind)
        {
            case Born:
                var parent = from.Read7BitEncodedInt64();
                var mate = from.Read7BitEncodedInt64();
                var draw = from.Read7BitEncodedInt();
                var genotype = ReadGenotype(from);
                var change = from.ReadBoolean()
                    ? new Change(ReadText(from, texts), ReadText(from, texts), ReadText(from, texts))
                    : null;
                return new LineageEvent.Born(
                    birth,
                    parent == 0 ? null : new BirthNumber(parent),
                    genotype,
                    draw,
                    change,
                    mate == 0 ? null : new BirthNumber(mate)
                );
            case Scored:
                var fitness = new Fitness(from.ReadDouble(), from.ReadBoolean());
                var stopped = from.Read7BitEncodedInt();
                var run = ReadRun(from, texts);
                var metrics = new KeyValuePair<string, double>[Count(from)];
                for (var i = 0; i < metrics.Length; i++)
                    metrics[i] = new(ReadText(from, texts), from.ReadDouble());
                var curve = new double[Count(from)];
                for (var i = 0; i < curve.Length; i++)
                    curve[i] = from.ReadDouble();
                return new LineageEvent.Scored(
                    birth,
                    fitness,
                    Metrics.Of(metrics),
                    [.. curve],
                    stopped == 0 ? null : stopped,
                    run
                );
            case RuledOut:
                return new LineageEvent.RuledOut(
                    birth,
                    (RuledOutReason)from.ReadByte(),
                    ReadText(from, texts),
                    ReadRun(from, texts)
                );
            case Retired:
                return new LineageEvent.Retired(birth);
            default:
                throw new FormatException($"An event of kind {kind} is not known.");
        }
    }

    static Run ReadRun(BinaryReader from, List<string> texts)
    {
        var attempt = from.Read7BitEncodedInt();
        return new(attempt, ReadText(from, texts), from.ReadDouble(), from.ReadDouble());
    }

    static Genotype ReadGenotype(BinaryReader from)
    {
        var genes = new Gene[Count(from)];
        for (var i = 0; i < genes.Length; i++)
            genes[i] = from.ReadBoolean() ? Gene.Real(from.ReadDouble()) : Gene.Of(from.Read7BitEncodedInt());
        return new([.. genes]);
    }

    // No array is longer than the bytes that are left, whatever a damaged block says.
    static int Count(BinaryReader from) =>
        from.Read7BitEncodedInt() is var count
        && count >= 0
        && count <= from.BaseStream.Length - from.BaseStream.Position
            ? count
            : throw new FormatException("A count is larger than the block.");

    static string ReadText(BinaryReader from, List<string> texts)
    {
        var number = from.Read7BitEncodedInt();
        if (number == texts.Count)
            texts.Add(from.ReadString());
        return texts[number];
    }
}
