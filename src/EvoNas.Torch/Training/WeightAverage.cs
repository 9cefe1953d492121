using EvoNas.Torch.Devices;
using EvoNas.Torch.Modules;
using static TorchSharp.torch;

namespace EvoNas.Torch.Training;

/// <summary>An exponential moving average of weights and statistics, which is judged in their stead.</summary>
sealed class WeightAverage : IDisposable
{
    readonly WeightMemory _memory;
    readonly Tensor _values,
        _statistics;
    readonly double _decay;

    /// <summary>Steps that it followed.</summary>
    public long Steps { get; set; }

    /// <summary>What it keeps, by name.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> State =>
        [("averageWeights", _values), ("averageStatistics", _statistics)];

    public WeightAverage(WeightMemory memory, double decay)
    {
        using var quiet = no_grad();
        (_memory, _decay) = (memory, decay);
        using var scope = NewDisposeScope();
        _values = memory.Values.clone().DetachFromDisposeScope();
        _statistics = memory.Statistics.clone().DetachFromDisposeScope();
    }

    /// <summary>After each step of the optimizer.</summary>
    public void Follow()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        // Young averages follow faster, or the random beginning would be judged (as in TensorFlow's
        // ExponentialMovingAverage).
        var decay = Math.Min(_decay, (1.0 + Steps) / (10.0 + Steps));
        Steps++;
        _values.mul_(Number.Of(decay)).add_(_memory.Values, Number.Of(1 - decay));
        _statistics.mul_(Number.Of(decay)).add_(_memory.Statistics, Number.Of(1 - decay));
    }

    /// <summary>Exchanges weights and average; a second call brings them back.</summary>
    public void Swap()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (
            var (ours, theirs) in ((Tensor, Tensor)[])[(_values, _memory.Values), (_statistics, _memory.Statistics)]
        )
        {
            var kept = ours.clone();
            ours.copy_(theirs);
            theirs.copy_(kept);
        }
    }

    public void Dispose()
    {
        _values.Dispose();
        _statistics.Dispose();
    }
}
