using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using static EvoNas.Lineages.LineageEvent;

namespace EvoNas.Actors.Tests.Populations;

/// <summary>Which slot holds which birth, whatever messages are lost.</summary>
public partial class PopulationBehaviorTests
{
    [Fact]
    public void ARunningTrainingIsAdoptedAfterARecovery()
    {
        var test = Population(new PopulationTerms(), Begins, Birth(1), Birth(2));

        // Another slot that is free gets neither: their slots may be at work.
        test.When(new Message.Ready(), "slot-2", at: 1);
        Assert.Empty(test.SentTo("slot-2"));
        test.When(new Message.Ready(new BirthNumber(1), 1), "slot-1", at: 2);
        // Later, what no slot claimed is handed out; what was claimed is not.
        test.When(new Message.Ready(), "slot-2", at: 5.9);
        Assert.Empty(test.SentTo("slot-2"));
        test.When(new Message.Ready(), "slot-2", at: 6.1);

        Assert.Equal(
            new BirthNumber(2),
            Assert.Single(test.SentTo("slot-2").OfType<Message.Evaluate>()).Assignment.Birth
        );
    }

    // A node that lacks the table declines in a moment: three such nodes would rule out every birth.
    [Fact]
    public void ADeclinedBirthLosesNoAttemptAndGoesToAnotherSlot()
    {
        var story = Population(Begins, Birth(1)).When(new Message.Ready(), "slot-1");
        story.When(new Message.Declined(new(1), "there is no table"), "slot-1").When(new Message.Ready(), "slot-2");

        Assert.Equal(1, Assert.Single(story.SentTo("slot-2").OfType<Message.Evaluate>()).Assignment.Attempt);
        Assert.Empty(story.State.Lost);
        story.When(new Message.Declined(new(1), "late"), "slot-1").ThenNothing();
    }

    [Fact]
    public void ASlotWhoseAssignmentWasLostGetsItAgain()
    {
        var test = Population(Begins, Birth(1)).When(new Message.Ready(), "slot-1").When(new Message.Ready(), "slot-1");

        Assert.Equal(1, Assert.Single(test.SentTo("slot-1").OfType<Message.Evaluate>()).Assignment.Attempt);
    }

    // Found by the simulator, seed 121: a late message told of an earlier birth, and the one that the slot was given
    // since was held by no slot.
    [Fact]
    public void ABirthWhoseSlotSaysThatItHoldsAnotherWaitsAgain()
    {
        var test = Population(Begins, Birth(1), Birth(2))
            .When(new Message.Ready(new BirthNumber(1), 1), "slot-1")
            .When(new Message.Ready(new BirthNumber(2), 1), "slot-1");
        Assert.Equal([new BirthNumber(1)], test.State.Waiting);

        test.When(new Message.Ready(), "slot-2");
        Assert.Equal(
            new BirthNumber(1),
            Assert.Single(test.SentTo("slot-2").OfType<Message.Evaluate>()).Assignment.Birth
        );
    }

    [Fact]
    public void ABirthThatAnotherSlotHoldsTooDoesNotWait()
    {
        var test = Population(Begins, Birth(1), Birth(2))
            .When(new Message.Ready(new BirthNumber(1), 1), "slot-1")
            .When(new Message.Ready(new BirthNumber(1), 1), "slot-2");

        Assert.Empty(test.When(new Message.Ready(new BirthNumber(2), 1), "slot-1").State.Waiting);
    }
}
