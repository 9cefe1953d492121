using EvoNas.Actors;
using EvoNas.Hosting;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Storage.Tests.Faults;

/// <summary>A writer is killed with SIGKILL at any moment: what it was told is durable, is there.</summary>
public class KillTests
{
    [Fact]
    public async Task WhatWasAcknowledgedOutlivesAKill()
    {
        using var folder = new Folder();
        var path = folder.File("search.db");
        long acknowledged = 0;
        var random = new Random(18);
        for (var round = 0; round < 6; round++)
        {
            using var writer = OtherProcess.Start("append", path);
            try
            {
                for (var lines = random.Next(1, 200); lines > 0; lines--)
                    acknowledged = long.Parse(
                        await writer.StandardOutput.ReadLineAsync()
                            ?? throw new InvalidOperationException("The writer ended.")
                    );
            }
            finally
            {
                writer.Kill();
            }
            // What it still told before it died counts too; a line without its end does not.
            var rest = await writer.StandardOutput.ReadToEndAsync();
            foreach (var line in rest.Split('\n')[..^1])
                acknowledged = long.Parse(line);
            await writer.WaitForExitAsync();

            // Whoever only looks sees it too, and mends nothing.
            await using (var reader = SqliteJournal.OpenReadOnly(path))
                Assert.True(reader.Last(Some.Search) >= acknowledged);
            await using var journal = SqliteJournal.Open(path);
            Assert.True(
                journal.Last(Some.Search) >= acknowledged,
                $"round {round}: {journal.Last(Some.Search)} of {acknowledged}"
            );
            Assert.All(
                journal.Read(Some.Search),
                row =>
                    Assert.Equal(
                        Some.Born(row.Number),
                        EventSerializer.Read(Some.Search, row.Number, row.Manifest, row.Payload.Span)
                    )
            );
        }
        Assert.DoesNotContain(
            SqliteVerification.Of(path, Some.Search).Findings,
            finding =>
                finding.Kind
                    is Verification.FindingKind.File
                        or Verification.FindingKind.Missing
                        or Verification.FindingKind.Damaged
        );
    }

    [Fact]
    public async Task ASecondProcessIsRefusedAtOnceAndToldWhoWrites()
    {
        using var folder = new Folder();
        var path = folder.File("search.db");
        using var other = OtherProcess.Start("hold", path);
        try
        {
            Assert.Equal("held", await other.StandardOutput.ReadLineAsync());

            var fault = Assert.Throws<JournalException>(() => SqliteJournal.Open(path));

            Assert.Equal(JournalTrouble.OtherWriter, fault.Trouble);
            Assert.Contains($"process {other.Id}", fault.Message);
            await using var reading = SqliteJournal.OpenReadOnly(path);
            Assert.Empty(reading.Read(Some.Search));
        }
        finally
        {
            other.Kill();
        }
        await other.WaitForExitAsync();
        await using var journal = SqliteJournal.Open(path);
        journal.Append(Some.Search, 1, Some.Wired([Some.Begun()]), Some.Time);
    }
}
