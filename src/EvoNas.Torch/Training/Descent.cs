using EvoNas.Torch.Devices;
using EvoNas.Torch.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Training;

/// <summary>The optimizer: moves all weights of a network along their gradient, as a few operations on flat
/// memory.</summary>
/// <remarks>A step of a hundred layers costs what a step of one costs; on a GPU that is the difference between two
/// thousand kernels and ten.</remarks>
sealed class Descent : IDisposable
{
    readonly TrainingSettings _settings;
    readonly WeightMemory _memory;
    readonly Tensor _values,
        _gradients;
    readonly Tensor? _momentum,
        _squares,
        _squaresMax,
        _reach;

    /// <summary>Steps done.</summary>
    public long Steps { get; set; }

    /// <summary>What it keeps between two steps, by name.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State
    {
        get
        {
            if (_momentum is not null)
                yield return ("momentum", _momentum);
            if (_squares is not null)
                yield return ("squares", _squares);
            if (_squaresMax is not null)
                yield return ("squaresMax", _squaresMax);
        }
    }

    public Descent(WeightMemory memory, TrainingSettings settings)
    {
        (_settings, _memory, _values, _gradients) = (settings, memory, memory.Values, memory.Gradients);
        using var scope = NewDisposeScope();
        var adapts = settings.Optimizer is OptimizerKind.Adam or OptimizerKind.AmsGrad or OptimizerKind.AdamW;
        if (settings.Momentum > 0 || adapts)
            _momentum = zeros_like(_values).DetachFromDisposeScope();
        if (settings.Optimizer == OptimizerKind.Novograd)
        {
            _squares = zeros(memory.Places.Count, device: _values.device).DetachFromDisposeScope();
            // Of each tensor of weights, up to the next one: the gaps between them are 0 and stay so.
            var ends = memory.Places.Skip(1).Select(place => place.Offset).Append(_values.size(0));
            _reach = tensor([.. memory.Places.Zip(ends, (place, end) => end - place.Offset)], device: _values.device)
                .DetachFromDisposeScope();
        }
        else if (settings.Optimizer != OptimizerKind.Sgd)
            _squares = zeros_like(_values).DetachFromDisposeScope();
        if (settings.Optimizer == OptimizerKind.AmsGrad)
            _squaresMax = zeros_like(_values).DetachFromDisposeScope();
    }

    /// <summary>One step; the gradients are zero afterwards.</summary>
    /// <param name="rate">The learning rate.</param>
    public void Step(double rate)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Steps++;
        if (_settings.GradientClip > 0)
            Clip();
        switch (_settings.Optimizer)
        {
            case OptimizerKind.Sgd:
                Sgd(rate);
                break;
            case OptimizerKind.RmsProp:
                RmsProp(rate);
                break;
            case OptimizerKind.Novograd:
                Novograd(rate);
                break;
            default:
                Adam(rate);
                break;
        }
        _gradients.fill_(Number.Of(0));
    }

    void Sgd(double rate)
    {
        PullGradients();
        if (_momentum is null)
        {
            _values.add_(_gradients, Number.Of(-rate));
            return;
        }
        _momentum.mul_(Number.Of(_settings.Momentum)).add_(_gradients);
        if (_settings.Nesterov)
            _values.add_(_gradients, Number.Of(-rate)).add_(_momentum, Number.Of(-rate * _settings.Momentum));
        else
            _values.add_(_momentum, Number.Of(-rate));
    }

    void RmsProp(double rate)
    {
        PullGradients();
        // Made for this optimizer.
        _squares!
            .mul_(Number.Of(_settings.SquareDecay))
            .addcmul_(_gradients, _gradients, Number.Of(1 - _settings.SquareDecay));
        var root = _squares.sqrt().add_(Number.Of(_settings.Epsilon));
        if (_momentum is null)
        {
            _values.addcdiv_(_gradients, root, Number.Of(-rate));
            return;
        }
        _momentum.mul_(Number.Of(_settings.Momentum)).addcdiv_(_gradients, root, Number.Of(1));
        _values.add_(_momentum, Number.Of(-rate));
    }

    void Adam(double rate)
    {
        if (_settings.Optimizer != OptimizerKind.AdamW)
            PullGradients();
        else if (_settings.WeightDecay > 0)
            Decaying(_values).mul_(Number.Of(1 - rate * _settings.WeightDecay));
        // Both made for this optimizer.
        _momentum!.mul_(Number.Of(_settings.Momentum)).add_(_gradients, Number.Of(1 - _settings.Momentum));
        _squares!
            .mul_(Number.Of(_settings.SquareDecay))
            .addcmul_(_gradients, _gradients, Number.Of(1 - _settings.SquareDecay));
        var (first, second) = (1 - Math.Pow(_settings.Momentum, Steps), 1 - Math.Pow(_settings.SquareDecay, Steps));
        if (_squaresMax is not null)
            _squaresMax.copy_(maximum(_squaresMax, _squares));
        var root = (_squaresMax ?? _squares)
            .sqrt()
            .div_(Number.Of(Math.Sqrt(second)))
            .add_(Number.Of(_settings.Epsilon));
        _values.addcdiv_(_momentum, root, Number.Of(-rate / first));
    }

    // The second moment is a number a tensor of weights: its squared norm; the first step's stands as it is.
    void Novograd(double rate)
    {
        var norms = stack([
            .. _memory.Places.Select(place => _gradients.narrow(0, place.Offset, place.Count).square().sum()),
        ]);
        if (Steps == 1)
            _squares!.copy_(norms); // Made for this optimizer.
        else
            _squares!.mul_(Number.Of(_settings.SquareDecay)).add_(norms, Number.Of(1 - _settings.SquareDecay));
        _gradients.div_(
            _squares.sqrt().add_(Number.Of(_settings.Epsilon)).repeat_interleave(_reach!, 0, _values.size(0))
        );
        PullGradients();
        if (_momentum is null)
            _values.add_(_gradients, Number.Of(-rate));
        else
            _values.add_(_momentum.mul_(Number.Of(_settings.Momentum)).add_(_gradients), Number.Of(-rate));
    }

    void PullGradients()
    {
        if (_settings.WeightDecay > 0)
            Decaying(_gradients).add_(Decaying(_values), Number.Of(_settings.WeightDecay));
    }

    Tensor Decaying(Tensor flat) =>
        _settings.DecayNormsAndBiases ? flat.alias() : flat.narrow(0, 0, _memory.DecayingLength);

    // The factor stays on the device: reading the norm would wait for the whole step.
    void Clip() =>
        _gradients.mul_(
            (_gradients.norm() + Number.Of(1e-6))
                .reciprocal_()
                .mul_(Number.Of(_settings.GradientClip))
                .clamp_(max: Number.Of(1))
        );

    public void Dispose()
    {
        _momentum?.Dispose();
        _squares?.Dispose();
        _squaresMax?.Dispose();
        _reach?.Dispose();
    }
}
