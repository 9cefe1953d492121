using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Lineages;

namespace EvoNas.Reports;

/// <summary>Candidates and events in the stable form for scripts.</summary>
static class CandidateJson
{
    public static JsonObject Of(Ancestry ancestry, Biography one)
    {
        var json = Fields(ancestry, one);
        // Only a search of several objectives has it.
        if (one.Born.Mate is { } mate)
            json["mate"] = mate.Value;
        // Only one that evaluates another again has it.
        if (one.Born.RepeatOf is { } repeated)
            json["repeatOf"] = repeated.Value;
        // Only one that does so with the same seed has it.
        if (one.Born.Guards is not null)
            json["guards"] = true;
        // Only one that continues another on the next rung has them.
        if (one.Born is { Promoted: { } promoted, Rung: { } rung })
            (json["promoted"], json["rung"]) = (promoted.Value, rung);
        // Only one that had to begin anew there has it.
        if (one.Scored?.From is { } from)
            json["from"] = from;
        // Only one that was proposed has it.
        if (one.Born.Origin is { } origin)
            json["origin"] = origin;
        return json;
    }

    static JsonObject Fields(Ancestry ancestry, Biography one) =>
        new()
        {
            ["birth"] = one.Born.Birth.Value,
            ["parent"] = one.Born.Parent?.Value,
            ["genotype"] = one.Born.Genotype.ToString(),
            ["draw"] = one.Born.Draw,
            ["change"] = one.Born.Change is { } change
                ? new JsonObject
                {
                    ["decision"] = change.Decision,
                    ["from"] = change.From,
                    ["to"] = change.To,
                }
                : null,
            ["outcome"] =
                one.Scored is not null ? "scored"
                : one.RuledOut is { } ruledOut ? ruledOut.Reason.ToString().ToLowerInvariant()
                : "pending",
            ["fitness"] = one.Scored?.Fitness.Value,
            ["feasible"] = one.Scored?.Fitness.Feasible,
            ["gain"] = ancestry.Gain(one.Born.Birth),
            ["metrics"] = one.Scored is { } scored ? Of(scored.Metrics) : null,
            ["curve"] = one.Scored is { Curve: var curve }
                ? new JsonArray([.. curve.Select(value => (JsonNode)value)])
                : null,
            ["stoppedAtEpoch"] = one.Scored?.StoppedAtEpoch,
            ["detail"] = one.RuledOut?.Detail,
            ["run"] = (one.Scored?.Run ?? one.RuledOut?.Run) is { } run
                ? new JsonObject
                {
                    ["attempt"] = run.Attempt,
                    ["slot"] = run.Slot,
                    ["seconds"] = run.Seconds,
                    ["atSeconds"] = run.AtSeconds,
                }
                : null,
            ["bornAt"] = one.BornAt,
            ["endedAt"] = one.EndedAt,
            ["children"] = new JsonArray([
                .. ancestry.Children(one.Born.Birth).Select(child => (JsonNode)child.Born.Birth.Value),
            ]),
        };

    /// <summary>Metrics by name.</summary>
    public static JsonObject Of(Metrics metrics)
    {
        var json = new JsonObject();
        foreach (var (name, value) in metrics)
            json[name] = value;
        return json;
    }

    /// <summary>An event with its fields beside its number and name, as it lies in the journal.</summary>
    public static JsonObject Of(long number, DateTime time, LineageEvent happened)
    {
        var line = new JsonObject
        {
            ["number"] = number,
            ["time"] = time.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'",
                System.Globalization.CultureInfo.InvariantCulture
            ),
            // A beginning has one name here, whatever rules it has, and so has an end, whoever won, and a birth that
            // was proposed.
            ["event"] = happened switch
            {
                LineageEvent.Begun => "begun",
                LineageEvent.Born { Origin: not null } => "born",
                LineageEvent.Finished finished => EventSerializer.ManifestOf(finished with { Winner = null }),
                _ => EventSerializer.ManifestOf(happened),
            },
        };
        if (JsonSerializer.SerializeToNode(happened, happened.GetType(), EventJson.Default) is not JsonObject fields)
            return line;
        foreach (var (name, value) in fields.ToArray())
        {
            fields.Remove(name);
            line[name] = value;
        }
        return line;
    }
}
