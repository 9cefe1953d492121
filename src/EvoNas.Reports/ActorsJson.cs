using System.Text.Json.Nodes;
using EvoNas.Actors.Monitors;

namespace EvoNas.Reports;

/// <summary>What actors are doing, in the stable form for scripts. Durations are in seconds.</summary>
static class ActorsJson
{
    /// <summary>All nodes.</summary>
    public static JsonObject Of(IEnumerable<NodeActors> nodes) =>
        new() { ["nodes"] = new JsonArray([.. nodes.Select(Of)]) };

    static JsonObject Of(NodeActors node)
    {
        var counts = new JsonObject();
        foreach (var (kind, count) in node.UndeliveredCounts)
            counts[kind] = count;
        return new()
        {
            ["name"] = node.Name,
            ["address"] = node.Address,
            ["status"] = node.Status,
            ["silentSeconds"] = node.SilentSeconds,
            ["refusal"] = node.Refusal,
            ["actorCount"] = node.ActorCount,
            ["actors"] = new JsonArray([.. node.Actors.Select(Of)]),
            ["types"] = new JsonArray([.. node.Types.Select(Of)]),
            ["undelivered"] = new JsonArray([
                .. node.Undelivered.Select(one => new JsonObject
                {
                    ["kind"] = one.Kind,
                    ["type"] = one.Type,
                    ["to"] = one.To,
                    ["from"] = one.From,
                    ["secondsAgo"] = one.SecondsAgo,
                }),
            ]),
            ["undeliveredCounts"] = counts,
        };
    }

    static JsonObject Of(ActorLine actor) =>
        new()
        {
            ["path"] = actor.Path,
            ["type"] = actor.Type,
            ["subject"] = actor.Subject,
            ["depth"] = actor.Depth,
            ["stashed"] = actor.Stashed,
            ["messages"] = actor.Messages,
            ["failures"] = actor.Failures,
            ["restarts"] = actor.Restarts,
            ["times"] = Of(actor.Times),
            ["current"] = actor.Current,
            ["currentSeconds"] = actor.Current is null ? null : actor.CurrentSeconds,
            ["lastFailure"] = actor.LastFailure,
            ["failedSecondsAgo"] = actor.FailedSecondsAgo,
            ["stuck"] = actor.Stuck,
            ["recent"] = new JsonArray([
                .. actor.Recent.Select(one => new JsonObject
                {
                    ["type"] = one.Type,
                    ["waitSeconds"] = one.WaitSeconds,
                    ["seconds"] = one.Seconds,
                    ["failure"] = one.Failure,
                    ["secondsAgo"] = one.SecondsAgo,
                    ["payload"] = one.Payload,
                }),
            ]),
        };

    static JsonObject Of(ActorTypeLine type) =>
        new()
        {
            ["type"] = type.Type,
            ["live"] = type.Live,
            ["depth"] = type.Depth,
            ["stashed"] = type.Stashed,
            ["messages"] = type.Messages,
            ["failures"] = type.Failures,
            ["restarts"] = type.Restarts,
            ["times"] = Of(type.Times),
            ["stuck"] = type.Stuck,
        };

    static JsonObject Of(ActorTimes times) =>
        new()
        {
            ["waitMedian"] = times.WaitMedian,
            ["waitP99"] = times.WaitP99,
            ["handlingMedian"] = times.HandlingMedian,
            ["handlingP99"] = times.HandlingP99,
        };
}
