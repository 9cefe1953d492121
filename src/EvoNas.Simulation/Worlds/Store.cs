using EvoNas.Actors;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;

namespace EvoNas.Simulation.Worlds;

/// <summary>One append.</summary>
/// <param name="Writer">Whose.</param>
/// <param name="Cell">Which life of it.</param>
/// <param name="Ticket">The cell's own number of it.</param>
sealed record Write(Coordinator Writer, DurableCell Cell, int Ticket)
{
    /// <summary>Does its writer still wait for the answer?</summary>
    public bool IsAwaited => Writer.Awaits(this);
}

/// <summary>The journal's answer to an append.</summary>
sealed record AppendAnswer(Write Write, AppendFate Fate)
{
    public override string ToString() => $"append {Write.Ticket}: {Fate}";
}

/// <summary>What a writer is told of an append.</summary>
enum AppendFate
{
    Done,

    /// <summary>Not appended, or nobody knows; the writer does not tell the two apart.</summary>
    Failed,

    /// <summary>The place was taken: somebody else writes.</summary>
    OtherWriter,
}

/// <summary>The journal on its machine: rows that only grow, behind the real serializer, and snapshots, which may be
/// lost.</summary>
/// <remarks>Its fence is a unique index over (id, number): of two writers, the second to arrive is refused.</remarks>
sealed class Store(World world, Node node)
{
    public const string Id = "search-torture";

    // After so long a writer gives an append up.
    const double TimeoutSeconds = 20;

    readonly List<(KeptBytes Row, Write Write)> _rows = [];
    readonly List<KeptBytes> _snapshots = [];
    readonly SeededRandom _random = SeededRandom.For(world.Seed, "disk");

    public Node Node => node;

    public int Count => _rows.Count;

    /// <summary>The append that wrote the row of a number; null where there is none.</summary>
    public Write? WriteOf(long number) => number >= 1 && number <= _rows.Count ? _rows[(int)number - 1].Write : null;

    /// <summary>The row of a number; null where there is none.</summary>
    public KeptBytes? RowOf(long number) => number >= 1 && number <= _rows.Count ? _rows[(int)number - 1].Row : null;

    public bool IsDown { get; set; }

    /// <summary>It takes and does not answer.</summary>
    public bool IsSilent { get; set; }

    public IEnumerable<KeptBytes> Rows(long after)
    {
        for (var i = (int)after; i < _rows.Count; i++)
            yield return _rows[i].Row;
    }

    public IEnumerable<KeptBytes> Snapshots => _snapshots;

    /// <summary>How often <see cref="Snapshots"/> became others.</summary>
    public int SnapshotsChanged { get; private set; }

    /// <summary>Appends all or none, and answers later, or never.</summary>
    public void Append(Write write, KeptBytes[] rows)
    {
        var (fate, latency) = (_random.Unit(), 0.002 + 0.02 * _random.Unit() * _random.Unit());
        var profile = world.FaultProfile;
        Answer(TimeoutSeconds, write, AppendFate.Failed);
        if (world.Network.IsCut(write.Writer.Node, node))
            return;
        if (IsDown)
            Reply(latency, write, AppendFate.Failed);
        else if (IsSilent || (fate -= profile.AppendUndone) < 0)
        {
            // Taken, and rolled back when the database starts again; or committed although it never says so.
            if (IsSilent && _random.Happens(0.5))
                world.After(latency, () => Commit(write, rows));
        }
        else if ((fate -= profile.AppendFails) < 0)
            Reply(latency, write, AppendFate.Failed);
        else if ((fate -= profile.AppendUnseen) < 0)
            world.After(latency, () => Commit(write, rows));
        else if ((fate -= profile.AppendLate) < 0)
            world.After(TimeoutSeconds * (0.9 + _random.Unit()), () => Reply(0.001, write, Commit(write, rows)));
        else
        {
            if ((fate -= profile.AppendSlow) < 0)
                latency += 10 * _random.Unit();
            world.After(latency, () => Reply(0.001, write, Commit(write, rows)));
        }
    }

    /// <summary>Keeps a snapshot. A torn one is found when it is read.</summary>
    public void Keep(Lineage lineage)
    {
        SnapshotsChanged++;
        var bytes = LineageSnapshot.Write(Id, lineage);
        if (_random.Happens(world.FaultProfile.SnapshotTorn))
            bytes = bytes[..(bytes.Length / 2)];
        _snapshots.RemoveAll(older => older.Number == lineage.Events);
        _snapshots.Add(new(lineage.Events, LineageSnapshot.Manifest, bytes));
        _snapshots.Sort((one, other) => other.Number.CompareTo(one.Number));
    }

    /// <summary>Deletes the snapshots of events before one.</summary>
    public void Forget(long before) => _snapshots.RemoveAll(older => older.Number < before);

    /// <summary>A bit of the newest snapshot changes.</summary>
    public void Rot()
    {
        if (_snapshots.Count == 0)
            return;
        SnapshotsChanged++;
        var bytes = _snapshots[0].Bytes.ToArray();
        bytes[_random.Below(bytes.Length)] ^= (byte)(1 << _random.Below(8));
        _snapshots[0] = _snapshots[0] with { Bytes = bytes };
    }

    /// <summary>What a recovery reads; false where the database does not answer. Rows may come damaged: the reader has
    /// to notice.</summary>
    public bool TryRead(Node reader, out Func<long, IEnumerable<KeptBytes>> rows)
    {
        rows = Rows;
        if (IsDown || IsSilent || world.Network.IsCut(reader, node) || world.Network.IsCut(node, reader))
            return false;
        if (_rows.Count > 0 && _random.Happens(world.FaultProfile.ReadDamaged))
        {
            var (victim, place, bit) = (_random.Below(_rows.Count) + 1, _random.Unit(), _random.Below(8));
            rows = after =>
                Rows(after)
                    .Select(row =>
                        row.Number != victim ? row : row with { Bytes = Damaged(row.Bytes.ToArray(), place, bit) }
                    );
        }
        return true;
    }

    static byte[] Damaged(byte[] bytes, double place, int bit)
    {
        bytes[(int)(place * bytes.Length)] ^= (byte)(1 << bit);
        return bytes;
    }

    AppendFate Commit(Write write, KeptBytes[] rows)
    {
        if (rows[0].Number != _rows.Count + 1)
        {
            if (world.InjectedBug != InjectedBug.DiscardOldWriter || rows[0].Number > _rows.Count)
                return AppendFate.OtherWriter;
            _rows.RemoveRange((int)rows[0].Number - 1, _rows.Count - (int)rows[0].Number + 1);
        }
        foreach (var row in rows)
            _rows.Add((row, write));
        if (!write.IsAwaited)
            world.Tally.See(Occurrence.LateCommit);
        world.InvariantChecker.Committed(rows);
        return AppendFate.Done;
    }

    void Reply(double after, Write write, AppendFate fate)
    {
        if (!world.Network.IsCut(node, write.Writer.Node))
            Answer(after, write, fate);
    }

    void Answer(double after, Write write, AppendFate fate) =>
        world.EventQueue.Add(after, write.Writer, new AppendAnswer(write, fate));
}
