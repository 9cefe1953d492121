using EvoNas.Torch.Devices;
using static TorchSharp.torch;

namespace EvoNas.Torch.Training;

/// <summary>Keeps float16 gradients in range: the loss is multiplied, the gradients are divided, a step that overflowed
/// is left out (Micikevicius et al. 2018, arXiv:1710.03740).</summary>
sealed class LossScale
{
    const int StepsBeforeGrowth = 2000;
    int _good;

    /// <summary>What the loss is multiplied by before its gradients are taken.</summary>
    public double Value { get; private set; } = 65_536;

    /// <summary>Divides the gradients; false, with gradients of 0, if they overflowed and the step is to be left
    /// out.</summary>
    public bool TryUnscale(Tensor gradients)
    {
        using var scope = NewDisposeScope();
        if (!double.IsFinite(gradients.sum().item<float>()))
        {
            gradients.fill_(Number.Of(0));
            (Value, _good) = (Math.Max(1, Value / 2), 0);
            return false;
        }
        gradients.div_(Number.Of(Value));
        if (++_good % StepsBeforeGrowth == 0)
            Value *= 2;
        return true;
    }
}
