using EvoNas.Actors;
using EvoNas.Storage.Verification;
using SQLitePCL;

namespace EvoNas.Storage.Sqlite;

/// <summary>Checks a whole journal file, and tells everything that is wrong instead of the first thing.</summary>
public static class SqliteVerification
{
    const int IntegrityFindingsMax = 100;

    /// <summary>Reads every page and every event: the file's own integrity, the tables, gaps, checksums, writers, the
    /// fold of the events, births, population, snapshots.</summary>
    /// <remarks>A process may be writing meanwhile: what it appends after this has begun is not looked at, and its log
    /// grows until this ends. Takes about half a minute for a million births.</remarks>
    /// <param name="path">Of the file.</param>
    /// <param name="persistenceId">Whose events; the file may hold other searches'.</param>
    /// <param name="stop">Ends it early, with an exception.</param>
    /// <exception cref="JournalException">There is no journal at all to look into: no file, no SQLite file, or not
    /// readable now.</exception>
    public static JournalVerification Of(string path, string persistenceId, CancellationToken stop = default)
    {
        path = Path.GetFullPath(path);
        if (SqliteOpening.CheckFile(path))
            throw SqliteFault.Broken($"There is no journal {path}.");
        var findings = new Findings();
        using var file = SqliteOpening.ToRead(path, SqliteReader.DefaultBusyTimeout, checkTables: false);
        IReadOnlyList<JournalSnapshot> snapshots = [];
        // One transaction, so that every look sees the same rows.
        file.Execute("BEGIN");
        var readable = Try(findings, () => CheckFile(file, findings));
        if (readable)
            Try(findings, () => snapshots = Snapshots(file, persistenceId));
        var check = new EventCheck(persistenceId, findings, snapshots);
        if (readable)
            Try(findings, () => CheckRows(file, persistenceId, check, stop));
        return check.End(path);
    }

    // What the database calls broken is a finding; what may pass is not.
    static bool Try(Findings findings, Action look)
    {
        try
        {
            look();
            return true;
        }
        catch (JournalException fault) when (fault.Trouble == JournalTrouble.Broken)
        {
            findings.Add(FindingKind.File, fault.Message);
            return false;
        }
        catch (LayoutException)
        {
            return false;
        }
    }

    static void CheckFile(SqliteFile file, Findings findings)
    {
        foreach (var fault in file.Texts($"PRAGMA integrity_check({IntegrityFindingsMax})"))
            if (fault != "ok")
                findings.Add(FindingKind.File, $"SQLite's integrity check says: {fault}.");
        var lacks = false;
        foreach (var difference in SqliteTables.Differences(file))
        {
            findings.Add(FindingKind.Layout, $"The {difference.What}.");
            lacks |= difference.IsLack;
        }
        if (lacks)
            throw new LayoutException();
        // A row that was rolled back never counts, so these are equal unless rows were deleted.
        var lost = long.Parse(
            file.Texts(
                """
                SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0)
                  - coalesce((SELECT max(ordering) FROM journal), 0)
                """
            )[0]
        );
        if (lost > 0)
            findings.Add(
                FindingKind.Missing,
                $"{lost} {(lost == 1 ? "row was" : "rows were")} deleted at the end of the file."
            );
        if (lost < 0)
            findings.Add(
                FindingKind.File,
                "SQLite's count of the rows ever written (table sqlite_sequence) is less than the rows that are there."
            );
    }

    static List<JournalSnapshot> Snapshots(SqliteFile file, string persistenceId)
    {
        var snapshots = new List<JournalSnapshot>();
        var rows = file.Prepare(
                """
                SELECT sequence_number, manifest, snapshot FROM snapshot
                WHERE persistence_id = ?1 ORDER BY sequence_number
                """
            )
            .Bind(1, persistenceId);
        while (rows.Step())
            snapshots.Add(new(rows.Integer(0), default, rows.Text(1), rows.Bytes(2).ToArray()));
        return snapshots;
    }

    static void CheckRows(SqliteFile file, string persistenceId, EventCheck check, CancellationToken stop)
    {
        var rows = file.Prepare(
                """
                SELECT sequence_number, ordering, manifest, message, writer_uuid, identifier, deleted FROM journal
                WHERE persistence_id = ?1 ORDER BY sequence_number, ordering
                """
            )
            .Bind(1, persistenceId);
        while (rows.Step())
        {
            stop.ThrowIfCancellationRequested();
            check.Add(
                new(
                    rows.Integer(0),
                    rows.Integer(1),
                    rows.Text(2),
                    rows.Bytes(3).ToArray(),
                    rows.Text(4),
                    rows.IsNull(5) ? null : rows.Integer(5),
                    rows.Integer(6) != 0
                )
            );
        }
    }

    /// <summary>The tables are not there to be read; the findings say so already.</summary>
    sealed class LayoutException : Exception;
}
