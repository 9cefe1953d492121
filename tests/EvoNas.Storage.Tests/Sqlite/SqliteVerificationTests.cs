using System.Text.Json;
using EvoNas.Actors;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;
using EvoNas.Storage.Verification;

namespace EvoNas.Storage.Tests.Sqlite;

/// <summary>Fault F21 and similar ones: whatever is wrong is found, all of it, with its number.</summary>
public class SqliteVerificationTests
{
    [Fact]
    public async Task ASoundJournalHasNoFindings()
    {
        using var disk = await JournalOnDisk.Whole(20, 30, 57);

        var verified = SqliteVerification.Of(disk.Path, Some.Search);

        Assert.Empty(verified.Findings);
        Assert.True(verified.Sound);
        Assert.Equal(
            (57L, 57L, 57L, 4, 2, 1, 0L),
            (
                verified.Rows,
                verified.LastNumber,
                verified.TrustedTo,
                verified.Members,
                verified.SnapshotsCompared,
                verified.Writers,
                verified.Pending
            )
        );
        Assert.Equal(
            ["begun:1", "born:20", "retired:16", "scored:20"],
            verified.Manifests.Select(pair => $"{pair.Key}:{pair.Value}")
        );
    }

    [Fact]
    public async Task ScoresOfAnotherEvaluationAreFound()
    {
        var own = Some.Begun().Settings.EvaluationFingerprint();
        // The fingerprint stands where it changes: births 1 and 4 are the search's own, 2 and 3 are not.
        string?[] fingerprints = [own, "0123456789abcdef", null, own];
        var events = Some.History(4)
            .Select(happened =>
                happened is LineageEvent.Scored scored
                    ? scored with
                    {
                        Run = scored.Run with { Evaluation = fingerprints[scored.Birth.Value - 1] },
                    }
                    : happened
            );
        using var disk = await JournalOnDisk.Of([.. events]);

        var verified = SqliteVerification.Of(disk.Path, Some.Search);

        Assert.Equal(
            [(FindingKind.Settings, 5L), (FindingKind.Settings, 7L)],
            verified.Findings.Select(finding => (finding.Kind, finding.First!.Value))
        );
        Assert.Contains("birth #2 was evaluated under other settings (0123456789abcdef)", verified.Findings[0].What);
        Assert.Contains("scores of two evaluations were compared", verified.Advice);
    }

    [Fact]
    public async Task AnotherSearchsRowsAreNotLookedAt()
    {
        using var disk = await JournalOnDisk.Whole(5);
        await disk.Append(Some.Serialized([Some.Born(3)], search: "search-other"), "search-other");

        Assert.True(SqliteVerification.Of(disk.Path, Some.Search).Sound);
        Assert.False(SqliteVerification.Of(disk.Path, "search-other").Sound);
    }

    [Theory]
    [InlineData(
        "UPDATE journal SET message = CAST(replace(CAST(message AS TEXT), '\"birth\":3', "
            + "'\"birth\":4') AS BLOB) WHERE sequence_number = 6",
        "Damaged 6",
        "does not agree with its checksum"
    )]
    [InlineData("UPDATE journal SET message = x'' WHERE sequence_number = 6", "Damaged 6", "not a payload of EvoNas")]
    [InlineData(
        "UPDATE journal SET message = x'ffff' WHERE sequence_number IN (6, 9)",
        "Damaged 6, Damaged 9",
        "not a payload of EvoNas"
    )]
    [InlineData("DELETE FROM journal WHERE sequence_number = 6", "Missing 6", "Event 6 is missing")]
    [InlineData(
        "DELETE FROM journal WHERE sequence_number BETWEEN 6 AND 8 OR sequence_number = 20",
        "Missing 6-8, Missing 20",
        "Events 6 to 8 are missing"
    )]
    [InlineData("DELETE FROM journal WHERE sequence_number < 3", "Missing 1-2", "Events 1 to 2 are missing")]
    [InlineData("DELETE FROM journal WHERE sequence_number > 50", "Missing", "7 rows were deleted at the end")]
    [InlineData("UPDATE journal SET deleted = 1 WHERE sequence_number = 6", "Deleted 6", "marked as deleted")]
    [InlineData("UPDATE journal SET identifier = -5 WHERE sequence_number = 6", "Foreign 6", "serializer -5")]
    [InlineData("UPDATE journal SET identifier = NULL WHERE sequence_number = 6", "Foreign 6", "serializer (none)")]
    [InlineData(
        "UPDATE journal SET manifest = 'revived' WHERE sequence_number = 6",
        "Foreign 6",
        "unknown manifest 'revived'"
    )]
    [InlineData("UPDATE journal SET manifest = NULL WHERE sequence_number = 6", "Foreign 6", "unknown manifest ''")]
    [InlineData(
        "UPDATE journal SET manifest = 'retired' WHERE sequence_number = 6",
        "Damaged 6",
        "does not agree with its checksum"
    )]
    [InlineData(
        "UPDATE journal SET writer_uuid = 'zombie' WHERE sequence_number = 6",
        "Writers 7",
        "two processes wrote at once"
    )]
    [InlineData("UPDATE journal SET ordering = 0 WHERE sequence_number = 6", "Writers 6", "written before event 5")]
    [InlineData(
        "UPDATE journal SET sequence_number = 58 WHERE sequence_number = 57",
        "Missing 57, Damaged 58",
        "says that it is event 57"
    )]
    [InlineData(
        "INSERT INTO journal SELECT 58, created, 0, persistence_id, 58, message, manifest, identifier, writer_uuid "
            + "FROM journal WHERE sequence_number = 57",
        "Damaged 58",
        "says that it is event 57"
    )]
    [InlineData(
        "UPDATE journal SET persistence_id = 'search-gone' WHERE sequence_number = 6",
        "Missing 6",
        "Event 6 is missing"
    )]
    [InlineData(
        "UPDATE snapshot SET snapshot = x'0102' WHERE sequence_number = 30",
        "Snapshot 30",
        "does not agree with its checksum"
    )]
    [InlineData(
        "UPDATE snapshot SET sequence_number = 31 WHERE sequence_number = 30",
        "Snapshot 31",
        "has a snapshot of event 30"
    )]
    [InlineData(
        "UPDATE snapshot SET manifest = 'lineage-9' WHERE sequence_number = 30",
        "Snapshot 30",
        "unknown kind 'lineage-9'"
    )]
    public async Task EveryDamageIsFoundAndNothingElse(string damage, string findings, string what)
    {
        using var disk = await JournalOnDisk.Whole(20, 30, 50);
        Assert.NotEqual(0, disk.Run(damage));

        var verified = SqliteVerification.Of(disk.Path, Some.Search);

        Assert.Equal(findings, string.Join(", ", verified.Findings.Select(Short)));
        Assert.Contains(what, verified.Findings[0].What + verified.Findings[^1].What);
        Assert.False(verified.Sound);
    }

    [Fact]
    public async Task TwoExchangedPayloadsAreFoundBoth()
    {
        using var disk = await JournalOnDisk.Whole();
        disk.Run(
            """
            CREATE TEMP TABLE kept AS SELECT * FROM journal WHERE sequence_number IN (6, 9);
            UPDATE journal SET (message, manifest) = (
              SELECT kept.message, kept.manifest FROM kept WHERE kept.sequence_number = 15 - journal.sequence_number)
            WHERE sequence_number IN (6, 9)
            """
        );

        Assert.Equal(["Damaged 6", "Damaged 9"], SqliteVerification.Of(disk.Path, Some.Search).Findings.Select(Short));
    }

    [Fact]
    public async Task AllThatIsWrongIsFoundAtOnce()
    {
        using var disk = await JournalOnDisk.Whole(20, 30, 57);
        disk.Run(
            "UPDATE journal SET message = x'00' WHERE sequence_number IN (10, 40); DELETE FROM journal WHERE "
                + "sequence_number = 20; UPDATE journal SET manifest = 'x' WHERE sequence_number = 30; "
                + "UPDATE snapshot SET snapshot = x''"
        );

        var verified = SqliteVerification.Of(disk.Path, Some.Search);

        Assert.Equal(
            ["Damaged 10", "Missing 20", "Foreign 30", "Snapshot 30", "Damaged 40", "Snapshot 57"],
            verified.Findings.Select(Short)
        );
        Assert.Equal((6L, 56L, 9L), (verified.FindingCount, verified.Rows, verified.TrustedTo));
        Assert.Contains("events 1 to 9 can be trusted", verified.Advice);
    }

    public static TheoryData<string, LineageEvent[], string> ImpossibleHistories() =>
        new()
        {
            { "born twice", [Some.Begun(), Some.Born(1), Some.Born(1)], "Births 3" },
            { "a birth left out", [Some.Begun(), Some.Born(1), Some.Born(3)], "Births 3" },
            { "ended twice", [Some.Begun(), Some.Born(1), Some.Scored(1), Some.Scored(1)], "Births 4" },
            {
                "ended in two ways",
                [
                    Some.Begun(),
                    Some.Born(1),
                    Some.Scored(1),
                    new LineageEvent.RuledOut(new(1), RuledOutReason.Crash, "", new(1, "cpu:0", 1, 1)),
                ],
                "Births 4"
            },
            { "ended unborn", [Some.Begun(), Some.Born(1), Some.Scored(2)], "Births 3" },
            {
                "a parent without a score",
                [Some.Begun(), .. Enumerable.Range(1, 5).Select(birth => Some.Born(birth))],
                "Births 6"
            },
            { "an absurd birth", [Some.Begun(), Some.Scored(long.MaxValue)], "Births 2" },
            { "begun twice", [Some.Begun(), Some.Begun()], "Impossible 2" },
            { "never begun", [Some.Born(1)], "Impossible 1" },
            {
                "the wrong one retired",
                [.. Some.History(5).SkipLast(1), new LineageEvent.Retired(new(2))],
                "Population 12"
            },
            { "no member to retire", [Some.Begun(), new LineageEvent.Retired(new(1))], "Population 2" },
            { "too many members", [.. Some.History(4), Some.Born(5), Some.Scored(5), Some.Born(6)], "Population 12" },
        };

    [Theory]
    [MemberData(nameof(ImpossibleHistories))]
    public async Task AHistoryThatCannotBeIsFound(string name, LineageEvent[] events, string finding)
    {
        using var disk = await JournalOnDisk.Of(events);

        Assert.True(
            SqliteVerification.Of(disk.Path, Some.Search).Findings.Select(Short).SequenceEqual([finding]),
            name
        );
    }

    [Fact]
    public async Task ASnapshotThatIsSoundButOfAnotherHistoryIsFound()
    {
        using var disk = await JournalOnDisk.Whole();
        disk.Run(
            $"""
            INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id)
            VALUES ('{Some.Search}', 30, 0, $blob, '{LineageSnapshot.Manifest}', {EventSerializer.SerializerIdentifier})
            """,
            Some.Canonical(Some.Fold(Some.History(20, populationSize: 5).Take(30)))
        );

        var verified = SqliteVerification.Of(disk.Path, Some.Search);

        Assert.Equal(
            "The snapshot of event 30 differs from what the events add up to.",
            Assert.Single(verified.Findings).What
        );
        Assert.Contains("The events are sound", verified.Advice);
    }

    [Fact]
    public async Task ALostTailIsFoundByTheSnapshotThatKnewIt()
    {
        using var disk = await JournalOnDisk.Whole(20, 57);
        // As a restored backup of an older file would look, were it not for the snapshot.
        disk.Run(
            "DELETE FROM journal WHERE sequence_number > 40; UPDATE sqlite_sequence SET seq = 40 WHERE name = 'journal'"
        );

        Assert.Equal(
            "Events 41 to 57 are missing at the end: there is a snapshot of event 57.",
            Assert.Single(SqliteVerification.Of(disk.Path, Some.Search).Findings).What
        );
    }

    [Fact]
    public async Task AMissingFenceIsFoundAndTheEventsAreReadAllTheSame()
    {
        using var disk = await JournalOnDisk.Whole();
        disk.Run("DROP INDEX journal_uq");

        var verified = SqliteVerification.Of(disk.Path, Some.Search);

        Assert.Equal(
            "The table journal has no unique index on (persistence_id, sequence_number).",
            Assert.Single(verified.Findings).What
        );
        Assert.Equal(57, verified.TrustedTo);
    }

    [Fact]
    public async Task AForeignFileIsFoundByItsTables()
    {
        using var disk = await JournalOnDisk.Whole();
        disk.Run("DROP TABLE snapshot; ALTER TABLE journal RENAME COLUMN message TO payload");

        Assert.Equal(
            ["The table journal has no column message.", "The table snapshot is missing."],
            SqliteVerification.Of(disk.Path, Some.Search).Findings.Select(finding => finding.What)
        );
    }

    [Fact]
    public async Task ADamagedPageIsFound()
    {
        using var disk = await JournalOnDisk.Whole(2000);
        var bytes = await File.ReadAllBytesAsync(disk.Path);
        // Every page past the schema's: whichever holds rows or an index, SQLite or a checksum must notice.
        var pageSize = 4096;
        var unnoticed = new List<int>();
        foreach (var page in Enumerable.Range(0, bytes.Length / pageSize).Where(page => page % 17 == 5))
        {
            var damaged = (byte[])bytes.Clone();
            damaged.AsSpan(page * pageSize + 8, 200).Fill(0xA5);
            await File.WriteAllBytesAsync(disk.Path, damaged);
            if (SqliteVerification.Of(disk.Path, Some.Search).Sound)
                unnoticed.Add(page);
        }
        Assert.Empty(unnoticed);
    }

    [Fact]
    public async Task EveryFlippedByteOfASmallFileIsFoundOrHarmless()
    {
        using var disk = await JournalOnDisk.Whole(3);
        var bytes = await File.ReadAllBytesAsync(disk.Path);
        var right = Read(disk.Path);
        var random = new Random(1);
        var found = 0;
        for (var turn = 0; turn < 600; turn++)
        {
            var place = random.Next(100, bytes.Length);
            var damaged = (byte[])bytes.Clone();
            damaged[place] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(disk.Path, damaged);
            try
            {
                // What is read is right, or nothing is read.
                Assert.Equal(right, Read(disk.Path));
            }
            catch (Exception fault) when (fault is JournalException or EventSerializationException)
            {
                found++;
                Assert.False(IsSound(disk.Path), $"byte {place}");
            }
        }
        Assert.InRange(found, 5, 400);
    }

    [Fact]
    public async Task TheResultIsJsonForScripts()
    {
        using var disk = await JournalOnDisk.Whole();
        disk.Run("DELETE FROM journal WHERE sequence_number = 6");

        using var json = JsonDocument.Parse(SqliteVerification.Of(disk.Path, Some.Search).ToJson());

        Assert.False(json.RootElement.GetProperty("sound").GetBoolean());
        Assert.Equal(1, json.RootElement.GetProperty("findingCount").GetInt64());
        var finding = Assert.Single(json.RootElement.GetProperty("findings").EnumerateArray());
        Assert.Equal(
            ("missing", 6L, 6L),
            (
                finding.GetProperty("kind").GetString(),
                finding.GetProperty("first").GetInt64(),
                finding.GetProperty("last").GetInt64()
            )
        );
        Assert.Equal(5, json.RootElement.GetProperty("trustedTo").GetInt64());
        Assert.Equal(19, json.RootElement.GetProperty("manifests").GetProperty("born").GetInt64());
    }

    [Fact]
    public async Task WhileAProcessWritesTheJournalIsSound()
    {
        using var disk = await JournalOnDisk.Whole(20);
        using var file = SqliteJournalFile.Open(disk.Path);
        await using var journal = AkkaJournal.Open(file.Place);
        await journal.Append(Some.Search, Some.Serialized([Some.Born(21)], first: 58));

        var verified = SqliteVerification.Of(disk.Path, Some.Search);

        Assert.True(verified.Sound);
        Assert.Equal((58L, 1L, 2), (verified.Rows, verified.Pending, verified.Writers));
    }

    static bool IsSound(string path)
    {
        try
        {
            return SqliteVerification.Of(path, Some.Search).Sound;
        }
        catch (JournalException)
        {
            return false;
        }
    }

    static List<LineageEvent> Read(string path)
    {
        using var reader = SqliteReader.Open(path);
        return [.. reader.Events(Some.Search)];
    }

    static string Short(Finding finding) =>
        finding switch
        {
            { First: null } => $"{finding.Kind}",
            { First: var first, Last: var last } when first == last => $"{finding.Kind} {first}",
            _ => $"{finding.Kind} {finding.First}-{finding.Last}",
        };
}
