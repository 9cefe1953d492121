namespace EvoNas.Genetics;

/// <summary>Chance that can be repeated: one die a birth (and draw), always rolling the same. Not to be shared between
/// threads.</summary>
public sealed class SeededRandom
{
    ulong _state;

    SeededRandom(ulong state) => _state = state;

    /// <summary>The die of one birth. Any mutator, replay or simulator that asks for it breeds the same
    /// child.</summary>
    /// <param name="seed">The search's seed.</param>
    /// <param name="birth">The candidate.</param>
    /// <param name="draw">How often the child was drawn before, because it broke a limit or was known; 0 is the first
    /// draw.</param>
    // All three are mixed: raw sums would let the rolls of birth n overlap those of birth n + 1.
    public static SeededRandom For(ulong seed, BirthNumber birth, int draw = 0) =>
        new(Mix(seed ^ Mix((ulong)birth.Value ^ Mix((ulong)(uint)draw))));

    /// <summary>A die for something that is no birth (a split of a data set, an initialisation), told apart by its
    /// name.</summary>
    public static SeededRandom For(ulong seed, string purpose)
    {
        var state = Mix(seed);
        foreach (var received in purpose)
            state = Mix(state ^ received);
        return new(state);
    }

    /// <summary>A number in [0, <paramref name="sides"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sides"/> is not positive.</exception>
    public int Below(int sides)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sides);
        return (int)((UInt128)Next() * (uint)sides >> 64);
    }

    /// <summary>A number in [0, 1), with 53 random bits.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>64 random bits, for the seed of another generator.</summary>
    public ulong Next() => Mix(_state += 0x9E37_79B9_7F4A_7C15);

    // The finalizer of SplitMix64 (Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number Generators").
    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
