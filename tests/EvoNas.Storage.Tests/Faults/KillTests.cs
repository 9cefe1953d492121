using EvoNas.Actors;
using EvoNas.Rehearsal;
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

            // A reader sees it before a writer has opened the file again, and after.
            Check(path, acknowledged, round);
            SqliteJournalFile.Open(path).Dispose();
            Check(path, acknowledged, round);
        }
        Assert.True(SqliteVerification.Of(path, Some.Search).Sound);
    }

    static void Check(string path, long acknowledged, int round)
    {
        using var reader = SqliteReader.Open(path);
        var last = reader.Last(Some.Search);
        Assert.True(last >= acknowledged, $"round {round}: {last} of {acknowledged}");
        Assert.Equal(Some.History(long.MaxValue).Take((int)last), reader.Events(Some.Search));
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

            var fault = Assert.Throws<JournalException>(() => SqliteJournalFile.Open(path));

            Assert.Equal(JournalTrouble.OtherWriter, fault.Trouble);
            Assert.Contains($"process {other.Id}", fault.Message);
            using var reading = SqliteReader.Open(path);
            Assert.Empty(reading.Read(Some.Search));
        }
        finally
        {
            other.Kill();
        }
        await other.WaitForExitAsync();
        using var file = SqliteJournalFile.Open(path);
        await using var journal = AkkaJournal.Open(file.Place);
        await journal.Append(Some.Search, Some.Serialized([Some.Begun()]));
    }
}
