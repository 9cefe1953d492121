using EvoNas.Actors;
using EvoNas.Genetics;
using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;
using EvoNas.Lineages;

namespace EvoNas.Simulation.Worlds;

/// <summary>What a writer is told of an append.</summary>
enum AppendAnswer
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

    readonly List<(KeptBytes Row, Coordinator Writer, int Ticket)> _rows = [];
    readonly List<KeptBytes> _snapshots = [];
    readonly SeededRandom _random = SeededRandom.For(world.Seed, "disk");

    public Node Node => node;

    public int Count => _rows.Count;

    /// <summary>Whose the row of a number is, and of which append.</summary>
    public (Coordinator Writer, int Ticket) WriterOf(long number) =>
        (_rows[(int)number - 1].Writer, _rows[(int)number - 1].Ticket);

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
    public void Append(Coordinator writer, int ticket, KeptBytes[] rows)
    {
        var (fate, latency) = (_random.Unit(), 0.002 + 0.02 * _random.Unit() * _random.Unit());
        var profile = world.FaultProfile;
        world.EventQueue.Add(TimeoutSeconds, writer, AppendAnswer.Failed, ticket);
        if (world.Network.IsCut(writer.Node, node))
            return;
        if (IsDown)
            Answer(latency, writer, ticket, AppendAnswer.Failed);
        else if (IsSilent || (fate -= profile.AppendUndone) < 0)
        {
            // Taken, and rolled back when the database starts again; or committed although it never says so.
            if (IsSilent && _random.Happens(0.5))
                world.After(latency, () => Commit(writer, ticket, rows));
        }
        else if ((fate -= profile.AppendFails) < 0)
            Answer(latency, writer, ticket, AppendAnswer.Failed);
        else if ((fate -= profile.AppendUnseen) < 0)
            world.After(latency, () => Commit(writer, ticket, rows));
        else if ((fate -= profile.AppendLate) < 0)
            world.After(TimeoutSeconds * (0.9 + _random.Unit()), () => Commit(writer, ticket, rows));
        else
        {
            if ((fate -= profile.AppendSlow) < 0)
                latency += 10 * _random.Unit();
            world.After(latency, () => Answer(0.001, writer, ticket, Commit(writer, ticket, rows)));
        }
    }

    /// <summary>Keeps a snapshot, and of the older ones only the last. A torn one is found when it is read.</summary>
    public void Keep(Lineage lineage)
    {
        SnapshotsChanged++;
        var bytes = LineageSnapshot.Write(Id, lineage);
        if (_random.Happens(world.FaultProfile.SnapshotTorn))
            bytes = bytes[..(bytes.Length / 2)];
        _snapshots.RemoveAll(older => older.Number == lineage.Events);
        _snapshots.Add(new(lineage.Events, LineageSnapshot.Manifest, bytes));
        _snapshots.Sort((one, other) => other.Number.CompareTo(one.Number));
        if (_snapshots.Count > 2)
            _snapshots.RemoveAt(2);
    }

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

    AppendAnswer Commit(Coordinator writer, int ticket, KeptBytes[] rows)
    {
        if (rows[0].Number != _rows.Count + 1)
        {
            if (world.InjectedBug != InjectedBug.DiscardOldWriter || rows[0].Number > _rows.Count)
                return AppendAnswer.OtherWriter;
            _rows.RemoveRange((int)rows[0].Number - 1, _rows.Count - (int)rows[0].Number + 1);
        }
        foreach (var row in rows)
            _rows.Add((row, writer, ticket));
        if (!writer.Awaits(ticket))
            world.Tally.See(Occurrence.LateCommit);
        world.InvariantChecker.Committed(rows);
        return AppendAnswer.Done;
    }

    void Answer(double after, Coordinator writer, int ticket, AppendAnswer answer)
    {
        if (!world.Network.IsCut(node, writer.Node))
            world.EventQueue.Add(after, writer, answer, ticket);
    }
}
