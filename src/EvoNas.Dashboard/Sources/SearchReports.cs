using EvoNas.Dashboard.Answers;
using EvoNas.Hosting;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Dashboard.Sources;

/// <summary>What the process of a search, or a cluster, said last that it is doing. It is asked only when somebody
/// looks, and then once a second at most.</summary>
/// <remarks>May be shared between threads.</remarks>
sealed class SearchReports(SearchClient client, TimeProvider time)
{
    // An answer may be so old; a page that asks waits no longer than this for a newer one.
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1),
        Patience = TimeSpan.FromSeconds(2);

    readonly Lock _lock = new();
    Task<ClusterReport?>? _asking;
    ClusterReport? _last;
    DateTime _asked,
        _answered;

    /// <summary>When the last answer came, UTC.</summary>
    public DateTime Answered => _answered;

    /// <summary>The answer; null where none came in time.</summary>
    public async Task<ClusterReport?> Get()
    {
        Task<ClusterReport?> asking;
        lock (_lock)
        {
            var now = time.GetUtcNow().UtcDateTime;
            if (_asking is null || (_asking.IsCompleted && now - _asked >= Fresh))
            {
                _asked = now;
                _asking = Ask();
            }
            // One that has not answered for so long is not waited for by every page.
            else if (!_asking.IsCompleted && now - _asked >= Patience)
                return null;
            asking = _asking;
        }
        try
        {
            return await asking.WaitAsync(Patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    async Task<ClusterReport?> Ask()
    {
        try
        {
            _last = await client.Report().ConfigureAwait(false);
            _answered = time.GetUtcNow().UtcDateTime;
            return _last;
        }
        catch (SearchStoppedException)
        {
            return null;
        }
    }

    /// <summary>A slot of a node, as a page reads it.</summary>
    public static SlotAnswer Slot(NodeReport node, SlotLine slot, double[] curve) =>
        new(
            slot.Name,
            node.Name,
            slot.Does,
            slot.Search,
            slot.Search is null ? null : slot.Birth,
            slot.Search is null ? null : slot.Attempt,
            slot.Detail,
            slot.Genotype,
            Math.Max(0, slot.Seconds),
            slot.Progress is { } progress
                ? new(
                    progress.Epoch,
                    progress.Epochs,
                    progress.Step,
                    progress.Steps,
                    Finite(progress.ImagesPerSecond),
                    Finite(progress.Loss),
                    progress.Top1
                )
                : null,
            curve
        );

    static double Finite(double value) => double.IsFinite(value) ? value : 0;
}
