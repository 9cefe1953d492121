using System.Text;

namespace EvoNas.Evolution;

/// <summary>Reads and checks several objectives, with commas between: <c>top1, -latencyMs</c>.</summary>
public static class ObjectiveList
{
    // Two forms that differ by rounding alone are the same.
    const double Tolerance = 1e-9;

    /// <summary>Reads one objective or several, each as <see cref="Objective.Parse"/> does. The first has the
    /// limits.</summary>
    /// <param name="text">Expressions with commas between; a comma in double quotes belongs to a name.</param>
    /// <param name="limits">See <see cref="Objective.Parse"/>.</param>
    /// <param name="computed">See <see cref="Objective.Parse"/>.</param>
    /// <exception cref="RequestException">One has another form, there are too many, or two say the same or the
    /// opposite.</exception>
    public static Sequence<Objective> Parse(
        string text,
        IEnumerable<string>? limits = null,
        IReadOnlyCollection<string>? computed = null
    )
    {
        var parts = Split(text);
        if (parts.Count > 1 && parts.FindIndex(string.IsNullOrWhiteSpace) is >= 0 and var empty)
            throw new RequestException(
                $"Objective {empty + 1} of '{text}' is empty.",
                "Write several objectives with commas between, such as \"top1, -latencyMs\"."
            );
        if (parts.Count > ParetoSettings.ObjectivesMax)
            throw new RequestException(
                $"{parts.Count} objectives are too many; a search takes at most {ParetoSettings.ObjectivesMax}.",
                "Make limits of some: --limit \"latencyMs<=20\"."
            );
        Sequence<Objective> objectives =
        [
            .. parts.Select((part, i) => Objective.Parse(part, i == 0 ? limits : null, computed)),
        ];
        Check(objectives);
        return objectives;
    }

    /// <summary>The objectives as <see cref="Parse"/> reads them, limits left out; of a search of one objective the
    /// text of that.</summary>
    public static string Text(Sequence<Objective> objectives) =>
        objectives.Count == 1 ? objectives[0].ToString() : string.Join(", ", objectives.Select(Text));

    /// <summary>One of several objectives, as <see cref="Parse"/> reads it: <c>-latencyMs</c>.</summary>
    public static string Text(Objective objective) =>
        objective.IsSum && objective.Terms.Count == 1
            ? objective.Terms[0] switch
            {
                { Weight: 1, Target: 1 } term => Objective.Written(term.Metric),
                { Weight: -1, Target: 1 } term => "-" + Objective.Written(term.Metric),
                _ => objective.ToString(),
            }
            : objective.ToString();

    static List<string> Split(string text)
    {
        var (parts, part, quoted) = (new List<string>(), new StringBuilder(), false);
        foreach (var letter in text)
        {
            quoted ^= letter == '"';
            if (letter == ',' && !quoted)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
                part.Append(letter);
        }
        parts.Add(part.ToString());
        return parts;
    }

    // With two that rise together one is enough; with two that fall where the other rises nothing is ever better.
    static void Check(Sequence<Objective> objectives)
    {
        for (var i = 0; i < objectives.Count; i++)
        for (var j = 0; j < i; j++)
            if (Ratio(objectives[j], objectives[i]) is { } ratio)
                throw ratio > 0
                    ? new RequestException(
                        $"The objectives '{Text(objectives[j])}' and '{Text(objectives[i])}' order candidates alike.",
                        "Leave one of them out."
                    )
                    : new RequestException(
                        $"The objectives '{Text(objectives[j])}' and '{Text(objectives[i])}' contradict each other: "
                            + "no candidate is ever better than another.",
                        "Leave one of them out."
                    );
    }

    // The sign tells whether one rises or falls with the other; null where neither follows from the other.
    static double? Ratio(Objective one, Objective other)
    {
        var (a, b) = (Weights(one), Weights(other));
        if (a.Count == 0 || a.Count != b.Count || one.IsSum != other.IsSum && a.Count > 1)
            return null;
        double? ratio = null;
        foreach (var (metric, weight) in a)
        {
            if (!b.TryGetValue(metric, out var against))
                return null;
            ratio ??= against / weight;
            if (Math.Abs(against - ratio.Value * weight) > Tolerance * Math.Abs(against))
                return null;
        }
        return ratio;
    }

    // Every metric's exponents, or factors, together.
    static Dictionary<string, double> Weights(Objective objective) =>
        objective
            .Terms.GroupBy(term => term.Metric)
            .Select(group =>
                (group.Key, Weight: group.Sum(term => objective.IsSum ? term.Weight / term.Target : term.Weight))
            )
            .Where(metric => metric.Weight != 0)
            .ToDictionary(metric => metric.Key, metric => metric.Weight);
}
