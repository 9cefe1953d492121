using System.Text.Json;
using EvoNas.Actors;
using EvoNas.Dashboard.Projections;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Searches.Folders;
using EvoNas.Storage.Sqlite;
using Serilog.Core;

namespace EvoNas.Dashboard.Tests.Projections;

/// <summary>A kept projection is the one that the journal gives, or it is not used.</summary>
public sealed class ProjectionFileTests : IDisposable
{
    // More than two blocks.
    const int Births = 8000;

    readonly Some _some = new();

    public void Dispose() => _some.Dispose();

    [Fact]
    public void WhatIsKeptIsWhatTheJournalGives()
    {
        var search = _some.Write("day", Births);
        var folded = Fold(search, FileOf(search));

        var loaded = Load(search)!;

        Assert.InRange(loaded.Event, 2 * 8192, folded.Event);
        // The rest is read from the journal, as after any start.
        using (var journal = SqliteReader.Open(search.Journal))
            foreach (var row in journal.Read(search.PersistenceId, loaded.Event))
                loaded.See(row.Number, row.Created, EventOf(search, row));
        Assert.Equal(TextOf(folded), TextOf(loaded));
    }

    [Fact]
    public void AFileOfAnotherSearchOfThisNameIsNotUsed()
    {
        var search = _some.Write("day", Births);
        Fold(search, FileOf(search));
        Directory.Delete(search.Folder, recursive: true);
        var other = SampleHistory.Events(Some.Settings() with { Seed = 8 }, Some.Space.Decisions, Births);
        _some.Write("day", other);

        Assert.Null(Load(search));
        Assert.False(File.Exists(PathOf(search)));
    }

    [Fact]
    public void AFileThatKnowsMoreThanTheJournalIsNotUsed()
    {
        var search = _some.Write("day", Births);
        Fold(search, FileOf(search));
        Directory.Delete(search.Folder, recursive: true);
        _some.Write("day", 10);

        Assert.Null(Load(search));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5000)]
    [InlineData(60_000)]
    public void ADamagedFileIsMadeAnew(int at)
    {
        var search = _some.Write("day", Births);
        var folded = Fold(search, FileOf(search));
        var bytes = File.ReadAllBytes(PathOf(search));
        bytes.AsSpan(Math.Min(at, bytes.Length - 4096), 4096).Fill(0xEE);
        File.WriteAllBytes(PathOf(search), bytes);

        // Damage of a page that holds nothing does no harm.
        var loaded = Load(search);
        Assert.Equal(TextOf(folded), TextOf(Fold(search, FileOf(search), loaded)));
    }

    [Fact]
    public void AFileOfAnotherVersionIsMadeAnew()
    {
        var search = _some.Write("day", Births);
        Fold(search, FileOf(search));
        using (
            var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={PathOf(search)};Pooling=False")
        )
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE head SET text = replace(text, 'projection 1', 'projection 999')";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        Assert.Null(Load(search));
    }

    [Fact]
    public void WhereNothingCanBeWrittenItIsDoneWithout()
    {
        var search = _some.Write("day", Births);
        File.WriteAllText(Path.Combine(_some.Home.Folder, "kept"), "a file where the folder should be");

        var folded = Fold(search, FileOf(search));

        Assert.Equal(Births, folded.Count);
    }

    [Fact]
    public void TwoDashboardsShareAFile()
    {
        var search = _some.Write("day", Births);
        var (one, other) = (FileOf(search), FileOf(search));
        using var journal = SqliteReader.Open(search.Journal);
        foreach (var row in journal.Read(search.PersistenceId))
        {
            one.Add(row, EventOf(search, row));
            other.Add(row, EventOf(search, row));
        }

        one.Keep();
        other.Keep();

        Assert.InRange(Load(search)!.Event, 2 * 8192, int.MaxValue);
    }

    [Fact]
    public void EveryKindOfEventComesBackFromItsDigest()
    {
        LineageEvent[] events =
        [
            new LineageEvent.Born(new(1), null, new([Gene.Of(3), Gene.Real(0.25), Gene.Real(-1e300)]), 5),
            new LineageEvent.Born(new(2), new(1), Genotype.Of(), 0, new("a", "ä\u0000", "")),
            new LineageEvent.Scored(
                new(1),
                new(double.MaxValue, false),
                Metrics.Of(("b", -0.5), ("a", 1)),
                [0.1, 0.2],
                2,
                new(3, "slot-1", 0.125, 1e9)
            ),
            new LineageEvent.RuledOut(new(2), RuledOutReason.Unscorable, "why", new(1, "slot-1", 0, 0)),
            new LineageEvent.Retired(new(1)),
        ];
        var (writer, time) = (new EventDigest.Writer(), new DateTime(2026, 11, 30, 1, 2, 3, DateTimeKind.Utc));
        foreach (var happened in events)
            Assert.True(writer.TryAdd(time, happened));
        Assert.False(writer.TryAdd(time, new LineageEvent.Begun(Some.Settings())));

        var read = EventDigest.Read(writer.ToArray());

        Assert.Equal(events, read.Select(one => one.Event));
        Assert.All(read, one => Assert.Equal(time, one.Time));
        var block = writer.ToArray();
        for (var length = 0; length < block.Length; length++)
            try
            {
                EventDigest.Read(block[..length]);
            }
            catch (InvalidDataException) { } // Nothing else may come of it.
    }

    string PathOf(SearchFolder search) => Path.Combine(_some.Home.Folder, "kept", $"{search.Name}.db");

    ProjectionFile FileOf(SearchFolder search) =>
        new(PathOf(search), Logger.None) { PersistenceId = search.PersistenceId };

    Projection? Load(SearchFolder search)
    {
        using var journal = SqliteReader.Open(search.Journal);
        return FileOf(search).Load(journal, search.PersistenceId);
    }

    static Projection Fold(SearchFolder search, ProjectionFile kept, Projection? from = null)
    {
        var projection = from ?? new();
        using var journal = SqliteReader.Open(search.Journal);
        foreach (var row in journal.Read(search.PersistenceId, projection.Event))
        {
            projection.See(row.Number, row.Created, EventOf(search, row));
            kept.Add(row, EventOf(search, row));
        }
        kept.Keep();
        return projection;
    }

    static LineageEvent EventOf(SearchFolder search, JournalRow row) =>
        EventSerializer.Read(search.PersistenceId, row.Number, row.Manifest, row.Payload.Span);

    // All that a page can see of it.
    static string TextOf(Projection projection) =>
        string.Join(
            "\n",
            JsonSerializer.Serialize(EvaluationRows.Of(projection, Enumerable.Range(1, projection.Count))),
            JsonSerializer.Serialize(SearchStatistics.Metrics(projection)),
            JsonSerializer.Serialize(SearchStatistics.Mutations(projection)),
            JsonSerializer.Serialize(SearchStatistics.Curves(projection)),
            JsonSerializer.Serialize(SearchStatistics.Slots(projection)),
            string.Join(' ', projection.RecentFailures),
            string.Join(' ', projection.Causes),
            projection.Settings,
            projection.Started,
            projection.ElapsedSeconds,
            projection.Duplicates
        );
}
