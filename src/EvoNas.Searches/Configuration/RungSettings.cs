namespace EvoNas.Searches.Configuration;

/// <summary>The rungs of a search by <c>asha</c>.</summary>
static class RungSettings
{
    public static readonly Setting Rungs = new(
        "evonas.search.rungs",
        new Takes.Whole(2, 20),
        "--rungs",
        "N",
        "asha: rungs that a full training is cut into [5, or as many as fit]",
        Absent: "auto"
    );
    public static readonly Setting Reduction = new(
        "evonas.search.reduction",
        new Takes.Whole(2, 100),
        "--reduction",
        "N",
        "asha: one of N goes on to the next rung, which ends after N times as many epochs [3]",
        Absent: "auto"
    );
    public static readonly Setting Metric = new(
        "evonas.search.rung-metric",
        new Takes.Text("top1"),
        "--rung-metric",
        "NAME",
        "asha: what candidates are compared by below the top, higher is better [the objective]",
        Absent: "auto"
    );

    /// <summary>Of a node.</summary>
    public static readonly Setting Checkpoints = new(
        "evonas.worker.checkpoints",
        new Takes.Text("/mnt/shared/evonas"),
        null,
        "DIR",
        "A folder that all nodes share, for the checkpoints of rungs [each node keeps its own]",
        Absent: "none"
    );

    public static readonly Setting[] All = [Rungs, Reduction, Metric];
}
