using EvoNas.Torch.Devices;
using static TorchSharp.torch;

namespace EvoNas.Torch.Training;

/// <summary>Keeps float16 gradients in range: the loss is multiplied, the gradients are divided, a step that overflowed
/// is left out (Micikevicius et al. 2018, arXiv:1710.03740).</summary>
sealed class LossScale
{
    const int StepsBeforeGrowth = 2000;

    /// <summary>Steps that did not overflow, since the last that did.</summary>
    public int Good { get; set; }

    /// <summary>What the loss is multiplied by before its gradients are taken.</summary>
    public double Value { get; set; } = 65_536;

    /// <summary>Divides the gradients; false, with gradients of 0, if they overflowed and the step is to be left
    /// out.</summary>
    public bool TryUnscale(Tensor gradients)
    {
        using var scope = NewDisposeScope();
        if (!double.IsFinite(gradients.sum().item<float>()))
        {
            gradients.fill_(Number.Of(0));
            (Value, Good) = (Math.Max(1, Value / 2), 0);
            return false;
        }
        gradients.div_(Number.Of(Value));
        if (++Good % StepsBeforeGrowth == 0)
            Value *= 2;
        return true;
    }
}
