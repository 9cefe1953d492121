using System.Globalization;

namespace EvoNas.Torch.Tests.Convolutions;

/// <summary>One convolution over square maps, with everything that decides which kernel of oneDNN computes
/// it.</summary>
/// <param name="Transposed">True: a transposed convolution.</param>
/// <param name="Side">Side of the input map in pixels.</param>
/// <param name="Inputs">Input channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Kernel">Side of the kernel.</param>
/// <param name="Stride">Step in both directions.</param>
/// <param name="Groups">Groups of channels; 1 for a transposed convolution.</param>
/// <param name="Batch">Images.</param>
/// <param name="ChannelsLast">Memory order of the input: channels vary fastest, or columns do.</param>
sealed record ConvolutionCase(
    bool Transposed,
    int Side,
    int Inputs,
    int Outputs,
    int Kernel,
    int Stride,
    int Groups,
    int Batch,
    bool ChannelsLast
)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static ConvolutionCase Parse(string line)
    {
        var parts = line.Split(' ');
        int Number(int index) => int.Parse(parts[index], CultureInfo.InvariantCulture);
        return new(
            parts[0] == "transposed",
            Number(1),
            Number(2),
            Number(3),
            Number(4),
            Number(5),
            Number(6),
            Number(7),
            parts[8] == "last"
        );
    }

    /// <summary>One line of nine words: kind, side, inputs, outputs, kernel, stride, groups, batch, order.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(Transposed ? "transposed" : "plain")} {Side} {Inputs} {Outputs} {Kernel} {Stride} {Groups} {Batch} "
        ) + (ChannelsLast ? "last" : "first");
}
