using EvoNas.Actors;
using EvoNas.Actors.Mutators;
using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Benchmarks.Science;

/// <summary>The population and the mutator of every search, one message after the other, without a host and without a
/// journal. Evaluations end in the order in which they began.</summary>
sealed class OfflineSearch
{
    const string Score = "score",
        Price = Metrics.MultiplyAdds;

    readonly Landscape _landscape;
    readonly SearchSettings _settings;
    readonly Cell<PopulationState, PopulationEvent> _population = new(PopulationBehavior.For(PopulationTerms.Embedded));
    readonly Cell<int, int> _mutator;
    readonly Cell<PopulationState, PopulationEvent>.Turn _turn = new();
    readonly Cell<int, int>.Turn _bred = new();
    readonly Queue<(Address Slot, Assignment Assignment)> _running = new();

    OfflineSearch(Landscape landscape, SearchSettings settings)
    {
        (_landscape, _settings) = (landscape, settings);
        _mutator = new(
            MutatorBehavior.For(
                landscape.Space,
                KnownLimits.Of(settings.Objective, genotype => Metrics.Of((Price, landscape.Cost!(genotype)))),
                settings.Rules
            )
        );
    }

    /// <summary>Runs a search to the end of its budget.</summary>
    /// <param name="landscape">To search.</param>
    /// <param name="algorithm">With its defaults.</param>
    /// <param name="budget">Evaluations.</param>
    /// <param name="seed">Of the search; searches of one seed share the noise of each birth.</param>
    /// <param name="slots">Evaluations in flight.</param>
    /// <returns>The worth, without noise, of the best that was measured and keeps the limit.</returns>
    public static double Run(Landscape landscape, Algorithm algorithm, int budget, int seed, int slots)
    {
        var population = SearchSettings.PopulationSizeFor(algorithm, new(budget));
        var search = new OfflineSearch(
            landscape,
            new()
            {
                Space = landscape.Space.Name,
                SpaceFingerprint = "",
                SpaceSize = landscape.Space.Size is { } size && size < long.MaxValue ? (long)size : null,
                Seed = (ulong)seed,
                Algorithm = algorithm,
                Rules = BreedingRules.For(algorithm),
                PopulationSize = population,
                TournamentSize = SearchSettings.TournamentSizeFor(algorithm, population),
                Budget = new(budget),
                Objective = new(
                    [new(Score)],
                    Limits: landscape.Limit is { } limit
                        ? [new(Price, limit, AtLeast: false, Hard: true, Objective.SoftPower)]
                        : default
                ),
            }
        );
        return search.Run(slots);
    }

    double Run(int slots)
    {
        Tell(new Message.Begin(_settings), Address.Host);
        for (var slot = 1; slot <= slots; slot++)
            Tell(new Message.Ready(), new($"slot-{slot}"));
        while (_running.TryDequeue(out var next))
            Tell(
                new Message.Evaluated(next.Assignment.Birth, next.Assignment.Attempt, Evaluate(next.Assignment), 1),
                next.Slot
            );
        return _landscape.Truth(_population.State.Lineage.BestFeasible!.Individual.Genotype); // Some birth was scored.
    }

    Outcome.Trained Evaluate(Assignment assignment)
    {
        var noise = SeededRandom.For(_settings.Seed ^ 0x5EED, assignment.Birth);
        var score = _landscape.Measured(assignment.Genotype, noise);
        return new(
            _landscape.Cost is { } cost
                ? Metrics.Of((Score, score), (Price, cost(assignment.Genotype)))
                : Metrics.Of((Score, score))
        );
    }

    void Tell(Message message, Address from)
    {
        var inbox = new Queue<(Message Message, Address From)>([(message, from)]);
        while (inbox.TryDequeue(out var next))
        {
            _turn.Clear();
            _population.Read(new(next.Message, next.From, 0), _turn);
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
