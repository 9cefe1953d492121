using System.Globalization;
using EvoNas.Evolution;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;

namespace EvoNas.Searches.Requests;

/// <summary>Where the hypervolume of several objectives is measured from.</summary>
static class ReferencePoints
{
    /// <summary>The point that is given, else the worst of each objective in the look-up table; null where neither is:
    /// then the founders fix it.</summary>
    /// <exception cref="RequestException">The text is no list of a number for each objective.</exception>
    public static ReferencePoint? Of(
        EffectiveSettings effective,
        EvaluationPlan evaluation,
        Sequence<Objective> objectives
    )
    {
        if (effective.IsGiven(KnownSettings.ReferencePoint))
            return new(Parse(effective.Text(KnownSettings.ReferencePoint)!, objectives), ReferenceOrigin.Given);
        return evaluation is EvaluationPlan.Table { Rows: var rows } && rows.WorstOf(objectives) is { } worst
            ? new(worst, ReferenceOrigin.Table)
            : null;
    }

    /// <summary>Reads a number for each objective, with commas between.</summary>
    /// <exception cref="RequestException">There are more or fewer, or one is no number.</exception>
    public static Sequence<double> Parse(string text, Sequence<Objective> objectives)
    {
        var words = text.Split(',', StringSplitOptions.TrimEntries);
        if (words.Length != objectives.Count)
            throw new RequestException(
                $"The reference point '{text}' has {words.Length} number{(words.Length == 1 ? "" : "s")} for "
                    + $"{objectives.Count} objectives "
                    + $"({ObjectiveList.Text(objectives)}).",
                "Give one for each, in their order; of an objective such as -latencyMs a negative one: "
                    + "--reference-point=\"0.1, -40\"."
            );
        return
        [
            .. words.Select(word =>
                double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number)
                    ? number
                    : throw new RequestException(
                        $"'{word}' in the reference point '{text}' is not a number.",
                        "Write numbers such as 0.1, -40 or -3e8."
                    )
            ),
        ];
    }

    /// <summary>A point as <see cref="Parse"/> reads it.</summary>
    public static string Text(Sequence<double> values) =>
        string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
