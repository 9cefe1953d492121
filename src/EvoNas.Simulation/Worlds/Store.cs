using EvoNas.Actors;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;

namespace EvoNas.Simulation.Worlds;

/// <summary>One append.</summary>
/// <param name="Writer">The coordinator that appends.</param>
/// <param name="Cell">Its cell at that time.</param>
/// <param name="Ticket">The ticket of the cell's append command.</param>
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

/// <summary>What the journal answers to an append.</summary>
enum AppendFate
{
    Done,

    /// <summary>Not appended, or its fate is unknown. The writer cannot tell the two apart.</summary>
    Failed,

    /// <summary>The number was taken by another append.</summary>
    OtherWriter,
}

/// <summary>The journal on its machine: rows that only grow, behind the real serializer, and snapshots, which may be
/// lost.</summary>
/// <remarks>A unique index over (id, number) fences writers: the second append of a number is refused.</remarks>
sealed class Store(World world, Node node)
{
    public const string Id = "search-simulated";

    // A writer gives up an append after this time.
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

    /// <summary>It accepts requests and does not answer.</summary>
    public bool IsSilent { get; set; }

    public IEnumerable<KeptBytes> Rows(long after)
    {
        for (var i = (int)after; i < _rows.Count; i++)
            yield return _rows[i].Row;
    }

    public IEnumerable<KeptBytes> Snapshots => _snapshots;

    /// <summary>How often <see cref="Snapshots"/> changed.</summary>
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
            // Accepted, and then rolled back when the database restarts, or committed without an answer.
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

    /// <summary>Keeps a snapshot. A torn snapshot is detected when it is read.</summary>
    public void Keep(Lineage lineage)
    {
        SnapshotsChanged++;
        var bytes = LineageSnapshot.Write(Id, lineage);
        if (_random.Happens(world.FaultProfile.SnapshotTorn))
            bytes = bytes[..(bytes.Length / 2)];
        _snapshots.RemoveAll(older => older.Number == lineage.Events);
        _snapshots.Add(new(lineage.Events, LineageSnapshot.ManifestOf(lineage), bytes));
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

    /// <summary>What a recovery reads; false if the database does not answer. A row may be damaged: the reader has to
    /// detect it.</summary>
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
