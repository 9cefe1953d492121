using System.Diagnostics.Metrics;

namespace EvoNas.Hosting;

/// <summary>The instruments of the one host that runs behaviors. Whoever listens (an exporter, <c>dotnet-counters</c>) pays; nobody else does.</summary>
static class Telemetry
{
    static readonly Meter Actors = new("EvoNas.Actors");
    static readonly Meter Journal = new("EvoNas.Journal");
    static readonly Meter Search = new("EvoNas.Search");

    public static readonly Counter<long> Messages = Actors.CreateCounter<long>("evonas.actor.messages", "{message}", "Letters read, by cell.");
    public static readonly Counter<long> Dropped = Actors.CreateCounter<long>("evonas.messages.dropped", "{message}", "Letters that found a full or closed mailbox.");
    public static readonly Counter<long> Restarts = Actors.CreateCounter<long>("evonas.actor.restarts", "{restart}", "Cells thrown away and recovered.");
    public static readonly Histogram<double> AppendTime = Journal.CreateHistogram<double>("evonas.journal.append.time", "s", "How long an append took.");
    public static readonly Histogram<long> AppendSize = Journal.CreateHistogram<long>("evonas.journal.append.size", "{event}", "Events of one append.");
    public static readonly Histogram<double> RecoveryTime = Journal.CreateHistogram<double>("evonas.journal.recovery.time", "s", "How long a recovery took.");
    public static readonly Counter<long> UnknownWrites = Journal.CreateCounter<long>("evonas.journal.unknown_writes", "{write}", "Appends whose fate is unknown.");
    public static readonly Counter<long> Evaluations = Search.CreateCounter<long>("evonas.search.evaluations", "{evaluation}", "Births that ended, by outcome.");
    public static readonly Counter<long> WorkerExits = Search.CreateCounter<long>("evonas.worker.exits", "{exit}", "Worker processes that ended, by cause.");
}
