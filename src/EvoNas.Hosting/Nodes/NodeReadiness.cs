namespace EvoNas.Hosting.Nodes;

/// <summary>How a node is; may be asked from any thread.</summary>
/// <param name="needsJournal">True on coordinators: they are ready only while the journal can be written.</param>
/// <param name="lowDisk">Asked at most every few seconds: which disk has less than its reserve; null: none.</param>
/// <param name="time">Its clock.</param>
public sealed class NodeReadiness(bool needsJournal, Func<string?> lowDisk, TimeProvider time)
{
    // The journal is asked every 10 s.
    static readonly TimeSpan JournalPatience = TimeSpan.FromSeconds(30);

    static readonly TimeSpan BetweenDisks = TimeSpan.FromSeconds(5);

    volatile bool _isUp;
    readonly Lock _disks = new();
    string? _low;
    volatile string? _journalTrouble;
    long _answered;
    long _dead;
    long? _looked;

    /// <summary>A full member of its cluster.</summary>
    public bool IsUp => _isUp;

    /// <summary>Messages without a receiver.</summary>
    public long DeadLetters => Interlocked.Read(ref _dead);

    /// <summary>Why the node is not ready for work; null if it is.</summary>
    public string? NotReady =>
        !_isUp ? "it is no member of the cluster that is up"
        : needsJournal && JournalTrouble is { } why ? why
        : needsJournal && JournalIsSilent ? $"the journal did not answer for {JournalPatience.TotalSeconds} s"
        : DiskIsLow;

    /// <summary>Why the journal cannot be written, as far as it is known; null: it can.</summary>
    public string? JournalTrouble => _journalTrouble;

    /// <summary>Which disk has less free space than its reserve; null: none.</summary>
    public string? DiskIsLow
    {
        get
        {
            lock (_disks)
            {
                if (_looked is { } looked && time.GetElapsedTime(looked) < BetweenDisks)
                    return _low;
                _looked = time.GetTimestamp();
                return _low = lowDisk();
            }
        }
    }

    bool JournalIsSilent =>
        Interlocked.Read(ref _answered) is var at && (at == 0 || time.GetElapsedTime(at) > JournalPatience);

    internal void See(bool isUp) => _isUp = isUp;

    /// <param name="trouble">Why the journal cannot be written; null: it can.</param>
    internal void SeeJournal(string? trouble)
    {
        _journalTrouble = trouble;
        if (trouble is null)
            Interlocked.Exchange(ref _answered, time.GetTimestamp());
    }

    internal void CountDead(string type)
    {
        Interlocked.Increment(ref _dead);
        Telemetry.Dead.Add(1, Telemetry.Tag("message.type", type));
    }
}
