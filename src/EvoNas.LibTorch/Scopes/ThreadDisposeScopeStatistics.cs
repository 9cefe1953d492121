namespace TorchSharp;

/// <summary>What one thread's dispose scopes counted; a leak shows as <see cref="ThreadTotalLiveCount"/> that
/// grows.</summary>
public sealed class ThreadDisposeScopeStatistics
{
    /// <summary>The counts of tensors, which are all that this provider's scopes own.</summary>
    public LifetimeStatistics TensorStatistics { get; } = new();

    /// <summary>Created while the thread had no scope.</summary>
    public long CreatedOutsideScopeCount => TensorStatistics.CreatedOutsideScopeCount;

    /// <summary>Freed while no scope owned them.</summary>
    public long DisposedOutsideScopeCount => TensorStatistics.DisposedOutsideScopeCount;

    /// <summary>Created in a scope.</summary>
    public long CreatedInScopeCount => TensorStatistics.CreatedInScopeCount;

    /// <summary>Freed by their scope, or by hand while one owned them.</summary>
    public long DisposedInScopeCount => TensorStatistics.DisposedInScopeCount;

    /// <summary>Taken into a scope by hand.</summary>
    public long AttachedToScopeCount => TensorStatistics.AttachedToScopeCount;

    /// <summary>Taken out of their scope by hand.</summary>
    public long DetachedFromScopeCount => TensorStatistics.DetachedFromScopeCount;

    /// <summary>Created less freed, on this thread.</summary>
    public long ThreadTotalLiveCount => TensorStatistics.ThreadTotalLiveCount;

    /// <summary>Sets all counts to 0.</summary>
    public void Reset() => TensorStatistics.Reset();

    /// <summary>The counts on one line.</summary>
    public override string ToString() => TensorStatistics.ToString();
}

/// <summary>Births and deaths of one kind of disposable on one thread.</summary>
public sealed class LifetimeStatistics
{
    /// <summary>Created while the thread had no scope.</summary>
    public long CreatedOutsideScopeCount { get; internal set; }

    /// <summary>Freed while no scope owned them.</summary>
    public long DisposedOutsideScopeCount { get; internal set; }

    /// <summary>Created in a scope.</summary>
    public long CreatedInScopeCount { get; internal set; }

    /// <summary>Freed by their scope, or by hand while one owned them.</summary>
    public long DisposedInScopeCount { get; internal set; }

    /// <summary>Taken into a scope by hand.</summary>
    public long AttachedToScopeCount { get; internal set; }

    /// <summary>Taken out of their scope by hand.</summary>
    public long DetachedFromScopeCount { get; internal set; }

    /// <summary>Created less freed.</summary>
    public long ThreadTotalLiveCount =>
        CreatedInScopeCount - DisposedInScopeCount + CreatedOutsideScopeCount - DisposedOutsideScopeCount;

    /// <summary>Sets all counts to 0.</summary>
    public void Reset() =>
        CreatedOutsideScopeCount =
            DisposedOutsideScopeCount =
            CreatedInScopeCount =
            DisposedInScopeCount =
            AttachedToScopeCount =
            DetachedFromScopeCount =
                0;

    /// <summary>The counts on one line.</summary>
    public override string ToString() =>
        $"created {CreatedInScopeCount} in scopes and {CreatedOutsideScopeCount} outside, disposed {DisposedInScopeCount} in scopes and "
        + $"{DisposedOutsideScopeCount} outside, attached {AttachedToScopeCount}, detached {DetachedFromScopeCount}, living {ThreadTotalLiveCount}";
}
