using System.Diagnostics.Metrics;
using EvoNas.Actors.Evaluators;

namespace EvoNas.Hosting;

/// <summary>What slots do, as numbers: 1 for the state that a slot is in, 0 for all others.</summary>
static class SlotReadings
{
    static readonly string[] States = ["idle", "training", "reporting", "draining", "quarantined"];

    /// <param name="phase">Null: nothing was seen of it yet, so it is idle.</param>
    /// <param name="drains">Takes no more work.</param>
    public static IEnumerable<Measurement<long>> Of(string slot, SlotPhase? phase, bool drains)
    {
        var now = phase switch
        {
            SlotPhase.Quarantined => "quarantined",
            _ when drains => "draining",
            SlotPhase.Training => "training",
            SlotPhase.Reporting => "reporting",
            _ => "idle",
        };
        foreach (var state in States)
            yield return new(state == now ? 1 : 0, Telemetry.Tag("slot", slot), Telemetry.Tag("state", state));
    }
}
