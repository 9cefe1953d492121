using System.Collections.Concurrent;
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
    // An answer may be so old; a page that asks waits no longer than this for a newer one. A cluster with a node that
    // is silent takes three seconds to answer, and the answer before is shown meanwhile.
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1),
        Patience = TimeSpan.FromSeconds(2),
        Usable = TimeSpan.FromSeconds(10);

    readonly Lock _lock = new();
    readonly ConcurrentDictionary<string, (string Name, DateTime At)> _heard = new(StringComparer.Ordinal);
    Task<ClusterReport?>? _asking;
    ClusterReport? _last;
    DateTime _asked,
        _answered;

    /// <summary>Asks whoever answers.</summary>
    public SearchClient Client => client;

    /// <summary>The name of a node, and when it answered last, UTC; null: never since the dashboard began.</summary>
    public (string Name, DateTime At)? Heard(string address) =>
        _heard.TryGetValue(address, out var heard) ? heard : null;

    /// <summary>The answer, or the one before it where that is a few seconds old; null where there is none.</summary>
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
                return Recent;
            asking = _asking;
        }
        try
        {
            return await asking.WaitAsync(Patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return Recent;
        }
    }

    ClusterReport? Recent => time.GetUtcNow().UtcDateTime - _answered < Usable ? _last : null;

    async Task<ClusterReport?> Ask()
    {
        try
        {
            _last = await client.Report().ConfigureAwait(false);
            _answered = time.GetUtcNow().UtcDateTime;
            foreach (var gone in _heard.Keys.Except(_last.Nodes.Select(node => node.Address)).ToArray())
                _heard.TryRemove(gone, out _);
            foreach (var node in _last.Nodes.Where(HasAnswered))
                _heard[node.Address] = (node.Name, _answered);
            return _last;
        }
        catch (SearchStoppedException)
        {
            return null;
        }
    }

    /// <summary>Whether a node told of itself; of one that is silent, the others know its address.</summary>
    public static bool HasAnswered(NodeReport node) => node.Name != "?";

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
