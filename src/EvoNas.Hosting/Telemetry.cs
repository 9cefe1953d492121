using System.Diagnostics.Metrics;

namespace EvoNas.Hosting;

/// <summary>The instruments of a host; docs/monitoring.md explains each. They cost nothing unless a listener (an
/// exporter, <c>dotnet-counters</c>) collects them.</summary>
static class Telemetry
{
    // In seconds. Turns of cells and appends take micro- to milliseconds, evaluations seconds to hours.
    static readonly InstrumentAdvice<double> Short = new()
    {
        HistogramBucketBoundaries = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    };
    static readonly InstrumentAdvice<double> Long = new()
    {
        HistogramBucketBoundaries = [0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400],
    };
    static readonly InstrumentAdvice<long> Few = new()
    {
        HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
    };

    static readonly Meter Actors = new("EvoNas.Actors");
    static readonly Meter Journal = new("EvoNas.Journal");
    static readonly Meter Search = new("EvoNas.Search");

    /// <summary>What is read only when metrics are collected.</summary>
    public static readonly Readings<long> Mailboxes = new(),
        JournalEvents = new(),
        JournalBytes = new(),
        Lags = new(),
        Pendings = new(),
        Leases = new(),
        Slots = new(),
        Disks = new(),
        StuckActors = new();
    public static readonly Readings<double> Bests = new(),
        Silences = new();

    public static readonly UpDownCounter<long> Live = Actors.CreateUpDownCounter<long>(
        "evonas.actor.live",
        "{actor}",
        "Actors that are alive."
    );
    public static readonly Counter<long> Restarts = Actors.CreateCounter<long>(
        "evonas.actor.restarts",
        "{restart}",
        "Actors that failed and were restarted or recovered."
    );
    public static readonly Counter<long> Stops = Actors.CreateCounter<long>(
        "evonas.actor.stops",
        "{stop}",
        "Actors that ended."
    );
    public static readonly ObservableGauge<long> MailboxDepth = Actors.CreateObservableGauge<long>(
        "evonas.actor.mailbox.depth",
        Mailboxes.Read,
        "{message}",
        "Messages waiting to be processed."
    );
    public static readonly Histogram<double> MailboxTime = Actors.CreateHistogram(
        "evonas.actor.mailbox.time",
        "s",
        "How long a message waited to be processed.",
        null,
        Short
    );
    public static readonly Histogram<double> ProcessingTime = Actors.CreateHistogram(
        "evonas.actor.processing.time",
        "s",
        "How long it took to decide on a message, without its effects.",
        null,
        Short
    );
    public static readonly Counter<long> Messages = Actors.CreateCounter<long>(
        "evonas.actor.messages",
        "{message}",
        "Messages processed."
    );
    public static readonly Gauge<long> StashDepth = Actors.CreateGauge<long>(
        "evonas.actor.stash.depth",
        "{message}",
        "Messages that waited for the last append."
    );
    public static readonly ObservableGauge<long> Stuck = Actors.CreateObservableGauge<long>(
        "evonas.actor.stuck",
        StuckActors.Read,
        "{actor}",
        "Actors whose message takes far longer than usual, or whose mailbox grows."
    );
    public static readonly Counter<long> Dead = Actors.CreateCounter<long>(
        "evonas.messages.dead",
        "{message}",
        "Messages without a receiver."
    );
    public static readonly Counter<long> Unhandled = Actors.CreateCounter<long>(
        "evonas.messages.unhandled",
        "{message}",
        "Messages that their receiver does not know."
    );
    public static readonly Counter<long> Dropped = Actors.CreateCounter<long>(
        "evonas.messages.dropped",
        "{message}",
        "Messages dropped by a full queue or buffer."
    );

    public static readonly Histogram<double> AppendTime = Journal.CreateHistogram(
        "evonas.journal.append.time",
        "s",
        "How long an append took.",
        null,
        Short
    );
    public static readonly Histogram<long> AppendSize = Journal.CreateHistogram(
        "evonas.journal.append.size",
        "{event}",
        "Events of one append.",
        null,
        Few
    );
    public static readonly Histogram<double> RecoveryTime = Journal.CreateHistogram(
        "evonas.journal.recovery.time",
        "s",
        "How long a recovery took.",
        null,
        Short
    );
    public static readonly ObservableGauge<long> Events = Journal.CreateObservableGauge<long>(
        "evonas.journal.events",
        JournalEvents.Read,
        "{event}",
        "Events of a search."
    );
    public static readonly ObservableGauge<long> Bytes = Journal.CreateObservableGauge<long>(
        "evonas.journal.bytes",
        JournalBytes.Read,
        "By",
        "Size of the file of a journal, with its log."
    );
    public static readonly Counter<long> UnknownWrites = Journal.CreateCounter<long>(
        "evonas.journal.unknown_writes",
        "{write}",
        "Appends whose fate is unknown."
    );
    public static readonly ObservableGauge<long> Lag = Journal.CreateObservableGauge<long>(
        "evonas.projection.lag",
        Lags.Read,
        "{event}",
        "Events that a view has not seen yet."
    );
    public static readonly ObservableGauge<long> DiskFree = Journal.CreateObservableGauge<long>(
        "evonas.disk.free",
        Disks.Read,
        "By",
        "Free space on a disk."
    );

    public static readonly Counter<long> Evaluations = Search.CreateCounter<long>(
        "evonas.search.evaluations",
        "{evaluation}",
        "Births that ended."
    );
    public static readonly Histogram<double> EvaluationTime = Search.CreateHistogram(
        "evonas.search.evaluation.time",
        "s",
        "How long an evaluation took.",
        null,
        Long
    );
    public static readonly ObservableGauge<long> Pending = Search.CreateObservableGauge<long>(
        "evonas.search.pending",
        Pendings.Read,
        "{birth}",
        "Births without an end."
    );
    public static readonly ObservableGauge<long> Leased = Search.CreateObservableGauge<long>(
        "evonas.search.leased",
        Leases.Read,
        "{birth}",
        "Births that are leased to a slot."
    );
    public static readonly Histogram<double> LeaseAge = Search.CreateHistogram(
        "evonas.search.lease.age",
        "s",
        "How long a slot had a birth, when its lease ended.",
        null,
        Long
    );
    public static readonly Counter<long> DuplicatesIgnored = Search.CreateCounter<long>(
        "evonas.search.duplicates_ignored",
        "{message}",
        "Outcomes that arrived again and had no effect."
    );
    public static readonly Counter<long> Reissues = Search.CreateCounter<long>(
        "evonas.search.reissues",
        "{attempt}",
        "Births handed out again after an attempt was lost."
    );
    public static readonly ObservableGauge<double> Best = Search.CreateObservableGauge<double>(
        "evonas.search.best",
        Bests.Read,
        "1",
        "The best fitness so far."
    );
    public static readonly ObservableGauge<double> SecondsSinceEvent = Search.CreateObservableGauge<double>(
        "evonas.search.seconds_since_event",
        Silences.Read,
        "s",
        "Since the last event of a search that has not ended."
    );
    public static readonly Counter<long> WorkerExits = Search.CreateCounter<long>(
        "evonas.worker.exits",
        "{exit}",
        "Worker processes that ended."
    );
    public static readonly ObservableGauge<long> SlotState = Search.CreateObservableGauge<long>(
        "evonas.slot.state",
        Slots.Read,
        "1",
        "1 for the state that a slot is in, 0 for the others."
    );

    public static KeyValuePair<string, object?> Tag(string name, string? value) => new(name, value);
}
