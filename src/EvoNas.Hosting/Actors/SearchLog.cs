using EvoNas.Actors.Populations;
using EvoNas.Lineages;
using Serilog;

namespace EvoNas.Hosting.Actors;

/// <summary>What the log says of a population's events.</summary>
static class SearchLog
{
    /// <summary>Writes a line for an event that people look for.</summary>
    /// <param name="log">Has the search and the actor as fields.</param>
    /// <param name="happened">An event that was recorded.</param>
    public static void Write(ILogger log, PopulationEvent happened)
    {
        switch (happened)
        {
            case PopulationEvent.Kept { Happened: LineageEvent.Born { RepeatOf: { } of } again }:
                log.Debug("{birth} evaluates {Of} again", again.Birth.Value, of.Value);
                break;
            case PopulationEvent.Kept { Happened: LineageEvent.Born { Promoted: { } of, Rung: { } rung } next }:
                log.Debug("{birth} promotes {Of} to rung {Rung}", next.Birth.Value, of.Value, rung);
                break;
            case PopulationEvent.Kept { Happened: LineageEvent.Proposed proposed }:
                log.Information(
                    "{Count} proposed, the first {Genotype} ({Origin})",
                    proposed.Proposals.Count,
                    proposed.Proposals[0].Genotype,
                    proposed.Proposals[0].Origin
                );
                break;
            case PopulationEvent.Kept { Happened: LineageEvent.Born { Origin: { } origin } born }:
                log.Debug("born {birth} ({Origin}): {Genotype}", born.Birth.Value, origin, born.Genotype);
                break;
            case PopulationEvent.Kept { Happened: LineageEvent.Born born }:
                log.Debug("born {birth} of {Parent}: {Genotype}", born.Birth.Value, born.Parent?.Value, born.Genotype);
                break;
            case PopulationEvent.Kept { Happened: LineageEvent.Scored scored }:
                log.Information(
                    "scored {birth} on {slot}: {Fitness} in {Seconds} s",
                    scored.Birth.Value,
                    scored.Run.Slot,
                    scored.Fitness.Value,
                    scored.Run.Seconds
                );
                break;
            case PopulationEvent.Kept { Happened: LineageEvent.RuledOut ruledOut }:
                log.Warning(
                    "ruled out {birth} on {slot}: {Reason}: {Detail}",
                    ruledOut.Birth.Value,
                    ruledOut.Run.Slot,
                    ruledOut.Reason,
                    ruledOut.Detail
                );
                break;
            case PopulationEvent.Kept { Happened: LineageEvent.Finished { Spent: { } spent } }:
                log.Warning("finished: {Reason}", spent.ToString());
                break;
            case PopulationEvent.Kept { Happened: LineageEvent.Finished { Winner: { } winner } finished }:
                log.Information(
                    "finished: {Reason}; the winner is {birth}: mean {Mean}, noise {Noise}, P(best) {Probability}",
                    finished.Reason,
                    winner.Birth.Value,
                    winner.Mean,
                    winner.Noise,
                    winner.Probability
                );
                break;
            case PopulationEvent.Kept { Happened: LineageEvent.Finished finished }:
                log.Information("finished: {Reason}", finished.Reason);
                break;
            case PopulationEvent.AttemptLost lost:
                log.Warning("attempt lost: {birth} on {slot}: {Cause}", lost.Birth.Value, lost.Slot.Name, lost.Cause);
                break;
            case PopulationEvent.Searching searching:
                log.Warning("{Reason}; the search goes on towards the limit", searching.Spent.ToString());
                break;
            case PopulationEvent.Paused paused:
                log.Warning("paused: {Reason}", paused.Reason);
                break;
        }
    }
}
