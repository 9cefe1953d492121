using System.Diagnostics.Metrics;

namespace EvoNas.Hosting.Nodes;

/// <summary>The instruments of a node's place in its cluster.</summary>
static class ClusterTelemetry
{
    static readonly Meter Meter = new("EvoNas.Cluster");

    public static readonly Readings<long> MemberCounts = new(),
        UnreachableCounts = new();

    public static readonly ObservableGauge<long> Members = Meter.CreateObservableGauge<long>(
        "evonas.cluster.members",
        MemberCounts.Read,
        "{member}",
        "Members that this node knows of."
    );
    public static readonly ObservableGauge<long> Unreachable = Meter.CreateObservableGauge<long>(
        "evonas.cluster.unreachable",
        UnreachableCounts.Read,
        "{member}",
        "Members that do not answer."
    );
    public static readonly Histogram<double> HeartbeatDelay = Meter.CreateHistogram(
        "evonas.cluster.heartbeat.delay",
        "s",
        "How long another node took to answer.",
        null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 2, 3, 5, 10] }
    );
    public static readonly Counter<long> Quarantines = Meter.CreateCounter<long>(
        "evonas.cluster.quarantines",
        "{quarantine}",
        "Nodes shut out by this one, or this one by others."
    );
    public static readonly Counter<long> SingletonMoves = Meter.CreateCounter<long>(
        "evonas.cluster.singleton.moves",
        "{move}",
        "Times that this node took the searches over."
    );
    public static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "evonas.messages.refused",
        "{message}",
        "Messages that would have made objects of a sender's choice."
    );
}
