using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Hosting;

/// <summary>One trace per birth, from being born to its end, with a span for every attempt. Costs nothing while nothing
/// listens.</summary>
/// <remarks>Only here and in logs are births numbered: as tags of metrics they would be without bound.</remarks>
sealed class BirthTraces(string search)
{
    static readonly ActivitySource Source = new("EvoNas.Search");

    readonly Dictionary<BirthNumber, (Activity Birth, Activity? Attempt)> _open = [];

    public void Born(LineageEvent.Born born)
    {
        if (Begin(born.Birth) is not { } birth)
            return;
        birth.SetTag("genotype", born.Genotype.ToString());
        birth.SetTag("parent", born.Parent?.Value);
        _open[born.Birth] = (birth, null);
    }

    public void Leased(PopulationEvent.Leased leased)
    {
        // Born before a recovery, or before there was a listener.
        if (!_open.TryGetValue(leased.Birth, out var open))
        {
            if (Begin(leased.Birth) is not { } begun)
                return;
            open = (begun, null);
        }
        open.Attempt?.Dispose();
        var attempt = Source.StartActivity("attempt", ActivityKind.Internal, open.Birth.Context);
        attempt?.SetTag("slot", leased.Slot.Name);
        attempt?.SetTag("attempt", leased.Attempt);
        _open[leased.Birth] = (open.Birth, attempt);
    }

    public void Lost(PopulationEvent.AttemptLost lost, string cause)
    {
        if (!_open.TryGetValue(lost.Birth, out var open))
            return;
        open.Attempt?.SetStatus(ActivityStatusCode.Error, cause);
        open.Attempt?.Dispose();
        _open[lost.Birth] = (open.Birth, null);
    }

    public void Ended(BirthNumber number, Run run, string outcome)
    {
        if (!_open.Remove(number, out var open))
            return;
        open.Attempt?.Dispose();
        open.Birth.SetTag("outcome", outcome);
        open.Birth.SetTag("slot", run.Slot);
        open.Birth.SetTag("evaluation.seconds", run.Seconds);
        if (outcome != "scored")
            open.Birth.SetStatus(ActivityStatusCode.Error, outcome);
        open.Birth.Dispose();
    }

    /// <summary>What is open ends without an outcome: its population is thrown away.</summary>
    public void Forget()
    {
        foreach (var (birth, attempt) in _open.Values)
        {
            attempt?.Dispose();
            birth.Dispose();
        }
        _open.Clear();
    }

    // A root, whatever runs on this thread.
    Activity? Begin(BirthNumber birth)
    {
        if (!Source.HasListeners())
            return null;
        var before = Activity.Current;
        Activity.Current = null;
        var begun = Source.StartActivity("birth");
        Activity.Current = before;
        begun?.SetTag("search", search);
        begun?.SetTag("birth", birth.Value);
        return begun;
    }
}
