using EvoNas.Evolution;

namespace EvoNas.Torch.Training;

/// <summary>What one epoch came to.</summary>
/// <param name="Epoch">From 1; the last may be a part of one.</param>
/// <param name="TrainLoss">Mean over the epoch's steps, with label smoothing if that is on; of classes in nats.</param>
/// <param name="Loss">Mean loss of the validation images; null without validation.</param>
/// <param name="Score">The task's score of the validation images, in [0, 1]; null without validation.</param>
public sealed record EpochPoint(int Epoch, double TrainLoss, double? Loss, double? Score);

/// <summary>How a training ended. What the world does to it is data, not an exception.</summary>
public abstract record TrainingOutcome
{
    TrainingOutcome() { }

    /// <summary>It has a score.</summary>
    /// <param name="Metrics">Under the names of <see cref="Evolution.Metrics"/> and <see cref="MetricNames"/>.</param>
    /// <param name="Curve">A point an epoch.</param>
    /// <param name="StoppedAtEpoch">The epoch after which it was stopped early; null if it ran to its
    /// end.</param>
    /// <param name="From">Of a <see cref="TrainingStage"/>: the epoch after which it went on; 0: it began at
    /// zero.</param>
    public sealed record Trained(Metrics Metrics, Sequence<EpochPoint> Curve, int? StoppedAtEpoch = null, int From = 0)
        : TrainingOutcome;

    /// <summary>The loss was no number, or infinite; it would be so again.</summary>
    /// <param name="Step">Of the optimizer, from 1: where it was noticed.</param>
    public sealed record Diverged(long Step) : TrainingOutcome;

    /// <summary>The device's memory was not enough; try with a larger micro-batch divisor, in a new process.</summary>
    /// <param name="Message">What the allocator said.</param>
    public sealed record OutOfMemory(string Message) : TrainingOutcome;

    /// <summary>The network does not fit the data or cannot be built.</summary>
    /// <param name="Message">Why.</param>
    public sealed record Invalid(string Message) : TrainingOutcome;
}

/// <summary>Where a training is.</summary>
/// <param name="Epoch">The running one, from 1.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all; 0 where seconds decide.</param>
/// <param name="Done">Share of the training that is done, in [0, 1].</param>
/// <param name="ImagesPerSecond">Of training, over the whole run so far.</param>
/// <param name="Loss">Mean training loss since the epoch began; null before the first reading.</param>
/// <param name="Score">The last score of the validation images, in [0, 1]; null before the first.</param>
public sealed record TrainingProgress(
    int Epoch,
    long Step,
    long Steps,
    double Done,
    double ImagesPerSecond,
    double? Loss,
    double? Score
);
