using EvoNas.Actors;

namespace EvoNas.Hosting.Workers;

/// <summary>How a slot's worker processes are started, watched and replaced.</summary>
public sealed record WorkerTerms
{
    /// <summary>The program and its arguments that run <see cref="WorkerLoop"/>.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Variables laid over the parent's: threads, the GPU.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>A worker is replaced after so many births: what leaks in a native library ends with its
    /// process.</summary>
    public int RecycleBirths { get; init; } = 50;

    /// <summary>A worker whose resident memory is above this after a birth is replaced.</summary>
    /// <value>4 GiB.</value>
    public long MemoryMaxBytes { get; init; } = 4L << 30;

    /// <summary>A worker that reports more peak memory than this after a birth on a GPU is replaced: torch's cache
    /// there is given back only by the end of the process. In bytes.</summary>
    /// <value>No limit.</value>
    public long DeviceMemoryMaxBytes { get; init; } = long.MaxValue;

    /// <summary>Is a worker replaced after a birth?</summary>
    /// <param name="births">Births that it has evaluated.</param>
    /// <param name="residentBytes">Its resident memory.</param>
    /// <param name="outcome">Of the last birth.</param>
    public bool Replace(int births, long residentBytes, Outcome outcome) =>
        births >= RecycleBirths
        || residentBytes > MemoryMaxBytes
        || outcome is Outcome.Trained trained && trained.Metrics[PeakMemory] > DeviceMemoryMaxBytes;

    // As a training names it, for ever.
    const string PeakMemory = "peakMemoryBytes";

    /// <summary>A worker that says nothing for so long, and for five times its usual pause, is ended.</summary>
    public TimeSpan ProgressTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Between the request to end and the kill.</summary>
    public TimeSpan TermGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After the kill; a process that is still there then cannot be killed, and its slot is
    /// quarantined.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(30);
}
