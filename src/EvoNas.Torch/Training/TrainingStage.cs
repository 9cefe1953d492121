namespace EvoNas.Torch.Training;

/// <summary>A part of a full training: from the end of an earlier part, or from zero, to an epoch. The learning rate
/// follows the schedule of the full training.</summary>
/// <param name="Until">The epoch after which it ends; at least 1.</param>
/// <param name="Search">Of which search it is: a checkpoint of another one is not gone on with.</param>
public sealed record TrainingStage(int Until, string Search)
{
    /// <summary>The checkpoint to go on with; null: it begins at zero.</summary>
    public string? Continues { get; init; }

    /// <summary>The epoch at which that checkpoint was written; 0: it begins at zero.</summary>
    public int From { get; init; }

    /// <summary>Where the checkpoint of its end is written; null: nowhere.</summary>
    public string? Keeps { get; init; }

    /// <summary>Is told why it begins at zero although it was to go on; null: not told.</summary>
    public Action<string>? Warn { get; init; }
}
