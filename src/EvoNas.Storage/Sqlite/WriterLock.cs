using EvoNas.Actors;

namespace EvoNas.Storage.Sqlite;

/// <summary>Says that this process writes a journal. The kernel holds it, so it vanishes with the process, however that
/// ends.</summary>
/// <remarks>The lock is on a file of its own: SQLite's own locks last for a transaction only, and an exclusive one
/// would keep readers out. Who holds it stands in a second file, because a locked one cannot be read
/// everywhere.</remarks>
sealed class WriterLock : IDisposable
{
    readonly FileStream _held;
    readonly string _ownerPath;

    WriterLock(FileStream held, string ownerPath) => (_held, _ownerPath) = (held, ownerPath);

    /// <exception cref="JournalException">Another process has it (or this one, through another journal), or the folder
    /// cannot be written.</exception>
    public static WriterLock Take(string journalPath)
    {
        var path = Path.ChangeExtension(journalPath, ".lock");
        var ownerPath = Path.ChangeExtension(journalPath, ".owner");
        FileStream held;
        try
        {
            held = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw ReadOnlyFolder(journalPath, fault);
        }
        catch (IOException fault) when (IsReadOnlyFileSystem(fault))
        {
            throw ReadOnlyFolder(journalPath, fault);
        }
        catch (IOException fault) when (IsFull(fault))
        {
            throw new JournalException(
                JournalTrouble.Unavailable,
                $"The disk of the journal {journalPath} is full.",
                "Free some space on it; what is in the journal already is safe.",
                fault
            );
        }
        catch (IOException fault) when (IsHeld(fault))
        {
            throw new JournalException(
                JournalTrouble.OtherWriter,
                $"The journal {journalPath} is being written by {OwnerIn(ownerPath)}.",
                "Two processes cannot run one search: wait for the other, or stop it.",
                fault
            );
        }
        catch (IOException fault)
        {
            throw new JournalException(
                JournalTrouble.Unavailable,
                $"The lock {path} cannot be taken: {fault.Message}",
                "Check the folder and its disk.",
                fault
            );
        }
        try
        {
            File.WriteAllText(ownerPath, $"{Environment.ProcessId} {Environment.MachineName}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Only the other one's message is poorer for it.
        }
        return new(held, ownerPath);
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_ownerPath);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A stale name is never read: it is read only while the lock is held.
        }
        // The lock file stays: deleting it could delete the one that the next process has just locked.
        _held.Dispose();
    }

    static string OwnerIn(string path)
    {
        try
        {
            return File.ReadAllText(path).Split(' ') is [var pid, var machine]
                ? machine == Environment.MachineName
                    ? $"process {pid}"
                    : $"process {pid} on {machine}"
                : "another process";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    static JournalException ReadOnlyFolder(string journalPath, Exception fault) =>
        new(
            JournalTrouble.Broken,
            $"The folder of the journal {journalPath} cannot be written.",
            "Get write permission for it, or choose another folder with EVONAS_HOME.",
            fault
        );

    // .NET puts the system's errno into HResult where it has no exception of its own for it. Held: EWOULDBLOCK of
    // Linux, of macOS, a sharing violation.
    static bool IsHeld(IOException fault) =>
        OperatingSystem.IsWindows() ? fault.HResult == unchecked((int)0x8007_0020) : fault.HResult is 11 or 35;

    static bool IsReadOnlyFileSystem(IOException fault) => !OperatingSystem.IsWindows() && fault.HResult == 30;

    static bool IsFull(IOException fault) =>
        fault.HResult == (OperatingSystem.IsWindows() ? unchecked((int)0x8007_0070) : 28);
}
