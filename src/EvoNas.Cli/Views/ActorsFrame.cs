using EvoNas.Actors.Monitors;
using EvoNas.Reports;

namespace EvoNas.Cli.Views;

/// <summary>What actors are doing, as lines: their kinds, each of them, and the messages that nothing
/// handled.</summary>
static class ActorsFrame
{
    const int UndeliveredMax = 5;

    /// <summary>All nodes, one after the other.</summary>
    /// <param name="nodes">As they answered.</param>
    /// <param name="now">To say since when a node is silent.</param>
    /// <param name="only">Of the single actors, those that work for this; null: all.</param>
    /// <param name="room">Columns; null: as many as are needed.</param>
    public static IReadOnlyList<Line> Draw(IReadOnlyList<NodeActors> nodes, DateTimeOffset now, string? only, int? room)
    {
        var lines = new List<Line>();
        foreach (var node in nodes)
        {
            if (lines.Count > 0)
                lines.Add(new());
            lines.Add(Head(node, now));
            if (node.SilentSeconds is not null || node.Refusal is not null)
                continue;
            lines.Add(new());
            lines.AddRange(Lines(Types(node), room));
            lines.Add(new());
            lines.AddRange(Lines(Actors(node, only), room));
            if (node.ActorCount > node.Actors.Length)
                lines.Add(
                    new Line().Add($"{node.Actors.Length} of {Figures.Exact(node.ActorCount)} actors are shown", "grey")
                );
            AddUndelivered(lines, node);
        }
        return lines;
    }

    /// <summary>The last messages of one actor.</summary>
    public static IReadOnlyList<Line> Draw(ActorLine actor, int? room)
    {
        var lines = new List<Line> { new Line().Add(Printable.Of(actor.Path), "bold").Add($"  {Now(actor)}") };
        if (actor.LastFailure is { } failure)
            lines.Add(
                new Line().Add(
                    $"failed {Figures.Time(actor.FailedSecondsAgo ?? 0)} ago: {Printable.Of(failure)}",
                    "red"
                )
            );
        lines.Add(new());
        var withPayloads = actor.Recent.Any(one => one.Payload is not null);
        var list = new Listing([
            ("AGO", Listing.Kind.Number),
            ("WAITED", Listing.Kind.Number),
            ("TOOK", Listing.Kind.Number),
            ("MESSAGE", Listing.Kind.Text),
            ("FAILURE", Listing.Kind.Text),
            .. withPayloads ? [("PAYLOAD", Listing.Kind.Text)] : Array.Empty<(string, Listing.Kind)>(),
        ]);
        foreach (var one in actor.Recent)
            list.AddIn(
                one.Failure is null ? null : "red",
                [
                    Figures.Time(one.SecondsAgo),
                    one.WaitSeconds is { } wait ? Figures.Brief(wait) : "?",
                    Figures.Brief(one.Seconds),
                    one.Type,
                    one.Failure ?? "",
                    .. withPayloads ? [one.Payload ?? ""] : Array.Empty<string>(),
                ]
            );
        lines.AddRange(Lines(list, room));
        return lines;
    }

    static Line Head(NodeActors node, DateTimeOffset now)
    {
        var line = new Line().Add(node.Name == "?" ? node.Address : node.Name, "bold").Add($"  {node.Status}");
        if (node.SilentSeconds is { } silent)
            return line.Add($"  no answer since {now.AddSeconds(-silent).ToLocalTime():HH:mm:ss}", "red");
        if (node.Refusal is { } refusal)
            return line.Add($"  {refusal}", "yellow");
        var stuck = node.Types.Sum(type => type.Stuck);
        line.Add(
            $"  {Figures.Counted(node.ActorCount, "actor")}, "
                + Figures.Counted(node.Types.Sum(type => type.Messages), "message")
        );
        return stuck == 0 ? line : line.Add($", {stuck} stuck", "red");
    }

    static Listing Types(NodeActors node)
    {
        var list = new Listing(
            ("TYPE", Listing.Kind.Text),
            ("LIVE", Listing.Kind.Number),
            ("DEPTH", Listing.Kind.Number),
            ("STASH", Listing.Kind.Number),
            ("MESSAGES", Listing.Kind.Number),
            ("FAILED", Listing.Kind.Number),
            ("RESTARTS", Listing.Kind.Number),
            ("WAIT P50", Listing.Kind.Number),
            ("P99", Listing.Kind.Number),
            ("TIME P50", Listing.Kind.Number),
            ("P99", Listing.Kind.Number)
        );
        foreach (var type in node.Types)
            list.AddIn(
                type.Stuck > 0 ? "red" : null,
                type.Type,
                Figures.Exact(type.Live),
                Figures.Exact(type.Depth),
                Figures.Exact(type.Stashed),
                Figures.Exact(type.Messages),
                Figures.Exact(type.Failures),
                Figures.Exact(type.Restarts),
                Figures.Brief(type.Times.WaitMedian),
                Figures.Brief(type.Times.WaitP99),
                Figures.Brief(type.Times.HandlingMedian),
                Figures.Brief(type.Times.HandlingP99)
            );
        return list;
    }

    static Listing Actors(NodeActors node, string? only)
    {
        var list = new Listing(
            ("ACTOR", Listing.Kind.Text),
            ("TYPE", Listing.Kind.Text),
            ("FOR", Listing.Kind.Text),
            ("DEPTH", Listing.Kind.Number),
            ("STASH", Listing.Kind.Number),
            ("MESSAGES", Listing.Kind.Number),
            ("FAILED", Listing.Kind.Number),
            ("WAIT P99", Listing.Kind.Number),
            ("TIME P99", Listing.Kind.Number),
            ("NOW", Listing.Kind.Long)
        );
        foreach (
            var actor in node
                .Actors.Where(one => only is null || one.Subject == only)
                .OrderBy(one => one.Stuck is null)
                .ThenBy(one => one.Path, StringComparer.Ordinal)
        )
            list.AddIn(
                actor.Stuck is null ? null : "red",
                Printable.Of(actor.Path),
                actor.Type,
                Printable.Of(actor.Subject ?? ""),
                Figures.Exact(actor.Depth),
                Figures.Exact(actor.Stashed),
                Figures.Exact(actor.Messages),
                Figures.Exact(actor.Failures),
                Figures.Brief(actor.Times.WaitP99),
                Figures.Brief(actor.Times.HandlingP99),
                Now(actor)
            );
        return list;
    }

    static string Now(ActorLine actor) =>
        actor.Stuck is { } stuck ? $"stuck: {stuck}"
        : actor.Current is { } current ? $"{current}, {Figures.Brief(actor.CurrentSeconds)}"
        : "";

    static void AddUndelivered(List<Line> lines, NodeActors node)
    {
        if (node.UndeliveredCounts.Length == 0)
            return;
        var counts = node.UndeliveredCounts.Select(one => $"{Figures.Exact(one.Count)} {one.Kind}");
        lines.Add(new());
        lines.Add(new Line().Add($"not handled: {string.Join(", ", counts)}; the last:"));
        foreach (var one in node.Undelivered.TakeLast(UndeliveredMax))
            lines.Add(
                new Line().Add(
                    $"  {Figures.Time(one.SecondsAgo)} ago  {one.Kind}  {Figures.OneLine(one.Type)}"
                        + (one.To == "" ? "" : $"  to {Printable.Of(one.To)}")
                        + (one.From is null ? "" : $"  from {Printable.Of(one.From)}"),
                    "grey"
                )
            );
    }

    static IEnumerable<Line> Lines(Listing list, int? room) =>
        list.Lines(room).Select(line => new Line().Add(line.Text, line.Style ?? ""));
}
