namespace EvoNas.Torch.Training;

/// <summary>The learning rate over a training.</summary>
static class LearningRate
{
    /// <summary>At a share of the training.</summary>
    /// <param name="settings">Height, warm-up and schedule.</param>
    /// <param name="done">Share of the training behind us, in [0, 1].</param>
    public static double At(TrainingSettings settings, double done)
    {
        if (done < settings.WarmUp)
            return settings.LearningRate * done / settings.WarmUp;
        var after = Math.Min(1, (done - settings.WarmUp) / (1 - settings.WarmUp));
        return settings.Schedule switch
        {
            ScheduleKind.Cosine => settings.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * after)),
            _ => settings.LearningRate,
        };
    }
}
