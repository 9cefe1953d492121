using EvoNas.Augmentations;
using EvoNas.Genetics;

namespace EvoNas.Torch.Data;

/// <summary>How images are varied while training.</summary>
/// <param name="Shift">Each image moves by up to this many pixels along each side, over a border of zeros; 0 leaves
/// it. What is called padding and random crop.</param>
/// <param name="Mirror">Half of the images are mirrored left to right.</param>
/// <param name="Policy">Carried out after both; null: none is. Its operations change whole images.</param>
public sealed record Augmentation(int Shift = 0, bool Mirror = false, AugmentationPolicy? Policy = null)
{
    /// <summary>What one epoch does: its order, what becomes of each image, and the seed of all that the policy
    /// rolls.</summary>
    internal sealed record Epoch(long[] Order, long[] Down, long[] Right, bool[] Mirrored, ulong PolicySeed);

    /// <summary>Rolls one epoch. The same random numbers give the same epoch on every device.</summary>
    internal Epoch Below(int count, SeededRandom random)
    {
        var order = Array.ConvertAll(Split.Shuffled(count, random), index => (long)index);
        var (down, right, mirrored) = (new long[count], new long[count], new bool[count]);
        for (var i = 0; i < count; i++)
        {
            if (Shift > 0)
                (down[i], right[i]) = (random.Below(2 * Shift + 1), random.Below(2 * Shift + 1));
            if (Mirror)
                mirrored[i] = random.Below(2) == 1;
        }
        return new(order, down, right, mirrored, random.Next());
    }
}
