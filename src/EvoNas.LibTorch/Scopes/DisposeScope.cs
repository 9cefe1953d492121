namespace TorchSharp;

/// <summary>Owns the tensors that its thread creates while it is the innermost, and frees them when it is
/// disposed.</summary>
/// <remarks>Made by <see cref="torch.NewDisposeScope"/>. It belongs to its thread: no <c>await</c> inside.</remarks>
public sealed class DisposeScope : IDisposable
{
    readonly DisposeScopeManager _manager;
    readonly List<torch.Tensor> _tensors = [];
    bool _disposed;

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer)
    {
        _manager = manager;
        OuterScope = outer;
    }

    internal DisposeScope? OuterScope { get; set; }

    /// <summary>How many tensors it owns.</summary>
    public int DisposablesCount => _tensors.Count;

    /// <summary>Whether it owns this one.</summary>
    public bool Contains(IDisposable disposable) =>
        disposable is torch.Tensor tensor && tensor.OwningDisposeScope == this;

    /// <summary>Gives a tensor to the scope around this one, or to nobody if there is none.</summary>
    /// <returns>The tensor.</returns>
    public T MoveToOuter<T>(T disposable)
        where T : IDisposable => MoveToOther(OuterScope, disposable);

    /// <summary>Gives two to the scope around this one.</summary>
    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOuter(first), MoveToOuter(second));

    /// <summary>Gives three to the scope around this one.</summary>
    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    /// <summary>Gives some to the scope around this one.</summary>
    public void MoveToOuter(params IDisposable[] disposables)
    {
        foreach (var disposable in disposables)
            MoveToOuter(disposable);
    }

    /// <summary>Gives a tensor of this scope to another one; null: to nobody.</summary>
    public T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        if (scope is null)
            return Detach(disposable);
        if (disposable is torch.Tensor tensor && tensor.OwningDisposeScope == this)
        {
            Remove(tensor);
            scope.Add(tensor);
        }

        return disposable;
    }

    /// <summary>Takes a tensor out of this scope: from now on it is freed by its own <c>Dispose</c> or by the garbage
    /// collector.</summary>
    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        if (disposable is torch.Tensor tensor && tensor.OwningDisposeScope == this)
        {
            Remove(tensor);
            _manager.Counts.DetachedFromScopeCount++;
        }

        return disposable;
    }

    /// <summary>Takes some out of this scope.</summary>
    public void Detach(params IDisposable[] disposables)
    {
        foreach (var disposable in disposables)
            Detach(disposable);
    }

    /// <summary>Takes a tensor in, from its scope or from nobody.</summary>
    public void Attach(IDisposable disposable)
    {
        if (disposable is not torch.Tensor tensor || tensor.OwningDisposeScope == this)
            return;
        tensor.OwningDisposeScope?.Remove(tensor);
        Add(tensor);
        _manager.Counts.AttachedToScopeCount++;
    }

    /// <summary>Takes some in.</summary>
    public void Attach(params IDisposable[] disposables)
    {
        foreach (var disposable in disposables)
            Attach(disposable);
    }

    /// <summary>Frees all that it owns now; the scope goes on.</summary>
    public void DisposeEverything()
    {
        for (var i = _tensors.Count - 1; i >= 0; i--)
            _tensors[i].Dispose();
    }

    /// <summary>Frees all that it owns now but these.</summary>
    public void DisposeEverythingBut(params IDisposable[] keep)
    {
        var kept = new HashSet<object>(keep, ReferenceEqualityComparer.Instance);
        for (var i = _tensors.Count - 1; i >= 0; i--)
            if (!kept.Contains(_tensors[i]))
                _tensors[i].Dispose();
    }

    /// <summary>Frees all that it owns now but this one.</summary>
    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    /// <summary>Frees all that it owns; the scope around it is the thread's innermost again.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        DisposeEverything();
        _manager.Leave(this);
    }

    // Tensors know their place, so that taking one out is O(1) and keeps no hash table.
    internal void Add(torch.Tensor tensor)
    {
        tensor.OwningDisposeScope = this;
        tensor.PlaceInScope = _tensors.Count;
        _tensors.Add(tensor);
    }

    internal void Remove(torch.Tensor tensor)
    {
        var last = _tensors[^1];
        _tensors[tensor.PlaceInScope] = last;
        last.PlaceInScope = tensor.PlaceInScope;
        _tensors.RemoveAt(_tensors.Count - 1);
        tensor.OwningDisposeScope = null;
    }
}
