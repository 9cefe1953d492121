using System.Collections.Immutable;
using EvoNas.Actors;
using EvoNas.Lineages;

namespace EvoNas.Storage.Verification;

/// <summary>Goes through one search's rows, in the order of their numbers, and notes everything that is wrong with
/// them.</summary>
/// <remarks>After a hole (a row that is missing or cannot be read) the events can no longer be added up; births are
/// counted on, for what is wrong without doubt.</remarks>
sealed class EventCheck(string persistenceId, Findings findings, IReadOnlyList<JournalSnapshot> snapshots)
{
    readonly SortedDictionary<string, long> _manifests = new(StringComparer.Ordinal);
    readonly HashSet<string> _writers = [];
    readonly BirthCount _births = new(findings);
    Lineage? _lineage = Lineage.Empty;
    Lineage _trusted = Lineage.Empty;
    StoredRow _before;
    long _rows,
        _bytes;
    int _compared;
    string? _evaluation,
        _begunWith;
    bool _crowded;

    public void Add(in StoredRow row)
    {
        _rows++;
        _bytes += row.Payload.Length;
        CheckPlace(row);
        if (row.Deleted)
        {
            findings.Add(FindingKind.Deleted, row.Number, $"Event {row.Number} is marked as deleted.");
            Lose();
        }
        if (Read(row) is { } happened)
            Follow(row.Number, happened);
        else
            Lose();
        _before = row;
        CompareSnapshots(row.Number);
    }

    /// <summary>What was found, after the last row.</summary>
    public JournalVerification End(string path)
    {
        foreach (var snapshot in snapshots.Where(one => one.Number > _before.Number))
            findings.Add(
                FindingKind.Missing,
                snapshot.Number,
                $"Events {_before.Number + 1} to {snapshot.Number} are missing at the end: "
                    + $"there is a snapshot of event {snapshot.Number}."
            );
        return new()
        {
            Path = path,
            PersistenceId = persistenceId,
            Rows = _rows,
            LastNumber = _before.Number,
            Manifests = _manifests.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Pending = _births.Pending,
            Members = _trusted.Population.Count,
            Writers = _writers.Count,
            SnapshotsCompared = _compared,
            TrustedTo = _trusted.Events,
            PayloadBytes = _bytes,
            Findings = findings.ToArray(),
            FindingCount = findings.Count,
        };
    }

    void CheckPlace(in StoredRow row)
    {
        var expected = _before.Number + 1;
        if (row.Number > expected)
        {
            findings.Add(
                new(
                    FindingKind.Missing,
                    expected,
                    row.Number - 1,
                    expected == row.Number - 1
                        ? $"Event {expected} is missing."
                        : $"Events {expected} to {row.Number - 1} are missing."
                )
            );
            Lose();
        }
        else if (row.Number < expected)
        {
            findings.Add(FindingKind.Writers, row.Number, $"Event {row.Number} is there twice.");
        }
        if (_rows > 1 && row.Ordering < _before.Ordering)
            findings.Add(
                FindingKind.Writers,
                row.Number,
                $"Event {row.Number} was written before event {_before.Number}."
            );
        if (row.Writer != _before.Writer && !_writers.Add(row.Writer))
            findings.Add(
                FindingKind.Writers,
                row.Number,
                $"Event {row.Number} is by writer {row.Writer}, after another one had taken over: "
                    + "two processes wrote at once."
            );
    }

    LineageEvent? Read(in StoredRow row)
    {
        if (row.Identifier != EventSerializer.SerializerIdentifier)
        {
            findings.Add(
                FindingKind.Foreign,
                row.Number,
                $"Event {row.Number} was written by serializer {row.Identifier?.ToString() ?? "(none)"}, "
                    + $"not by EvoNas ({EventSerializer.SerializerIdentifier})."
            );
            return null;
        }
        try
        {
            var happened = EventSerializer.Read(persistenceId, row.Number, row.Manifest, row.Payload.Span);
            _manifests[row.Manifest] = _manifests.GetValueOrDefault(row.Manifest) + 1;
            return happened;
        }
        catch (EventSerializationException fault)
        {
            findings.Add(
                EventSerializer.Knows(row.Manifest) ? FindingKind.Damaged : FindingKind.Foreign,
                row.Number,
                fault.Message
            );
            return null;
        }
    }

    void Follow(long number, LineageEvent happened)
    {
        var known = findings.Count;
        _births.Add(number, happened);
        if (_lineage is not { } lineage)
            return;
        CheckPopulation(number, lineage, happened);
        CheckEvaluation(number, lineage, happened);
        try
        {
            _trusted = _lineage = lineage.Evolve(happened);
        }
        catch (LineageException fault)
        {
            // What the count of births has said already need not be said twice.
            if (findings.Count == known)
                findings.Add(FindingKind.Impossible, number, fault.Message);
            Lose();
        }
    }

    void CheckPopulation(long number, Lineage lineage, LineageEvent happened)
    {
        var members = lineage.Population.Members;
        if (happened is LineageEvent.Retired retired)
        {
            // With several objectives it is the most crowded that leaves, and else the oldest.
            var several = lineage.Settings is { Algorithm: Evolution.Algorithm.Nsga2 };
            var due =
                members.Count == 0 ? null
                : several ? Evolution.Breeding.Leaving(lineage)
                : members[0];
            if (due is null || due.Birth != retired.Birth)
                findings.Add(
                    FindingKind.Population,
                    number,
                    members.Count == 0
                            ? $"Event {number} retires birth {retired.Birth}, but the population has no members."
                        : due is null
                            ? $"Event {number} retires birth {retired.Birth}, but the population is not overfull."
                        : $"Event {number} retires birth {retired.Birth}, but the "
                            + $"{(several ? "most crowded" : "oldest")} member is {due.Birth}."
                );
        }
        else if (!_crowded && lineage.Settings is { } settings && members.Count > settings.PopulationSize)
        {
            _crowded = true;
            findings.Add(
                FindingKind.Population,
                number,
                $"Before event {number} the population has {members.Count} members "
                    + $"of at most {settings.PopulationSize}."
            );
        }
    }

    void CheckEvaluation(long number, Lineage lineage, LineageEvent happened)
    {
        var (birth, run) = happened switch
        {
            LineageEvent.Scored scored => (scored.Birth, scored.Run),
            LineageEvent.RuledOut ruledOut => (ruledOut.Birth, ruledOut.Run),
            _ => default,
        };
        if (run?.Evaluation is { } evaluation && lineage.Settings?.EvaluationFingerprint() is { } begun)
            (_evaluation, _begunWith) = (evaluation, begun);
        if (run is null || happened is not LineageEvent.Scored || _evaluation == _begunWith)
            return;
        findings.Add(
            FindingKind.Settings,
            number,
            $"Event {number}: birth {birth} was evaluated under other settings ({_evaluation}) "
                + $"than the search was begun with ({_begunWith})."
        );
    }

    void CompareSnapshots(long number)
    {
        foreach (var snapshot in snapshots)
        {
            if (snapshot.Number != number)
                continue;
            try
            {
                var kept = LineageSnapshot.Read(persistenceId, number, snapshot.Manifest, snapshot.Payload.Span);
                if (_lineage is not { } lineage)
                    continue;
                _compared++;
                if (
                    !LineageSnapshot
                        .Write(persistenceId, kept)
                        .Span.SequenceEqual(LineageSnapshot.Write(persistenceId, lineage).Span)
                )
                    findings.Add(
                        FindingKind.Snapshot,
                        number,
                        $"The snapshot of event {number} differs from what the events add up to."
                    );
            }
            catch (EventSerializationException fault)
            {
                findings.Add(FindingKind.Snapshot, number, fault.Message);
            }
        }
    }

    void Lose()
    {
        _lineage = null;
        _births.HasHoles = true;
    }
}
