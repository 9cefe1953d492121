using System.CommandLine;
using System.Globalization;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Searches.Folders;
using Spectre.Console;

namespace EvoNas.Cli.Lineages;

/// <summary><c>evonas lineage</c>: who came from whom, and what each mutation gained.</summary>
static class LineageCommand
{
    public static Verb Make(Terminal terminal, Func<ParseResult, Home> home)
    {
        var name = new Argument<string>("name") { HelpName = "NAME", Description = "A search" };
        var depth = Options.Text(
            "--depth",
            "N",
            "Also the other descendants of the best one's ancestors, so many generations down"
        );
        var json = Options.Json("The ancestors of the best");
        var lineage = new Verb("lineage", "Show or draw ancestors, show one candidate, verify or export a journal")
            .Takes(name)
            .Takes("Output", depth, json)
            .Example("evonas lineage night", "the ancestors of the best, founder first")
            .Example("evonas lineage night show 17", "everything that is known of one candidate")
            .Example("evonas lineage night verify", "checks every event of the journal")
            .Example("evonas lineage night draw -o night.svg", "fitness over births, with the best one's ancestors")
            .Example("evonas lineage night export --format csv > night.csv", "a row a candidate")
            .Does(async parsed =>
            {
                var search = home(parsed).Find(parsed.GetValue(name)!); // A required argument.
                var ancestry = History.Ancestry(search);
                var champion = Champion(ancestry);
                if (parsed.GetValue(json))
                    terminal.WriteJson(
                        new System.Text.Json.Nodes.JsonArray([
                            .. (champion is null ? [] : ancestry.Ancestors(champion.Born.Birth))
                                .Reverse()
                                .Select(one => CandidateJson.Of(ancestry, one)),
                        ])
                    );
                else if (champion is not { } best)
                    throw Unscored(search, ancestry);
                else
                {
                    WriteTree(terminal, search, ancestry, best, (int)parsed.Whole(depth, 0, 0, 1000));
                    FrontTable.Write(terminal, FrontView.Of(History.Lineage(search)));
                }
                return Exit.Done;
            });
        return lineage.With([
            ShowCommand(terminal, home, name),
            DrawLineageCommand.Make(terminal, home, name),
            VerifyCommand.Make(terminal, home, name),
            ExportCommand.Make(terminal, home, name),
            .. QuestionCommands.Make(terminal, home, name),
        ]);
    }

    internal static Biography? Champion(Ancestry ancestry)
    {
        if (ancestry.Winner is { } winner)
            return ancestry.Find(winner.Birth);
        Biography? best = null;
        foreach (var one in ancestry.Everyone)
            if (
                one.Scored is { } scored
                && ancestry.Counts(one)
                && (
                    best?.Scored is not { } other
                    || scored.Fitness.CompareTo(other.Fitness) > 0
                    || (scored.Fitness.CompareTo(other.Fitness) == 0 && one.EndedAt < best.EndedAt)
                )
            )
                best = one;
        return best;
    }

    static void WriteTree(Terminal terminal, SearchFolder search, Ancestry ancestry, Biography best, int depth)
    {
        var line = ancestry.Ancestors(best.Born.Birth).Reverse().ToArray();
        terminal.Pretty.MarkupLine(
            $"[bold]{Markup.Escape(search.Name)}[/]  the line of {best.Born.Birth}, "
                + $"the best of {ancestry.Everyone.Count()}"
        );
        var tree = new Tree(Title(ancestry, line[0], isOnLine: true)) { Guide = TreeGuide.Line };
        IHasTreeNodes at = tree;
        for (var i = 0; i < line.Length; i++)
        {
            var next = i + 1 < line.Length ? line[i + 1] : null;
            var others = ancestry
                .Children(line[i].Born.Birth)
                .Where(child => child.Born.Birth != next?.Born.Birth)
                .ToArray();
            if (depth > 0)
                foreach (var other in others)
                    Grow(at.AddNode(Title(ancestry, other, isOnLine: false)), ancestry, other, depth - 1);
            else if (others.Length > 0)
                at.AddNode($"[grey]and {others.Length} other child{(others.Length == 1 ? "" : "ren")}[/]");
            if (next is not null)
                at = at.AddNode(Title(ancestry, next, isOnLine: true));
        }
        terminal.Pretty.Write(tree);
    }

    static void Grow(IHasTreeNodes at, Ancestry ancestry, Biography one, int depth)
    {
        if (depth == 0)
            return;
        foreach (var child in ancestry.Children(one.Born.Birth))
            Grow(at.AddNode(Title(ancestry, child, isOnLine: false)), ancestry, child, depth - 1);
    }

    static string Title(Ancestry ancestry, Biography one, bool isOnLine)
    {
        var end = one switch
        {
            { Scored: { } scored } => $"{(isOnLine ? "[bold]" : "[default]")}{Figures.Fitness(scored.Fitness.Value)}[/]"
                + (scored.StoppedAtEpoch is null ? "" : " [grey]stopped early[/]"),
            { RuledOut: { } ruledOut } => $"[red]{ruledOut.Reason.ToString().ToLowerInvariant()}[/] "
                + Markup.Escape(Figures.OneLine(ruledOut.Detail)),
            _ => "[grey]pending[/]",
        };
        var gain = ancestry.Gain(one.Born.Birth) is { } gained
            ? $" {(gained >= 0 ? "[green]" : "[red]")}{Figures.Gain(gained)}[/]"
            : "";
        return $"{(isOnLine ? "[aqua]" : "[grey]")}{one.Born.Birth}[/] {end}{gain}  "
            + Markup.Escape(BirthWords.Of(one.Born));
    }

    static Verb ShowCommand(Terminal terminal, Func<ParseResult, Home> home, Argument<string> name)
    {
        var birth = new Argument<string>("birth") { HelpName = "BIRTH", Description = "Its number, best, or knee" };
        var json = Options.Json("The candidate");
        return new Verb("show", "Everything that is known of one candidate")
            .Takes(birth)
            .Takes("Output", json)
            .Does(async parsed =>
            {
                var search = home(parsed).Find(parsed.GetValue(name)!); // A required argument.
                var ancestry = History.Ancestry(search);
                var one = Find(search, ancestry, parsed.GetValue(birth)!); // A required argument.
                if (parsed.GetValue(json))
                    terminal.WriteJson(CandidateJson.Of(ancestry, one));
                else
                    Show(terminal, ancestry, one);
                return Exit.Done;
            });
    }

    /// <summary>A candidate by its number, as <c>best</c> (of several objectives by the first), or as
    /// <c>knee</c>.</summary>
    public static Biography Find(SearchFolder search, Ancestry ancestry, string text)
    {
        if (text == "best")
            return Champion(ancestry) ?? throw Unscored(search, ancestry);
        if (text == "knee")
            return FrontView.Of(History.Lineage(search)) is not { } front
                    ? throw new RequestException(
                        $"'{search.Name}' has one objective: a knee is the middle of the front of several.",
                        "Write the number of a birth, or best."
                    )
                : front.Knee is { } knee ? ancestry.Find(knee.Individual.Birth)!
                : throw Unscored(search, ancestry); // It is one of its births.
        if (!long.TryParse(text.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new RequestException(
                $"'{text}' is not a birth.",
                "Write its number, or best; of several objectives also knee."
            );
        var births = ancestry.Everyone.Count();
        return ancestry.Find(new(number))
            ?? throw new RequestException(
                $"'{search.Name}' has no birth {number}; it has {(births == 0 ? "none" : $"1 to {births}")}."
            );
    }

    /// <summary>Why there is nothing to show, and the command that leads on.</summary>
    public static FailedException Unscored(SearchFolder search, Ancestry ancestry)
    {
        var ruledOut = ancestry.Everyone.Where(one => one.RuledOut is not null).ToArray();
        if (ruledOut is [.., { RuledOut: { } last }])
            return new(
                $"'{search.Name}' has no scored candidate: {ruledOut.Length} of its births "
                    + $"{(ruledOut.Length == 1 ? "was" : "were")} ruled out, "
                    + $"the last one as {last.Reason.ToString().ToLowerInvariant()}: {Figures.OneLine(last.Detail)}",
                $"All that is known of it: evonas lineage {search.Name} show {last.Birth.Value}."
            );
        var lineage = History.Lineage(search);
        var what = lineage.Born == 0 ? "birth" : "scored candidate";
        return new(
            $"'{search.Name}' has no {what}{(lineage.Finished is null ? " yet" : "")}.",
            SearchState.Of(search, lineage, Session.Read(search)) switch
            {
                SearchState.Running => $"Watch it: evonas top {search.Name}.",
                SearchState.Finished => $"How it ended: evonas status {search.Name}.",
                _ when lineage.Settings is null => $"It never began: evonas search --name {search.Name} … begins it.",
                _ => $"Continue it: evonas resume {search.Name}.",
            }
        );
    }

    static void Show(Terminal terminal, Ancestry ancestry, Biography one)
    {
        var console = terminal.Pretty;
        var (born, birth) = (one.Born, one.Born.Birth);
        Line(
            "birth",
            $"{birth}{Origin(born)}; {BirthWords.Of(born)}" + (born.Draw > 0 ? $"; draw {born.Draw + 1}" : "")
        );
        Line("genotype", born.Genotype.ToString());
        if (one.Scored is { } scored)
        {
            Line(
                "fitness",
                Figures.Fitness(scored.Fitness.Value)
                    + (ancestry.Gain(birth) is { } gain ? $"  {Figures.Gain(gain)} to its parent" : "")
                    + (scored.Fitness.Feasible ? "" : "  (beyond a limit)")
            );
            foreach (var (metric, value) in scored.Metrics)
                Line(metric, Figures.Metric(metric, value));
            if (scored.Curve.Count > 0)
                Line(
                    "curve",
                    $"{Sparkline.Of(scored.Curve)}  {string.Join(" ", scored.Curve.Select(Figures.Fitness))}"
                        + (scored.StoppedAtEpoch is { } epoch ? $"  stopped after epoch {epoch}" : "")
                );
            Line("run", Run(scored.Run));
        }
        else if (one.RuledOut is { } ruledOut)
        {
            Line("ruled out", $"{ruledOut.Reason.ToString().ToLowerInvariant()}: {ruledOut.Detail}");
            Line("run", Run(ruledOut.Run));
        }
        else
            Line("state", "pending");
        var repeats = ancestry.Repeats(birth).ToArray();
        if (repeats.Length > 0)
            Line("evaluated again", string.Join(", ", repeats.Select(Again)));
        if (ancestry.Winner is { } winner && winner.Birth == birth)
            Line("won", WinnerWords.Of(winner));
        Line("events", $"born at {one.BornAt}{(one.EndedAt is { } ended ? $", ended at {ended}" : "")}");
        Family(terminal, "Ancestors", ancestry, [.. ancestry.Ancestors(birth).Skip(1)]);
        Family(terminal, "Children", ancestry, [.. ancestry.Children(birth)]);

        void Line(string what, string value)
        {
            console.Markup($"[grey]{Markup.Escape(what.PadRight(20))}[/]");
            terminal.Out.WriteLine(value);
        }
    }

    static string Origin(LineageEvent.Born born) =>
        born.Parent is { } parent ? $", child of {parent}"
        : born.RepeatOf is not null ? ""
        : born.Promoted is not null ? ""
        : ", a founder";

    static string Again(Biography repeat) =>
        $"{repeat.Born.Birth} "
        + (
            repeat.Scored is { } scored
                ? Figures.Fitness(scored.Fitness.Value)
                : repeat.RuledOut?.Reason.ToString().ToLowerInvariant() ?? "pending"
        );

    static string Run(Run run) =>
        $"attempt {run.Attempt} on {run.Slot}, {Figures.Time(run.Seconds)}, "
        + $"ended {Figures.Time(run.AtSeconds)} into the search";

    static void Family(Terminal terminal, string heading, Ancestry ancestry, Biography[] members)
    {
        if (members.Length == 0)
            return;
        terminal.Out.WriteLine();
        terminal.Pretty.MarkupLine($"[yellow]{heading}[/]");
        var rows = new Listing(
            ("BIRTH", Listing.Kind.Number),
            ("FITNESS", Listing.Kind.Number),
            ("GAIN", Listing.Kind.Number),
            ("CHANGE", Listing.Kind.Long)
        );
        foreach (var member in members)
            rows.Add(
                $"{member.Born.Birth}",
                member.Scored is { } scored
                    ? Figures.Fitness(scored.Fitness.Value)
                    : member.RuledOut?.Reason.ToString().ToLowerInvariant() ?? "pending",
                ancestry.Gain(member.Born.Birth) is { } gain ? Figures.Gain(gain) : "",
                BirthWords.Of(member.Born)
            );
        rows.Write(terminal);
    }
}
