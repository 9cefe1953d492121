namespace EvoNas.Hosting.Cluster.Tests;

/// <summary>Rung whenever something happened; who waits for a condition looks again then, not by a clock.</summary>
sealed class AsyncSignal
{
    TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Ring() =>
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="OperationCanceledException">It did not within the tests' patience.</exception>
    public async Task Until(Func<bool> good)
    {
        using var patience = new CancellationTokenSource(SmallCluster.Patience);
        while (true)
        {
            var next = Volatile.Read(ref _next).Task;
            if (good())
                return;
            await next.WaitAsync(patience.Token);
        }
    }
}
