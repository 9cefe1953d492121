using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EvoNas.Reports;

/// <summary>Whether the best policy of a search is better than none: whole trainings with both, of the same network and
/// the same seeds.</summary>
/// <param name="Birth">The best of the search.</param>
/// <param name="Policy">As <c>evonas.training.augment</c> has it.</param>
/// <param name="Metric">By which trainings are judged; more is better.</param>
/// <param name="Repeats">How many trainings there are to be of each.</param>
/// <param name="Trainings">Those that have ended, in their order.</param>
sealed record PolicyComparison(
    long Birth,
    string Policy,
    string Metric,
    int Repeats,
    IReadOnlyList<PolicyTraining> Trainings
)
{
    // Within so many standard deviations a difference is taken for chance.
    const double Deviations = 2;

    /// <summary>Whether both compare the same, however far they are.</summary>
    public bool IsOf(PolicyComparison other) => this with { Trainings = other.Trainings } == other;

    /// <summary>What is still to be done.</summary>
    public IEnumerable<(bool WithPolicy, int Repeat)> Missing =>
        Enumerable
            .Range(1, Repeats)
            .SelectMany(repeat => (IEnumerable<(bool, int)>)[(false, repeat), (true, repeat)])
            .Where(one => !Trainings.Any(done => (done.WithPolicy, done.Repeat) == one));

    /// <summary>Scores with the policy or without, by repeat; trainings that failed are left out.</summary>
    public double[] Scores(bool withPolicy) =>
        [
            .. Trainings
                .Where(one => one.WithPolicy == withPolicy)
                .OrderBy(one => one.Repeat)
                .Select(one => one.Score)
                .OfType<double>(),
        ];

    /// <summary>Mean and standard deviation (n − 1) of some scores; NaN of fewer than one and two.</summary>
    public static (double Mean, double Deviation) Of(double[] scores)
    {
        var mean = scores.Length == 0 ? double.NaN : scores.Average();
        return (
            mean,
            scores.Length < 2
                ? double.NaN
                : Math.Sqrt(scores.Sum(one => (one - mean) * (one - mean)) / (scores.Length - 1))
        );
    }

    /// <summary>A line each: with the policy, and without.</summary>
    public IEnumerable<(string What, string Scores)> Rows => [(Policy, InWords(true)), ("no policy", InWords(false))];

    string InWords(bool withPolicy)
    {
        var scores = Scores(withPolicy);
        var failed = Trainings.Count(one => one.WithPolicy == withPolicy) - scores.Length;
        var (mean, deviation) = Of(scores);
        var said =
            scores.Length == 0 ? "no score"
            : scores.Length == 1 ? Number(mean)
            : $"{Number(mean)} ± {Number(deviation)}";
        return $"{Metric} {said} ({scores.Length} training{(scores.Length == 1 ? "" : "s")}"
            + (failed == 0 ? ")" : $", {failed} failed)");
    }

    /// <summary>What it comes to, as a sentence; null before all trainings have ended.</summary>
    public string? Verdict
    {
        get
        {
            if (Missing.Any())
                return null;
            var (with, without) = (Scores(true), Scores(false));
            if (with.Length < 2 || without.Length < 2)
                return "Fewer than two trainings of each have a score: nothing can be said of chance.";
            var ((mean, deviation), (plain, plainDeviation)) = (Of(with), Of(without));
            var both = Math.Sqrt((deviation * deviation + plainDeviation * plainDeviation) / 2);
            var gain = mean - plain;
            return gain > Deviations * both
                    ? $"The best policy beats none by {Number(gain)}, more than {Deviations} sd ({Number(both)})."
                : gain < -Deviations * both
                    ? $"The best policy loses to none by {Number(-gain)}, more than {Deviations} sd ({Number(both)})."
                : $"The best policy does not beat none by more than {Deviations} sd ({Number(both)}): the difference "
                    + $"is {Number(gain)}.";
        }
    }

    static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>For scripts, and for the file beside a search.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["birth"] = Birth,
            ["policy"] = Policy,
            ["metric"] = Metric,
            ["repeats"] = Repeats,
            ["trainings"] = new JsonArray([
                .. Trainings.Select(one => new JsonObject
                {
                    ["withPolicy"] = one.WithPolicy,
                    ["repeat"] = one.Repeat,
                    ["score"] = one.Score,
                    ["seconds"] = one.Seconds,
                }),
            ]),
        };

    /// <summary>The file beside a search that keeps what has been compared.</summary>
    /// <param name="folder">Of the search.</param>
    public static string PathIn(string folder) => Path.Combine(folder, "policies.json");

    /// <summary>What has been compared; null: nothing yet.</summary>
    /// <param name="folder">Of the search.</param>
    public static PolicyComparison? KeptIn(string folder)
    {
        try
        {
            return FromJson(File.ReadAllText(PathIn(folder)));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads <see cref="ToJson"/>'s text; null where it is none.</summary>
    public static PolicyComparison? FromJson(string json)
    {
        try
        {
            // What is missing or of another kind throws one of the below.
            var node = JsonNode.Parse(json)!.AsObject();
            return new(
                (long)node["birth"]!,
                (string)node["policy"]!,
                (string)node["metric"]!,
                (int)node["repeats"]!,
                [
                    .. node["trainings"]!
                        .AsArray()
                        .Select(one => new PolicyTraining(
                            (bool)one!["withPolicy"]!,
                            (int)one["repeat"]!,
                            (double?)one["score"],
                            (double)one["seconds"]!
                        )),
                ]
            );
        }
        catch (Exception fault)
            when (fault
                    is JsonException
                        or InvalidOperationException
                        or NullReferenceException
                        or ArgumentNullException
                        or FormatException
            )
        {
            return null;
        }
    }
}

/// <summary>One training of a comparison.</summary>
/// <param name="WithPolicy">With the policy, or without any.</param>
/// <param name="Repeat">From 1; the same number has the same seed.</param>
/// <param name="Score">Null: it failed.</param>
/// <param name="Seconds">How long it took.</param>
sealed record PolicyTraining(bool WithPolicy, int Repeat, double? Score, double Seconds);
