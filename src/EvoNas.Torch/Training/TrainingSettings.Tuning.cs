using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Spaces;

namespace EvoNas.Torch.Training;

public sealed partial record TrainingSettings
{
    /// <summary>The settings that a search may answer, see <see cref="Spaces.Tuning"/>: those that change neither how
    /// long a training is nor what networks are built for, so that curves and costs stay comparable.</summary>
    public static Sequence<string> Tunable { get; } =
    [
        "batch-size",
        "optimizer",
        "learning-rate",
        "momentum",
        "nesterov",
        "square-decay",
        "epsilon",
        "warm-up",
        "schedule",
        "weight-decay",
        "decay-norms-and-biases",
        "label-smoothing",
        "weight-average",
        "gradient-clip",
        "shift",
        "mirror",
        "scale-min",
        "scale-max",
        "augment",
        "initialization",
    ];

    /// <summary>These settings with what a point of a tuned space says of them.</summary>
    /// <param name="point">Its decisions that begin with <see cref="Spaces.Tuning.Prefix"/> are taken; without any, the
    /// settings are these.</param>
    /// <exception cref="RequestException">It sets what cannot be tuned, or to what the setting cannot be.</exception>
    public TrainingSettings With(Point point)
    {
        var said = new JsonObject();
        foreach (var answer in point.Active)
        {
            if (!Spaces.Tuning.IsOfTraining(answer.Decision))
                continue;
            var key = answer.Decision.Name[Spaces.Tuning.Prefix.Length..];
            if (!Tunable.Contains(key))
                throw Nearest.Unknown("training setting that can be tuned", key, Tunable);
            // The only setting whose absence has a word.
            said[CamelCased(key)] =
                answer.Value is Literal.Word { Value: "none" } && key == "augment" ? null : answer.Value.ToJson();
        }
        return said.Count == 0 ? this : FromJson(said.ToJsonString(), over: this);
    }

    /// <summary>These settings for a point of any space: with what it says of them, see <see cref="With"/>, and with
    /// its policy of augmentation where the space is one of policies.</summary>
    /// <exception cref="RequestException">As <see cref="With"/>.</exception>
    public TrainingSettings For(Spaces.Space space, Point point) =>
        space.Augment is { } augment ? With(point) with { Augment = augment(point) } : With(point);

    /// <summary>Checks what every point of a space may say of these settings: each candidate, and both ends of a
    /// range, the others as they are.</summary>
    /// <param name="space">Any.</param>
    /// <exception cref="RequestException">A setting cannot be tuned, or not to that.</exception>
    public void CheckTuning(SearchSpace space)
    {
        foreach (var decision in space.Decisions.Where(Spaces.Tuning.IsOfTraining))
        foreach (var gene in Ends(decision))
            With(new SearchSpace(space.Name, [decision]).Read(new([gene])));
    }

    static IEnumerable<Gene> Ends(Decision decision) =>
        decision switch
        {
            Decision.OneOf one => Enumerable.Range(0, one.Candidates.Count).Select(index => (Gene)index),
            Decision.Range range => [0, range.Count - 1],
            Decision.Real real => [Gene.Real(real.Min), Gene.Real(real.Max)],
            _ => [],
        };

    // learning-rate is learningRate.
    static string CamelCased(string key) =>
        string.Concat(key.Split('-').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>These settings as far as they decide which tensors the samples of a task are.</summary>
    internal TrainingSettings OfData() =>
        this with
        {
            BatchSize = 1,
            Optimizer = default,
            LearningRate = 1,
            Momentum = 0,
            Nesterov = false,
            SquareDecay = 0,
            Epsilon = 1,
            WarmUp = 0,
            Schedule = default,
            WeightDecay = 0,
            DecayNormsAndBiases = false,
            LabelSmoothing = 0,
            WeightAverage = 0,
            GradientClip = 0,
            Initialization = default,
        };
}
