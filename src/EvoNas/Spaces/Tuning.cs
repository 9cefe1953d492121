using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Genetics;

namespace EvoNas.Spaces;

/// <summary>Decisions about the training, which a search answers together with the network's: joint search of
/// architecture and training settings (as Zela et al. 2018, arXiv:1807.06906).</summary>
/// <remarks>A decision whose name begins with <see cref="Prefix"/> sets a training setting. Networks do not depend on
/// it; what a setting may be is known to the one who trains.</remarks>
public static class Tuning
{
    /// <summary>Begins the names of decisions that set a training setting: <c>training.learning-rate</c>.</summary>
    public const string Prefix = "training.";

    /// <summary>Whether a decision sets a training setting.</summary>
    public static bool IsOfTraining(Decision decision) => decision.Name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads a decision of training as people write it.</summary>
    /// <param name="text">A setting and what it may be: <c>learning-rate=0.01..0.3 log</c> (real numbers between, on a
    /// logarithmic scale), <c>shift=0..4</c> and <c>batch-size=32..256 step 32</c> (whole numbers),
    /// <c>optimizer=sgd|adamw</c> or <c>batch-size=32|64|128</c> (a list).</param>
    /// <exception cref="RequestException">The text is no such decision; shows it, and what is expected.</exception>
    public static Decision Read(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        var (key, rest) = at < 0 ? (text.Trim(), "") : (text[..at].Trim(), text[(at + 1)..].Trim());
        if (key == "" || rest == "" || !key.All(sign => char.IsAsciiLetterLower(sign) || sign == '-'))
            throw Wrong(text, "it is no setting with an equals sign and what it may be");
        var name = Prefix + key;
        var decision = rest.Contains("..", StringComparison.Ordinal)
            ? Between(name, rest, text)
            : Decision.Among(name, [.. rest.Split('|', StringSplitOptions.TrimEntries).Select(Value)]);
        if (SearchSpace.FaultOf(decision) is { } fault)
            throw new RequestException($"'{text}' {fault}", "Write it as learning-rate=0.01..0.3 log.");
        if (
            decision is Decision.OneOf { Candidates: var candidates }
            && (
                candidates.Distinct().Count() < candidates.Count
                || candidates.Any(candidate => candidate.Value is Literal.Word { Value: "" })
            )
        )
            throw Wrong(text, "a value of its list is empty or there twice");
        return decision;
    }

    /// <summary>A space whose points answer decisions of training too, after all others.</summary>
    /// <param name="space">Its networks stay as they are. Its published networks say nothing of their training, so
    /// they are left out.</param>
    /// <param name="name">Of the new space.</param>
    /// <param name="tuned">Decisions of <see cref="Read"/>.</param>
    /// <exception cref="RequestException">Two decisions have one name.</exception>
    public static Space With(Space space, string name, Sequence<Decision> tuned)
    {
        var inner = space.Decisions;
        if (inner.Rule is { } known)
            return Outer(point => known(Inner(point)));
        return Outer(rule: null);

        Space Outer(Func<Point, string?>? rule) =>
            space with
            {
                Decisions = new SearchSpace(name, [.. inner.Decisions, .. tuned], rule),
                Build = space.Build is { } build ? (point, target) => build(Inner(point), target) : null,
                Policy = space.Policy is { } policy ? point => policy(Inner(point)) : null,
                Augment = space.Augment is { } augment ? point => augment(Inner(point)) : null,
                Spine = space.Spine is { } spine ? point => spine(Inner(point)) : null,
                Backbone = space.Backbone is { } backbone ? (point, target) => backbone(Inner(point), target) : null,
                Specify = point =>
                {
                    var network = space.Specify(Inner(point));
                    var said = network as JsonObject ?? new() { ["network"] = network };
                    foreach (var answer in point.Answers.Skip(inner.Decisions.Count))
                        said[answer.Id] = answer.Value.ToJson();
                    return said;
                },
                Summary = $"{space.Summary}, with {tuned.Count} training setting{(tuned.Count == 1 ? "" : "s")}",
                Named = [],
            };

        // The genes of the decisions about the network come first.
        Point Inner(Point point)
        {
            var answers = point.Answers.Take(inner.Decisions.Count).ToArray();
            var genes =
                point.Genotype.Genes.Count - point.Answers.Skip(answers.Length).Sum(answer => answer.Picks.Count);
            return new(new Genotype([.. point.Genotype.Genes.Take(genes)]), [.. answers]);
        }
    }

    static Decision Between(string name, string rest, string text)
    {
        var words = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var bounds = words[0].Split("..");
        var (scale, step, at) = (Scale.Linear, (decimal?)null, 1);
        for (; at < words.Length; at++)
            if (words[at] == "log")
                scale = Scale.Logarithmic;
            else if (words[at] == "step" && at + 1 < words.Length && Number(words[at + 1]) is { } by)
                (step, at) = (by, at + 1);
            else
                throw Wrong(text, $"'{words[at]}' after the range is neither log nor step with a number");
        if (bounds.Length != 2 || Number(bounds[0]) is not { } min || Number(bounds[1]) is not { } max)
            throw Wrong(text, $"'{words[0]}' is no range of two numbers");
        var isReal = IsReal(bounds[0]) || IsReal(bounds[1]) || step is { } every && !decimal.IsInteger(every);
        return isReal && step is null
            ? new Decision.Real(name, (double)min, (double)max, scale)
            : new Decision.Range(name, min, max, step ?? 1, scale) { IsReal = isReal };
    }

    static Literal Value(string text) =>
        text switch
        {
            "true" or "false" => new Literal.Flag(text == "true"),
            _ when Number(text) is not { } number => new Literal.Word(text),
            _ when IsReal(text) => new Literal.Real((double)Number(text)!.Value),
            _ => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? new Literal.Integer(whole)
                : new Literal.Word(text),
        };

    // 1e-4 and 0.5 are real, 64 is whole.
    static bool IsReal(string text) => text.AsSpan().IndexOfAny('.', 'e', 'E') >= 0;

    static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    static RequestException Wrong(string text, string why) =>
        new(
            $"'{text}' tunes nothing: {why}.",
            "Write it as \"learning-rate=0.01..0.3 log\", \"batch-size=32|64|128\" or \"shift=0..4\"."
        );
}
