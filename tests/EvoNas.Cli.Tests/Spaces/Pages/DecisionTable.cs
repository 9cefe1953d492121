using System.Globalization;
using System.Text.RegularExpressions;
using EvoNas.Genetics;
using EvoNas.Searches.Configuration;
using EvoNas.Spaces;

namespace EvoNas.Cli.Tests.Spaces.Pages;

/// <summary>A space's decisions as a table: a row for all that differ only in their last index.</summary>
static partial class DecisionTable
{
    sealed record Row(string Before, int? Index, string After, string Takes, string Candidates, string Numbers);

    public static string Of(Space space)
    {
        var (rows, number) = (new List<Row>(), 1);
        foreach (var decision in space.Decisions.Decisions)
        {
            if (CandidatesOf(decision).Any(candidate => candidate.Children.Count > 0))
                throw new InvalidOperationException(
                    $"'{space.Name}' has a condition under '{decision.Name}'; this table has no column for it."
                );
            var name = LastIndex().Match(decision.Name);
            rows.Add(
                new(
                    name.Success ? name.Groups["before"].Value : decision.Name,
                    name.Success ? int.Parse(name.Groups["index"].Value, CultureInfo.InvariantCulture) : null,
                    name.Groups["after"].Value,
                    Takes(decision),
                    CandidatesIn(decision),
                    decision is Decision.ManyOf { Picks: > 1 } many
                        ? $"{number}–{number + many.Picks - 1}"
                        : $"{number}"
                )
            );
            number += decision.SlotCount;
        }
        var table = rows.GroupBy(row => row with { Index = row.Index is null ? null : 0, Numbers = "" })
            .Select(alike =>
                $"| {Runs.Of([.. alike.Select(row => row.Numbers)], ", ")} | `{Name([.. alike])}` "
                + $"| {alike.Key.Takes} | {alike.Key.Candidates} |"
            );
        return string.Join(
            '\n',
            [Head(space), "", "| numbers | decision | takes | candidates |", "| --- | --- | --- | --- |", .. table]
        );
    }

    static string Head(Space space)
    {
        var (decisions, profiles) = (space.Decisions, space.Profiles);
        var size = decisions.Size is { } exact ? exact.ToString("N0", CultureInfo.InvariantCulture) : "infinitely many";
        var (of, target) = (decisions.Decisions.Count, space.UsualTarget);
        return $"`{space.Name}`: {of} decisions, a genotype of {decisions.SlotCount} numbers, **{size}** "
            + $"points{(decisions.Rule is null ? "" : " (a rule excludes some)")}. Every decision is always active."
            + (
                space.Build is null
                    ? ""
                    : $" Counted and drawn at {string.Join('×', target.Input.Sides.Prepend(target.Input.Channels))}, "
                        + $"{target.Classes.ToString("N0", CultureInfo.InvariantCulture)} classes "
                        + "by default."
            )
            + (
                profiles.Count == 0
                    ? ""
                    : $" Profiles: {string.Join(", ", profiles.Select(profile => $"`{profile}`"))}."
            )
            + (
                space.ClassifyingProfile is { } classifying and not "" && classifying != profiles[0]
                    ? $" A search trains `{classifying}`."
                    : ""
            );
    }

    static string Name(Row[] alike)
    {
        var (first, indices) = (alike[0], alike.Select(row => row.Index).ToArray());
        if (first.Index is null)
            return first.Before;
        var together = indices.Length > 1 && indices[^1] - indices[0] == indices.Length - 1;
        return $"{first.Before}[{(together ? $"{indices[0]}…{indices[^1]}" : string.Join(", ", indices))}]"
            + $"{first.After}";
    }

    static string Takes(Decision decision) =>
        decision switch
        {
            Decision.ManyOf many =>
                $"{many.Picks}{(many.Distinct ? " different" : "")}{(many.Sorted ? ", ascending" : "")}"
                    + $"{Logarithmic(many.Scale)}",
            Decision.OneOf one => "one" + Logarithmic(one.Scale),
            Decision.Range range => "one" + Logarithmic(range.Scale),
            Decision.Real real => "a real number" + Logarithmic(real.Scale),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    static string Logarithmic(Scale scale) => scale == Scale.Logarithmic ? ", log-uniform" : "";

    static string CandidatesIn(Decision decision) =>
        decision switch
        {
            Decision.Range range => string.Create(
                CultureInfo.InvariantCulture,
                $"{range.Min} to {range.Max}{(range.Step == 1 ? "" : $" in steps of {range.Step}")} ({range.Count:N0})"
            ),
            Decision.Real real => string.Create(CultureInfo.InvariantCulture, $"{real.Min} to {real.Max}"),
            _ => Runs.Of([.. CandidatesOf(decision).Select(candidate => $"{candidate.Value}")], ", "),
        };

    static Sequence<Candidate> CandidatesOf(Decision decision) =>
        decision switch
        {
            Decision.OneOf one => one.Candidates,
            Decision.ManyOf many => many.Candidates,
            _ => default,
        };

    [GeneratedRegex(@"\A(?<before>.*)\[(?<index>\d+)\](?<after>[^\[]*)\z")]
    private static partial Regex LastIndex();
}
