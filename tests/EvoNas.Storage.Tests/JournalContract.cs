using EvoNas.Actors;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Storage.Tests;

/// <summary>What every journal promises: Akka.Persistence.Sql writes it, with the production settings, and the readers
/// of this project read it. One class of it for each database.</summary>
public abstract class JournalContract : IAsyncLifetime
{
    JournalPlace _place = null!; // Opened before each test, as the two below.
    AkkaJournal _journal = null!;
    JournalReader _reader = null!;

    /// <summary>Makes an empty journal, and opens it to write.</summary>
    protected abstract JournalPlace Open();

    protected abstract JournalReader Read();

    [Fact]
    public async Task AnEmptyJournalHasNothing()
    {
        Assert.Equal(0, _reader.Last(Some.Search));
        Assert.Empty(_reader.Read(Some.Search));
        Assert.Empty(_reader.Snapshots(Some.Search));
        Assert.Equal(0, (await _journal.Recover(Some.Search)).Events);
    }

    [Fact]
    public async Task WhatIsAppendedIsReadInOrder()
    {
        var events = Some.History(3).ToList();
        var serialized = Some.Serialized(events);
        var before = DateTime.UtcNow;
        await _journal.Append(Some.Search, serialized[..1]);
        await _journal.Append(Some.Search, serialized[1..]);

        var rows = _reader.Read(Some.Search).ToList();

        Assert.Equal(serialized.Length, _reader.Last(Some.Search));
        Assert.Equal(Enumerable.Range(1, serialized.Length).Select(i => (long)i), rows.Select(row => row.Number));
        Assert.Equal(events, _reader.Events(Some.Search));
        Assert.All(rows, row => Assert.Equal(DateTimeKind.Utc, row.Created.Kind));
        Assert.All(rows, row => Assert.InRange(row.Created, before, DateTime.UtcNow));
        Assert.Single(rows.Select(row => row.Writer).Distinct());
    }

    [Fact]
    public async Task WhatIsAppendedIsRecovered()
    {
        await _journal.Append(Some.Search, Some.Serialized(Some.History(20)));

        var recovered = await _journal.Recover(Some.Search);

        Assert.Equal(Some.Canonical(Some.Fold(Some.History(20))), Some.Canonical(recovered));
        Assert.Equal(Some.Canonical(recovered), Some.Canonical(_reader.Recover(Some.Search)));
    }

    [Fact]
    public async Task SnapshotAndTailGiveTheReplayedLineage()
    {
        var serialized = Some.Serialized(Some.History(20));
        await _journal.Append(Some.Search, serialized[..30]);
        await _journal.Keep(Some.Search, Some.Canonical(Some.Fold(Some.History(20).Take(30))));
        await _journal.Append(Some.Search, serialized[30..]);

        Assert.Equal(Some.Canonical(Some.Fold(Some.History(20))), Some.Canonical(await _journal.Recover(Some.Search)));
        Assert.Equal(Some.Canonical(Some.Fold(Some.History(20))), Some.Canonical(_reader.Recover(Some.Search)));
    }

    [Fact]
    public async Task ReadingStartsAfterANumber()
    {
        await _journal.Append(Some.Search, Some.Serialized(Some.History(3)));

        Assert.Equal([6L, 7L], _reader.Read(Some.Search, after: 5).Select(row => row.Number));
        Assert.Empty(_reader.Read(Some.Search, after: 7));
        Assert.Empty(_reader.Read(Some.Search, after: 100));
    }

    [Fact]
    public async Task ManyRowsOfOneAppendAreReadWhole()
    {
        var serialized = Some.Serialized(Some.History(1000));
        await _journal.Append(Some.Search, serialized);

        Assert.Equal(
            serialized.Select(one => one.Payload.ToArray()),
            _reader.Read(Some.Search).Select(row => row.Payload.ToArray())
        );
    }

    [Fact]
    public async Task ARowThatIsAppendedDuringAReadDoesNotDisturbIt()
    {
        var serialized = Some.Serialized(Some.History(2));
        await _journal.Append(Some.Search, serialized[..4]);
        using var reading = _reader.Read(Some.Search).GetEnumerator();
        Assert.True(reading.MoveNext());
        await _journal.Append(Some.Search, serialized[4..]);

        Assert.Equal(5, _reader.Last(Some.Search));
        Assert.True(reading.MoveNext());
        Assert.Equal(2, reading.Current.Number);
    }

    [Fact]
    public async Task SearchesDoNotSeeEachOther()
    {
        await _journal.Append("search-one", Some.Serialized(Some.History(1), search: "search-one"));
        await _journal.Append("search-two", Some.Serialized([Some.Begun()], search: "search-two"));

        Assert.Equal(3, _reader.Last("search-one"));
        Assert.Equal("begun", Assert.Single(_reader.Read("search-two")).Manifest);
        Assert.Equal(1, (await _journal.Recover("search-two")).Events);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(300)]
    public async Task AnAppendAfterAnotherWritersIsRefusedWhole(int events)
    {
        var serialized = Some.Serialized(Some.History(200));
        await _journal.Append(Some.Search, serialized[..3]);
        await using var other = AkkaJournal.Open(_place);
        await other.Append(Some.Search, serialized[3..4]);

        var fault = await Assert.ThrowsAsync<JournalException>(() =>
            _journal.Append(Some.Search, serialized[3..(3 + events)])
        );

        Assert.Equal(JournalTrouble.OtherWriter, fault.Trouble);
        Assert.Equal(4, _reader.Last(Some.Search));
        // Recovered, it goes on after the other's row.
        await _journal.Append(Some.Search, serialized[4..5]);
        Assert.Equal(5, _reader.Last(Some.Search));
    }

    [Fact]
    public async Task TheTwoNewestSnapshotsAreKept()
    {
        var serialized = Some.Serialized(Some.History(20));
        foreach (var number in (int[])[10, 20, 30])
        {
            await _journal.Append(Some.Search, serialized[(number - 10)..number]);
            await _journal.Keep(Some.Search, new byte[] { (byte)number, 0, 255 });
        }

        var kept = _reader.Snapshots(Some.Search);

        Assert.Equal([30L, 20L], kept.Select(one => one.Number));
        Assert.Equal([30, 0, 255], kept[0].Payload.ToArray());
        Assert.Equal(LineageSnapshot.Manifest, kept[0].Manifest);
        Assert.Empty(_reader.Snapshots("search-other"));
    }

    [Fact]
    public async Task ASnapshotOfTheSameEventIsReplaced()
    {
        await _journal.Append(Some.Search, Some.Serialized([Some.Begun()]));
        await _journal.Keep(Some.Search, new byte[] { 1 });
        await _journal.Keep(Some.Search, new byte[] { 2 });

        Assert.Equal([2], Assert.Single(_reader.Snapshots(Some.Search)).Payload.ToArray());
    }

    public Task InitializeAsync()
    {
        _place = Open();
        _journal = AkkaJournal.Open(_place);
        _reader = Read();
        return Task.CompletedTask;
    }

    public virtual async Task DisposeAsync()
    {
        _reader.Dispose();
        await _journal.DisposeAsync();
    }
}

public sealed class SqliteJournalContractTests : JournalContract
{
    readonly Folder _folder = new();
    SqliteJournalFile? _file;

    protected override JournalPlace Open() => (_file = SqliteJournalFile.Open(_folder.File("journal.db"))).Place;

    protected override JournalReader Read() => SqliteReader.Open(_folder.File("journal.db"));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _file?.Dispose();
        _folder.Dispose();
    }
}
