using System.Globalization;
using System.Text.RegularExpressions;

namespace EvoNas.Evolution;

/// <summary>A metric's part in an objective.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Weight">The exponent in a product, the factor in a sum.</param>
/// <param name="Target">The metric is divided by this first; 1 leaves it as it is. Positive.</param>
public sealed record Term(string Metric, double Weight = 1, double Target = 1);

/// <summary>A bound that a metric should keep.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Bound">Positive.</param>
/// <param name="AtLeast">True for ≥, false for ≤.</param>
/// <param name="Hard">Hard on a computed metric: such a candidate is never trained. Hard on a measured one: infeasible,
/// and the penalty is linear.</param>
/// <param name="Power">Of the one-sided penalty (metric/bound)^power beyond the bound; negative.</param>
public sealed record Limit(string Metric, double Bound, bool AtLeast, bool Hard, double Power)
{
    /// <summary>Does the metric keep the bound? A metric that is not known does not.</summary>
    public bool Holds(Metrics metrics) => metrics[Metric] is { } value && (AtLeast ? value >= Bound : value <= Bound);

    /// <summary>1 where the bound holds, less beyond it; 0 where the metric is not known.</summary>
    public double Penalty(Metrics metrics) =>
        Holds(metrics) ? 1
        : metrics[Metric] is not { } value || value <= 0 ? 0
        : Math.Pow(AtLeast ? Bound / value : value / Bound, Power);

    /// <summary>As <c>madds&lt;=300000000</c>.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Objective.Written(Metric)}{(AtLeast ? ">=" : "<=")}{Bound}");
}

/// <summary>What a search maximises: a weighted product or sum of metrics, with limits.</summary>
/// <remarks>The product is MnasNet's reward (Tan et al. 2019, arXiv:1807.11626): <c>top1 * (latencyMs/80)^-0.07</c>. A
/// limit's penalty works on one side only: a two-sided one gives accuracy away below the bound, and ranking infeasible
/// candidates last traps the search.</remarks>
/// <param name="Terms">At least one.</param>
/// <param name="IsSum">True for a sum of weight·metric, false for a product of metric^weight.</param>
/// <param name="Limits">In the order given.</param>
public sealed partial record Objective(Sequence<Term> Terms, bool IsSum = false, Sequence<Limit> Limits = default)
{
    /// <summary>The default power of a soft limit: MnasNet's w.</summary>
    public const double SoftPower = -0.07;

    /// <summary>The validation accuracy alone.</summary>
    public static readonly Objective Accuracy = new([new(Metrics.Top1)]);

    /// <summary>Reads <c>top1</c>, <c>top1 * (latencyMs/80)^-0.07</c>, <c>top1 - 0.1*loss</c>.</summary>
    /// <remarks>A name with other characters than letters, digits and <c>_</c> stands in double quotes, as in
    /// <c>"val-acc" - 0.1*loss</c>; a quote within it is doubled.</remarks>
    /// <param name="text">A product of <c>metric</c>, <c>metric^w</c>, <c>(metric/target)^w</c>; or a sum of
    /// <c>w*metric</c>.</param>
    /// <param name="limits">Such as <c>madds&lt;=300M</c>, <c>latencyMs&lt;=20 hard</c>, <c>parameters&lt;=2M soft</c>,
    /// <c>latencyMs&lt;=20^-0.5</c>.</param>
    /// <param name="computed">Metrics known before training: their limits are hard unless said otherwise.</param>
    /// <exception cref="RequestException">The text has another form.</exception>
    public static Objective Parse(
        string text,
        IEnumerable<string>? limits = null,
        IReadOnlyCollection<string>? computed = null
    )
    {
        var bounds = ParseLimits(limits ?? [], computed);
        var compact = Blanks().Replace(text, match => match.Groups["quoted"].Value);
        if (Product().Match(compact) is { Success: true } product)
            return new(
                [.. product.Groups["term"].Captures.Select(capture => ParseFactor(capture.Value))],
                IsSum: false,
                bounds
            );
        if (Sum().Match(compact) is { Success: true } sum)
            return new(
                [.. sum.Groups["term"].Captures.Select(capture => ParseSummand(capture.Value))],
                IsSum: true,
                bounds
            );
        throw new RequestException(
            $"'{text}' is no objective.",
            "Write a product such as \"top1 * (latencyMs/80)^-0.07\" or a sum such as \"top1 - 0.1*loss\". "
                + QuotesHint
        );
    }

    /// <summary>Reads limits as <see cref="Parse"/> does.</summary>
    /// <exception cref="RequestException">A text has another form.</exception>
    public static Sequence<Limit> ParseLimits(
        IEnumerable<string> limits,
        IReadOnlyCollection<string>? computed = null
    ) => [.. limits.Select(limit => ParseLimit(limit, computed ?? Metrics.Computed))];

    /// <summary>A metric's name as it stands in an objective or a limit: in double quotes where it is no
    /// identifier.</summary>
    public static string Written(string metric) =>
        Identifier().IsMatch(metric) ? metric : $"\"{metric.Replace("\"", "\"\"")}\"";

    const string QuotesHint = "A name that is no identifier stands in double quotes, as in \"val-acc\".";

    static string Name(Group written) =>
        written.Value.StartsWith('"') ? written.Value[1..^1].Replace("\"\"", "\"") : written.Value;

    static Term ParseFactor(string text)
    {
        var match = FactorText().Match(text);
        return new(Name(match.Groups["metric"]), Number(match.Groups["weight"], 1), Number(match.Groups["target"], 1));
    }

    static Term ParseSummand(string text)
    {
        var match = SummandText().Match(text);
        var sign = match.Groups["sign"].Value == "-" ? -1 : 1;
        return new(Name(match.Groups["metric"]), sign * Number(match.Groups["weight"], 1));
    }

    static Limit ParseLimit(string text, IReadOnlyCollection<string> computed)
    {
        var match = Bound().Match(text.Trim());
        if (!match.Success)
            throw new RequestException(
                $"'{text}' is no limit.",
                "Write one such as \"madds<=300M\", \"latencyMs<=20 hard\" or \"parameters<=2M soft\". " + QuotesHint
            );
        var metric = Name(match.Groups["metric"]);
        var bound = Number(match.Groups["bound"], 0) * Suffix(match.Groups["suffix"].Value);
        if (!(bound > 0))
            throw new RequestException($"The limit '{text}' has bound {bound}; a bound is positive.");
        var hard = match.Groups["kind"].Value switch
        {
            "hard" => true,
            "soft" => false,
            _ => match.Groups["power"].Value == "" && computed.Contains(metric),
        };
        var power = Number(match.Groups["power"], hard ? -1 : SoftPower);
        if (power >= 0)
            throw new RequestException(
                $"The limit '{text}' has power {power}; a penalty's power is negative.",
                $"{SoftPower} is usual."
            );
        return new(metric, bound, match.Groups["sense"].Value == ">=", hard, power);
    }

    static double Suffix(string suffix) =>
        suffix switch
        {
            "k" or "K" => 1e3,
            "M" => 1e6,
            "G" or "B" => 1e9,
            _ => 1,
        };

    static double Number(Group group, double otherwise) =>
        group.Success && group.Value != "" ? double.Parse(group.Value, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>The objective as <see cref="Parse"/> reads it, limits left out.</summary>
    public override string ToString() =>
        IsSum
            ? string.Concat(Terms.Select((term, i) => i == 0 ? TextOf(term) : Added(term)))
            : string.Join(" * ", Terms.Select(TextOf));

    string Added(Term term) =>
        term.Weight < 0 ? " - " + TextOf(term with { Weight = -term.Weight }) : " + " + TextOf(term);

    const string NumberForm = @"\d+(\.\d+)?([eE][+-]?\d+)?";

    const string IdentifierForm = @"[A-Za-z_]\w*";

    const string NameForm = "(" + IdentifierForm + "|\"([^\"]|\"\")+\")";

    const string FactorForm = "(" + NameForm + @"|\(" + NameForm + "/" + NumberForm + @"\))(\^-?" + NumberForm + ")?";

    const string SummandForm = "(" + NumberForm + @"\*)?" + NameForm;

    [GeneratedRegex("^" + IdentifierForm + @"\z")]
    private static partial Regex Identifier();

    // A quoted name keeps its blanks.
    [GeneratedRegex("(?<quoted>\"([^\"]|\"\")*\")| ")]
    private static partial Regex Blanks();

    [GeneratedRegex("^(?<term>" + FactorForm + @")(\*(?<term>" + FactorForm + "))*$")]
    private static partial Regex Product();

    [GeneratedRegex(
        @"^\(?(?<metric>" + NameForm + @")(/(?<target>" + NumberForm + @")\))?(\^(?<weight>-?" + NumberForm + "))?$"
    )]
    private static partial Regex FactorText();

    [GeneratedRegex("^(?<term>[+-]?" + SummandForm + ")(?<term>[+-]" + SummandForm + ")*$")]
    private static partial Regex Sum();

    [GeneratedRegex("^(?<sign>[+-]?)((?<weight>" + NumberForm + @")\*)?(?<metric>" + NameForm + ")$")]
    private static partial Regex SummandText();

    [GeneratedRegex(
        "^(?<metric>"
            + NameForm
            + @")\s*(?<sense><=|>=)\s*(?<bound>"
            + NumberForm
            + @")(?<suffix>[kKMGB]?)(\^(?<power>-?"
            + NumberForm
            + @"))?(\s+(?<kind>hard|soft))?$"
    )]
    private static partial Regex Bound();
}
