using EvoNas.Actors;
using EvoNas.Actors.Mutators;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting.Actors;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Nodes;

/// <summary>What a node makes of an order to breed in its space.</summary>
/// <param name="Space">To breed in.</param>
/// <param name="KnownMetrics">What is known of a candidate before it is evaluated: hard limits are answered from
/// it.</param>
/// <param name="NetworkOf">Equal texts for genotypes that are trained to the same network in the same way; null: not
/// known, of a genotype or of all.</param>
public sealed record SearchBlueprint(
    SearchSpace Space,
    Func<Genotype, Metrics> KnownMetrics,
    Func<Genotype, string?>? NetworkOf = null
)
{
    /// <summary>What breeds for a search, timed and counted as a mutator.</summary>
    /// <param name="settings">Of the search.</param>
    /// <param name="drawsMax">Draws of one answer, at most; null: as many as take less than a second.</param>
    internal Behavior<int, int> MutatorOf(SearchSettings settings, int? drawsMax = null)
    {
        var behavior = MutatorBehavior.For(
            Space,
            KnownLimits.Of(settings.Objective, KnownMetrics),
            settings.Rules,
            settings.Pareto?.Rules,
            drawsMax,
            settings.DistinctNetworks ? NetworkOf : null
        );
        return behavior with
        {
            Decide = (state, received) =>
            {
                using (Measured.Turn("mutator", received.Message))
                    return behavior.Decide(state, received);
            },
        };
    }
}

/// <summary>Makes the blueprint of an order.</summary>
/// <exception cref="RequestException">The space is not known here, or is not the one that the search was begun
/// with.</exception>
public delegate SearchBlueprint Draft(SearchOrder order);

/// <summary>A slot at work for one search; disposing of it ends its worker.</summary>
public sealed record WorkerLease(Slot Slot, Func<ValueTask> Dismiss);

/// <summary>Sets a slot up for one search.</summary>
/// <param name="slot">The slot's index on its node, from 0.</param>
/// <param name="name">Its name in the cluster.</param>
/// <param name="order">For which search.</param>
/// <exception cref="RequestException">This node cannot evaluate for the search: its space, its data or a device is
/// missing.</exception>
public delegate WorkerLease WorkerFactory(int slot, string name, SearchOrder order);
