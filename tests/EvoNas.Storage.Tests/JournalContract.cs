using EvoNas.Actors;
using EvoNas.Hosting;
using EvoNas.Lineages;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Storage.Tests;

/// <summary>What every journal promises. One class of it for each.</summary>
public abstract class JournalContract : IAsyncLifetime
{
    IJournal _journal = null!; // Opened before each test.

    protected abstract IJournal Open();

    [Fact]
    public void AnEmptyJournalHasNothing()
    {
        Assert.Equal(0, _journal.Last(Some.Search));
        Assert.Empty(_journal.Read(Some.Search));
        Assert.Empty(_journal.Snapshots(Some.Search));
    }

    [Fact]
    public void WhatIsAppendedIsReadInOrder()
    {
        var events = Some.History(3).ToList();
        var wired = Some.Wired(events);
        _journal.Append(Some.Search, 1, wired[..2], Some.Time);
        _journal.Append(Some.Search, 3, wired[2..], Some.Time.AddSeconds(1));

        var rows = _journal.Read(Some.Search).ToList();

        Assert.Equal(wired.Length, _journal.Last(Some.Search));
        Assert.Equal(Enumerable.Range(1, wired.Length).Select(i => (long)i), rows.Select(row => row.Number));
        Assert.Equal(events, rows.Select(row => EventSerializer.Read(Some.Search, row.Number, row.Manifest, row.Payload.Span)));
        Assert.Equal([Some.Time, Some.Time, Some.Time.AddSeconds(1)], rows.Take(3).Select(row => row.Created));
        Assert.All(rows, row => Assert.Equal(DateTimeKind.Utc, row.Created.Kind));
        Assert.Single(rows.Select(row => row.Writer).Distinct());
    }

    [Fact]
    public void ReadingStartsAfterANumber()
    {
        _journal.Append(Some.Search, 1, Some.Wired(Some.History(3)), Some.Time);

        Assert.Equal([6L, 7L], _journal.Read(Some.Search, after: 5).Select(row => row.Number));
        Assert.Empty(_journal.Read(Some.Search, after: 7));
        Assert.Empty(_journal.Read(Some.Search, after: 100));
    }

    [Fact]
    public void ManyRowsAreReadWhole()
    {
        var wired = Some.Wired(Some.History(1000));
        _journal.Append(Some.Search, 1, wired, Some.Time);

        Assert.Equal(
            wired.Select(one => one.Payload.ToArray()),
            _journal.Read(Some.Search).Select(row => row.Payload.ToArray())
        );
    }

    [Fact]
    public void ARowThatIsAppendedWhileOneReadsIsReadToo()
    {
        var wired = Some.Wired(Some.History(2));
        _journal.Append(Some.Search, 1, wired[..4], Some.Time);
        using var reading = _journal.Read(Some.Search).GetEnumerator();
        Assert.True(reading.MoveNext());
        _journal.Append(Some.Search, 5, wired[4..], Some.Time);

        Assert.Equal(5, _journal.Last(Some.Search));
        Assert.True(reading.MoveNext());
        Assert.Equal(2, reading.Current.Number);
    }

    [Fact]
    public void SearchesDoNotSeeEachOther()
    {
        _journal.Append("search-one", 1, Some.Wired(Some.History(1), search: "search-one"), Some.Time);
        _journal.Append("search-two", 1, Some.Wired([Some.Begun()], search: "search-two"), Some.Time);

        Assert.Equal(3, _journal.Last("search-one"));
        Assert.Equal("begun", Assert.Single(_journal.Read("search-two")).Manifest);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void AnAppendThatDoesNotFollowIsAnotherWriters(long first)
    {
        var wired = Some.Wired(Some.History(2));
        _journal.Append(Some.Search, 1, wired[..3], Some.Time);

        var fault = Assert.Throws<JournalException>(() => _journal.Append(Some.Search, first, wired[3..], Some.Time));

        Assert.Equal(JournalTrouble.OtherWriter, fault.Trouble);
        Assert.Equal(3, _journal.Last(Some.Search));
        _journal.Append(Some.Search, 4, wired[3..], Some.Time);
        Assert.Equal(5, _journal.Last(Some.Search));
    }

    [Fact]
    public void AnAppendOfNothingIsRefused() =>
        Assert.ThrowsAny<ArgumentException>(() => _journal.Append(Some.Search, 1, [], Some.Time));

    [Fact]
    public void TheTwoNewestSnapshotsAreKept()
    {
        foreach (var number in (long[])[10, 20, 30])
            _journal.Keep(
                Some.Search,
                new(number, Some.Time, LineageSnapshot.Manifest, new byte[] { (byte)number, 0, 255 })
            );
        _journal.Keep("search-other", new(5, Some.Time, LineageSnapshot.Manifest, new byte[] { 5 }));

        var kept = _journal.Snapshots(Some.Search).ToList();

        Assert.Equal([30L, 20L], kept.Select(one => one.Number));
        Assert.Equal([30, 0, 255], kept[0].Payload.ToArray());
        Assert.Equal((Some.Time, LineageSnapshot.Manifest), (kept[0].Created, kept[0].Manifest));
        Assert.Single(_journal.Snapshots("search-other"));
    }

    [Fact]
    public void ASnapshotOfTheSameEventIsReplaced()
    {
        _journal.Keep(Some.Search, new(10, Some.Time, LineageSnapshot.Manifest, new byte[] { 1 }));
        _journal.Keep(Some.Search, new(10, Some.Time, LineageSnapshot.Manifest, new byte[] { 2 }));

        Assert.Equal([2], Assert.Single(_journal.Snapshots(Some.Search)).Payload.ToArray());
    }

    public Task InitializeAsync()
    {
        _journal = Open();
        return Task.CompletedTask;
    }

    public virtual async Task DisposeAsync() => await _journal.DisposeAsync();
}

public sealed class MemoryJournalTests : JournalContract
{
    protected override IJournal Open() => new MemoryJournal();
}

public sealed class SqliteJournalContractTests : JournalContract
{
    readonly Folder _folder = new();

    protected override IJournal Open() => SqliteJournal.Open(_folder.File("journal.db"));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
