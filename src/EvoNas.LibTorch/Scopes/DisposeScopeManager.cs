namespace TorchSharp;

/// <summary>A thread's stack of dispose scopes, and what it counts.</summary>
public sealed class DisposeScopeManager
{
    [ThreadStatic]
    static DisposeScopeManager? t_instance;

    readonly ThreadDisposeScopeStatistics _statistics = new();

    /// <summary>What this thread created, freed, attached and detached.</summary>
    public static ThreadDisposeScopeStatistics Statistics => ThreadSingleton._statistics;

    internal static DisposeScopeManager ThreadSingleton => t_instance ??= new();

    internal LifetimeStatistics Counts => _statistics.TensorStatistics;

    internal DisposeScope? CurrentDisposeScope { get; private set; }

    internal DisposeScope NewDisposeScope() => CurrentDisposeScope = new(this, CurrentDisposeScope);

    internal void Register(torch.Tensor tensor)
    {
        if (CurrentDisposeScope is { } scope)
        {
            Counts.CreatedInScopeCount++;
            scope.Add(tensor);
        }
        else
        {
            Counts.CreatedOutsideScopeCount++;
        }
    }

    internal void Leave(DisposeScope scope)
    {
        if (CurrentDisposeScope == scope)
        {
            CurrentDisposeScope = scope.OuterScope;
            return;
        }

        // Disposed out of order: cut it out of the chain.
        for (var inner = CurrentDisposeScope; inner is not null; inner = inner.OuterScope)
            if (inner.OuterScope == scope)
                inner.OuterScope = scope.OuterScope;
    }
}
