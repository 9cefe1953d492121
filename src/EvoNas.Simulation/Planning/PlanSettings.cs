using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Simulation.Planning;

/// <summary>A search that is not run yet, and the machines that it would run on.</summary>
public sealed record PlanSettings
{
    /// <summary>To breed in.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>Population, tournament, seed and budget, as for a search that runs.</summary>
    public required SearchSettings Search { get; init; }

    /// <summary>GPUs, each with its evaluator; at least 1.</summary>
    public required int Evaluators { get; init; }

    /// <summary>Evaluators of one machine: they are lost together.</summary>
    /// <value>8, as in most GPU servers.</value>
    public int EvaluatorsPerNode { get; init; } = 8;

    /// <summary>Mean of a training, in seconds.</summary>
    public double MeanSeconds { get; init; } = 1200;

    /// <summary>Standard deviation of the logarithm of a training's time: 0 for equal times. Training times of
    /// candidates of different size are about log-normal.</summary>
    public double Sigma { get; init; } = 0.6;

    /// <summary>Times of trainings that were measured, in seconds, to draw from; empty: by <see cref="MeanSeconds"/>
    /// and <see cref="Sigma"/>.</summary>
    public IReadOnlyList<double> MeasuredSeconds { get; init; } = [];

    /// <summary>How often a machine fails, a day.</summary>
    public double FailuresPerNodeDay { get; init; }

    /// <summary>Until it is back, in seconds.</summary>
    public double RepairSeconds { get; init; } = 600;

    /// <summary>One append to the journal, until it is durable, in seconds.</summary>
    /// <value>5 ms: the flush of a disk, or a commit over a network.</value>
    public double AppendSeconds { get; init; } = 0.005;

    /// <summary>Processor time of the population for one message, in seconds.</summary>
    /// <value>10 µs: a guess of the right size, to be replaced by what is measured on the machine in question.</value>
    public double MessageSeconds { get; init; } = 1e-5;

    /// <summary>A message's way between two machines, in seconds.</summary>
    public double LatencySeconds { get; init; } = 0.001;

    /// <summary>How good a genotype is; null where only time is asked for. A genotype without a value is ruled
    /// out.</summary>
    public Func<Genotype, double?>? Fitness { get; init; }

    /// <summary>These settings, if a search can be planned by them.</summary>
    /// <exception cref="RequestException">A number is out of its bounds.</exception>
    public PlanSettings Checked()
    {
        if (Evaluators is < 1 or > 1_000_000)
            throw new RequestException($"{Evaluators} evaluators cannot be planned; it takes 1 to 1000000.");
        if (EvaluatorsPerNode < 1)
            throw new RequestException($"A machine with {EvaluatorsPerNode} evaluators has none; give at least 1.");
        if (!(MeanSeconds > 0) || !double.IsFinite(MeanSeconds))
            throw new RequestException($"A training of {MeanSeconds} s is none.", "Give a positive time: --mean 20m.");
        if (Sigma is < 0 or > 4 or double.NaN)
            throw new RequestException(
                $"A sigma of {Sigma} is none; it takes 0 to 4.",
                "0.6 spreads trainings by a factor of 1.8 either way."
            );
        if (FailuresPerNodeDay is < 0 or > 1000 or double.NaN)
            throw new RequestException($"{FailuresPerNodeDay} failures a day cannot be planned; it takes 0 to 1000.");
        if (!(RepairSeconds >= 0) || !double.IsFinite(RepairSeconds))
            throw new RequestException($"A repair of {RepairSeconds} s is none; it takes 0 or more.");
        foreach (
            var (name, seconds) in new[]
            {
                ("An append", AppendSeconds),
                ("A message", MessageSeconds),
                ("A latency", LatencySeconds),
            }
        )
            if (!(seconds >= 0) || !double.IsFinite(seconds))
                throw new RequestException($"{name} of {seconds * 1000} ms is none; it takes 0 or more.");
        if (Search.Checked().Budget.Evaluations is null)
            throw new RequestException("A plan needs a budget of evaluations.", "Give --budget 20000.");
        return this;
    }
}

/// <summary>How a search would go.</summary>
public sealed record Forecast
{
    /// <inheritdoc cref="PlanSettings.Evaluators"/>
    public required int Evaluators { get; init; }

    /// <summary>Wall time from the first birth to the end, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Hours of training over all evaluators, lost ones included: what is paid for is <see cref="Seconds"/> ×
    /// <see cref="Evaluators"/>.</summary>
    public required double TrainingHours { get; init; }

    /// <summary>Share of the evaluators' time that is training, until there was nothing more to hand out; in [0,
    /// 1].</summary>
    public required double Utilisation { get; init; }

    /// <summary>The same to the end, when the last trainings run and the other evaluators wait.</summary>
    public required double UtilisationToTheEnd { get; init; }

    /// <summary>Births whose outcome was not known when a parent was chosen, in the mean: the population's
    /// lag.</summary>
    public required double LagBirths { get; init; }

    /// <summary>From an outcome's arrival until it is recorded, in seconds, in the mean.</summary>
    public required double RecordingSeconds { get; init; }

    /// <summary>Share of the time in which the population reads or appends; near 1 it is the bottleneck.</summary>
    public required double PopulationBusy { get; init; }

    /// <summary>Messages that the population reads, a second.</summary>
    public required double MessagesPerSecond { get; init; }

    /// <summary>Rows of the journal.</summary>
    public required long Events { get; init; }

    /// <summary>Size of the journal.</summary>
    public required long JournalBytes { get; init; }

    /// <summary>Machines that failed.</summary>
    public required long Failures { get; init; }

    /// <summary>Attempts that were lost with them and begun again.</summary>
    public required long AttemptsLost { get; init; }

    /// <summary>Hours of training that were lost with them.</summary>
    public required double HoursLost { get; init; }

    /// <summary>Births that ended without a score.</summary>
    public required long RuledOut { get; init; }

    /// <summary>Each time the best candidate changed: seconds, and its fitness. Empty where no fitness was
    /// given.</summary>
    public required Sequence<(double Seconds, double Best)> Improvements { get; init; }

    /// <summary>Births that had ended after each hundredth of the time.</summary>
    public required Sequence<long> Ended { get; init; }
}
