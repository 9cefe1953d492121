using System.Runtime.InteropServices;
using EvoNas.Reports;

namespace EvoNas.Dashboard.Projections;

/// <summary>What mutations brought: how often each was tried, and what it gained over the parent.</summary>
/// <remarks>Numbers stand for texts, see <see cref="Projection.Decisions"/> and
/// <see cref="Projection.Values"/>.</remarks>
sealed class MutationGains
{
    readonly Dictionary<int, Tally> _decisions = [];
    readonly Dictionary<(int Decision, int From, int To), Tally> _transitions = [];

    /// <summary>By decision.</summary>
    public IEnumerable<KeyValuePair<int, Tally>> Decisions => _decisions;

    /// <summary>By decision, the parent's value and the child's.</summary>
    public IEnumerable<KeyValuePair<(int Decision, int From, int To), Tally>> Transitions => _transitions;

    /// <summary>A child was born by this mutation.</summary>
    public void Try(int decision, int from, int to)
    {
        At(_decisions, decision).Tried++;
        At(_transitions, (decision, from, to)).Tried++;
    }

    /// <summary>A child by this mutation was scored, and so is its parent.</summary>
    public void Gain(int decision, int from, int to, double gain)
    {
        At(_decisions, decision).Add(gain);
        At(_transitions, (decision, from, to)).Add(gain);
    }

    static ref Tally At<TKey>(Dictionary<TKey, Tally> tallies, TKey key)
        where TKey : notnull
    {
        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(tallies, key, out var known);
        if (!known)
            tally = new();
        return ref tally;
    }

    /// <summary>Counts of one mutation, or of all of one decision.</summary>
    public struct Tally()
    {
        Moments _gains = new();

        /// <summary>Children born by it.</summary>
        public long Tried;

        /// <summary>Children that are better than their parent.</summary>
        public long Gained { get; private set; }

        /// <summary>Fitness of the child less that of the parent.</summary>
        public readonly Moments Gains => _gains;

        public void Add(double gain)
        {
            _gains.Add(gain);
            if (gain > 0)
                Gained++;
        }
    }
}
