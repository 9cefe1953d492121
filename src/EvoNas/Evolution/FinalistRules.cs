using System.Globalization;
using System.Text.RegularExpressions;

namespace EvoNas.Evolution;

/// <summary>One round of finalists.</summary>
/// <param name="Count">How many candidates are evaluated again; at least 2.</param>
/// <param name="Repeats">How often each; at least 1.</param>
public sealed record FinalRound(int Count, int Repeats);

/// <summary>How the last evaluations of a budget are spent: the best candidates are evaluated again with other seeds,
/// because the highest single score is the luckiest one. Written with the settings, so that a search keeps the rules
/// that it was begun with.</summary>
/// <param name="Rounds">At least one; each chooses anew from what is known by then.</param>
public sealed partial record FinalistRules(Sequence<FinalRound> Rounds)
{
    // From docs/benchmarks.md: with fewer, the evaluations do as much good in the search.
    const int EvaluationsMin = 200,
        EvaluationsOfRounds = 1000;

    /// <summary>Evaluations of all rounds.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Cost => Rounds.Sum(round => round.Count * round.Repeats);

    /// <summary>The most finalists of a round.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int CountMax => Rounds.Max(round => round.Count);

    /// <summary>The rules of a search that begins now and whose evaluations are noisy: from 200 evaluations on five
    /// candidates with six more evaluations each; from 1,000 on three rounds of ever fewer candidates, 158 evaluations;
    /// null below, and where evaluations are not bounded.</summary>
    public static FinalistRules? For(Budget budget) =>
        budget.Evaluations switch
        {
            >= EvaluationsOfRounds => new([new(30, 2), new(10, 5), new(4, 12)]),
            >= EvaluationsMin => new([new(5, 6)]),
            _ => null,
        };

    /// <summary>Reads <c>5x6</c>: five candidates, six more evaluations each; <c>10x1+5x2+2x5</c>: three
    /// rounds.</summary>
    /// <exception cref="RequestException">The text has another form, or a number is out of its bounds.</exception>
    public static FinalistRules Parse(string text)
    {
        var rounds = text.Split('+', StringSplitOptions.TrimEntries)
            .Select(round => Form().Match(round))
            .Select(match =>
                match.Success
                && int.TryParse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture, out var count)
                && int.TryParse(match.Groups["repeats"].ValueSpan, CultureInfo.InvariantCulture, out var repeats)
                    ? new FinalRound(count, repeats)
                    : throw new RequestException(
                        $"'{text}' says nothing of finalists.",
                        "Write none, auto, or NxR such as 5x6: five candidates, six more evaluations each."
                    )
            );
        var rules = new FinalistRules([.. rounds]);
        rules.Check();
        return rules;
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() =>
        string.Join('+', Rounds.Select(round => FormattableString.Invariant($"{round.Count}x{round.Repeats}")));

    /// <summary>Can a budget afford them? They take at most half of its evaluations. A budget that is lowered later may
    /// afford them no more: then all of it goes to births.</summary>
    public bool Fit(Budget budget) => budget.Evaluations is { } evaluations && Cost <= evaluations / 2;

    /// <summary>These rules, for a search that begins with a budget.</summary>
    /// <exception cref="RequestException">The budget counts no evaluations, or too few.</exception>
    public FinalistRules CheckedFor(Budget budget)
    {
        if (budget.Evaluations is not { } evaluations)
            throw new RequestException(
                $"Finalists ({this}) are the last {Cost} evaluations of a budget; this budget counts none.",
                "Give --budget EVALUATIONS too, or --finalists none."
            );
        return Fit(budget)
            ? this
            : throw new RequestException(
                $"Finalists ({this}) take {Cost} evaluations, more than half of a budget of {evaluations}.",
                "Take fewer, raise --budget, or add --finalists none."
            );
    }

    internal void Check()
    {
        const int Max = 1000;
        foreach (var round in Rounds)
            if (round.Count is < 2 or > Max || round.Repeats is < 1 or > Max)
                throw new RequestException(
                    $"Finalists of {this} decide nothing.",
                    $"Take 2 to {Max} candidates and 1 to {Max} more evaluations of each, such as 5x6."
                );
    }

    [GeneratedRegex(@"^(?<count>\d{1,9})\s*[x×]\s*(?<repeats>\d{1,9})$")]
    private static partial Regex Form();
}
