using EvoNas.Actors.Mutators;
using EvoNas.Evolution;
using EvoNas.Genetics;
using static EvoNas.Actors.DurableCommand;

namespace EvoNas.Actors.Tests;

// A cell that breeds within its turns.
public partial class DurableCellTests
{
    static readonly SearchSpace Digits = new(
        "digits",
        [.. Enumerable.Range(0, 8).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2))]
    );

    static Hosted Breeding(Func<Genotype, bool>? keepsLimit = null)
    {
        var limit = new Limit(Metrics.MultiplyAdds, 1, AtLeast: false, Hard: true, Power: -1);
        var limits = new KnownLimits(
            keepsLimit is null ? [] : [limit],
            child => Metrics.Of((Metrics.MultiplyAdds, keepsLimit!(child) ? 1 : 2))
        );
        return Hosted.Reading(new Hosted(MutatorBehavior.For(Digits, limits, drawsMax: 1), 500));
    }

    static IEnumerable<Message.Mutate> AskedOf(IEnumerable<DurableCommand> commands) =>
        commands
            .OfType<CarryOut>()
            .SelectMany(command => command.Effects)
            .OfType<Effect.Send>()
            .Select(effect => effect.Message)
            .OfType<Message.Mutate>();

    static Append Free(Hosted hosted, int slots)
    {
        for (var slot = 1; slot <= slots; slot++)
            hosted.Cell.Receive(new Message.Ready(), new($"slot-{slot:00}"));
        hosted.Cell.TakeTurn(1);
        return hosted.TakeOne<Append>();
    }

    [Fact]
    public void AnEndAndTheBirthThatFollowsFromItAreOneAppend()
    {
        var hosted = Breeding();
        hosted.Acknowledge(Free(hosted, slots: 1));
        hosted.Cell.Receive(Evaluated(1), new("slot-01"));
        hosted.Cell.TakeTurn(2);

        var append = hosted.TakeOne<Append>();
        Assert.Equal(["scored", "born"], append.Events.Select(row => row.Manifest));
        var effects = hosted.Acknowledge(append).OfType<CarryOut>().Single().Effects;
        Assert.Equal(
            ["Recorded", "Evaluate"],
            effects.OfType<Effect.Send>().Select(effect => effect.Message.GetType().Name)
        );
    }

    [Fact]
    public void WhatIsBredWithinATurnIsWhatAMutatorWouldHaveBred()
    {
        var hosted = Breeding();
        Free(hosted, slots: 3);
        var born = hosted.Cell.StateIfAppended!.Lineage.Pending.Values.Select(birth => birth.Genotype); // It appends.

        var mutator = new Scenario<int, int>(MutatorBehavior.For(Digits, new([], _ => default)), 0);
        var bred = Enumerable
            .Range(1, 3)
            .Select(birth =>
                mutator.When(new Message.Mutate(Settings.Seed, new(birth), 0, null), "population").SentTo("population")
            )
            .Select(sent => Assert.IsType<Message.Mutated>(sent.Last()).Children[0].Genotype);
        Assert.Equal(bred, born);
    }

    [Fact]
    public void ManyChildrenAtATimeAreLeftToTheMutators()
    {
        var hosted = Breeding();
        for (var slot = 1; slot <= 17; slot++)
            hosted.Cell.Receive(new Message.Ready(), new($"slot-{slot:00}"));
        hosted.Cell.TakeTurn(1);

        Assert.Equal(17, AskedOf(hosted.Take()).Count());
        Assert.Equal(16, Free(Breeding(), slots: 16).Events.Length);
    }

    [Fact]
    public void WhatTheFirstDrawDoesNotFindIsLeftToTheMutators()
    {
        var hosted = Breeding(keepsLimit: _ => false);
        hosted.Cell.Receive(new Message.Ready(), new("slot-01"));
        hosted.Cell.TakeTurn(1);

        Assert.Equal(1, Assert.Single(AskedOf(hosted.Take())).Draw);
        Assert.Equal(DurablePhase.Reading, hosted.Cell.Phase);
    }

    // A space of the user's own may throw where it is read: the host answers nothing then.
    [Fact]
    public void WhatIsNotAnsweredWithinATurnIsLeftToTheMutators()
    {
        var silent = new Behavior<int, int>(0, (_, _) => Reaction<int>.None, (state, _) => state, _ => []);
        var hosted = Hosted.Reading(new Hosted(silent, 500));
        for (var slot = 1; slot <= 2; slot++)
            hosted.Cell.Receive(new Message.Ready(), new($"slot-{slot:00}"));
        hosted.Cell.TakeTurn(1);

        Assert.Equal([1, 2], AskedOf(hosted.Take()).Select(asked => (int)asked.Birth.Value).Order());
        Assert.Equal(DurablePhase.Reading, hosted.Cell.Phase);
    }
}
