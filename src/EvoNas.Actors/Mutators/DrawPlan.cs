using System.Numerics;
using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Actors.Mutators;

/// <summary>What the n-th draw of a birth is, and after how many there is no child to be had.</summary>
/// <remarks>
/// <para>First children of the parent and random points. Then, where the space is small enough, every point of it once,
/// so that what is left is found however rarely it is drawn. Else, where there are limits, walks towards them.</para>
/// <para>The first draws are as they always were: a journal follows from them.</para>
/// </remarks>
sealed class DrawPlan
{
    // Random draws, where nothing comes behind them.
    const int RandomMax = 65_536;

    // The largest spaces whose points are listed, without and with limits.
    const int PointsMax = 1 << 20,
        PointsLimitedMax = 16_384;

    // Steps of all walks together.
    const int WalksMax = 16 * LimitWalk.Length;

    readonly int _random;
    readonly int _points;

    /// <param name="space">To draw from.</param>
    /// <param name="limits">That a child must keep.</param>
    public DrawPlan(SearchSpace space, KnownLimits limits)
    {
        Space = space;
        var isLimited = limits.Limits.Count > 0;
        HasAllPoints = space.Size is { } size && size <= (isLimited ? PointsLimitedMax : PointsMax);
        _random = isLimited || HasAllPoints ? MutatorBehavior.RandomDraws : RandomMax;
        _points = HasAllPoints ? (int)space.Size!.Value : 0; // It has a size.
        Max =
            _random
            + (
                HasAllPoints ? _points
                : isLimited ? WalksMax
                : 0
            );
    }

    /// <summary>The space.</summary>
    public SearchSpace Space { get; }

    /// <summary>Draws of a birth; after them there is no child.</summary>
    public int Max { get; }

    /// <summary>Every point of the space is among the draws: what they do not find is not there.</summary>
    public bool HasAllPoints { get; }

    /// <summary>Is it a place in the list of all points?</summary>
    public bool IsPoint(int draw) => HasAllPoints && draw >= _random;

    /// <summary>The point that a draw takes from the list of all; null where it takes none, and where it breaks the
    /// space's rule. Every birth begins at a place of its own: from the first place each would go through all that the
    /// births before it took.</summary>
    public Genotype? PointOf(Message.Mutate asked, int draw)
    {
        if (!IsPoint(draw))
            return null;
        var first = SeededRandom.For(asked.Seed, asked.Birth, draw: -2).Below(_points);
        return Space.PointAt((BigInteger)(((long)first + draw - _random) % _points));
    }

    /// <summary>The step of a walk that a draw is, from 0; null where it is none.</summary>
    public int? StepOf(int draw) => HasAllPoints || draw < _random ? null : (draw - _random) % LimitWalk.Length;
}
