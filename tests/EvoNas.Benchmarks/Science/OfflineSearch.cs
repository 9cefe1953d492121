using EvoNas.Actors;
using EvoNas.Actors.Mutators;
using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Benchmarks.Science;

/// <summary>The population and the mutator of every search, one message after the other, without a host and without a
/// journal. Evaluations end in the order in which they began.</summary>
/// <param name="space">To search.</param>
/// <param name="settings">Of the search.</param>
/// <param name="known">What is known of a genotype before it is evaluated.</param>
/// <param name="evaluate">What an evaluation measures.</param>
sealed class OfflineSearch(
    SearchSpace space,
    SearchSettings settings,
    Func<Genotype, Metrics> known,
    Func<Assignment, Metrics> evaluate
)
{
    readonly Cell<PopulationState, PopulationEvent> _population = new(PopulationBehavior.For(PopulationTerms.Embedded));
    readonly Cell<int, int> _mutator = new(
        MutatorBehavior.For(space, KnownLimits.Of(settings.Objective, known), settings.Rules, settings.Pareto?.Rules)
    );
    readonly Cell<PopulationState, PopulationEvent>.Turn _turn = new();
    readonly Cell<int, int>.Turn _bred = new();
    readonly Queue<(Address Slot, Assignment Assignment)> _running = new();

    /// <summary>Settings of a search of this space, with the defaults of its algorithm.</summary>
    public static SearchSettings Settings(SearchSpace space, Algorithm algorithm, int budget, int seed)
    {
        var population = SearchSettings.PopulationSizeFor(algorithm, new(budget));
        return new()
        {
            Space = space.Name,
            SpaceFingerprint = "",
            SpaceSize = space.Size is { } size && size < long.MaxValue ? (long)size : null,
            Seed = (ulong)seed,
            Algorithm = algorithm,
            Rules = BreedingRules.For(algorithm),
            PopulationSize = population,
            TournamentSize = SearchSettings.TournamentSizeFor(algorithm, population),
            Budget = new(budget),
        };
    }

    /// <summary>The events of the lineage, in order.</summary>
    public List<LineageEvent> Events { get; } = [];

    /// <summary>What an evaluation comes to, where that is more than what it measures; null: it is not.</summary>
    public Func<Assignment, Outcome>? Outcomes { get; init; }

    /// <summary>Runs the search to the end of its budget.</summary>
    /// <param name="slots">Evaluations in flight.</param>
    /// <param name="isSpent">Ends it before; null: nothing does.</param>
    public Lineage Run(int slots, Func<bool>? isSpent = null)
    {
        Tell(new Message.Begin(settings), Address.Host);
        for (var slot = 1; slot <= slots; slot++)
            Tell(new Message.Ready(), new($"slot-{slot}"));
        while (isSpent?.Invoke() != true && _running.TryDequeue(out var next))
            Tell(
                new Message.Evaluated(
                    next.Assignment.Birth,
                    next.Assignment.Attempt,
                    Outcomes?.Invoke(next.Assignment) ?? new Outcome.Trained(evaluate(next.Assignment)),
                    1
                ),
                next.Slot
            );
        return _population.State.Lineage;
    }

    void Tell(Message message, Address from)
    {
        var inbox = new Queue<(Message Message, Address From)>([(message, from)]);
        while (inbox.TryDequeue(out var next))
        {
            _turn.Clear();
            _population.Read(new(next.Message, next.From, 0), _turn);
            foreach (var happened in _turn.Events)
                if (happened is PopulationEvent.Kept kept)
                    Events.Add(kept.Happened);
            foreach (var effect in _turn.Effects)
                if (effect is Effect.Send { Message: Message.Evaluate given } handed)
                    _running.Enqueue((handed.To, given.Assignment));
                else if (effect is Effect.Send { Message: Message.Mutate } asked)
                    foreach (var answer in Breed(asked.Message))
                        inbox.Enqueue((answer, Address.Mutator));
        }
    }

    IEnumerable<Message> Breed(Message asked)
    {
        _bred.Clear();
        _mutator.Read(new(asked, Address.Population, 0), _bred);
        return _bred.Effects.OfType<Effect.Send>().Select(send => send.Message);
    }
}
