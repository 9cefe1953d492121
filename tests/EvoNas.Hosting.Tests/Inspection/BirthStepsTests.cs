using EvoNas.Actors;
using EvoNas.Genetics;
using EvoNas.Hosting.Inspection;
using EvoNas.Hosting.Messages;
using EvoNas.Lineages;

namespace EvoNas.Hosting.Tests.Inspection;

public class BirthStepsTests
{
    [Fact]
    public void OnlyTheLastMessagesAreKeptAndHowFarBackIsSaid()
    {
        var actors = new ActorRegistry();
        var slot = actors.Open("slot", "/user/slot-1", () => 0);
        for (var birth = 1; birth <= BirthSteps.StepsMax + 10; birth++)
            Handle(slot, new RoutedMessage.ToSlot("night", null, new Message.Recorded(new BirthNumber(birth))));

        Assert.Empty(actors.Births.Of("night", 10, 0).Steps);
        Assert.Empty(actors.Births.Of("day", 11, 0).Steps);
        var (steps, kept) = actors.Births.Of("night", 11, 0);
        Assert.Equal("Recorded", Assert.Single(steps).Message);
        Assert.NotNull(kept);
    }

    [Fact]
    public void AMessageThatFailedIsKeptWithItsException()
    {
        var actors = new ActorRegistry();
        var slot = actors.Open("slot", "/user/slot-1", () => 0);

        Assert.Throws<InvalidOperationException>(() =>
            slot.Handle(
                slot,
                _ => throw new InvalidOperationException(),
                new RoutedMessage.ToSlot("night", null, new Message.Recorded(new BirthNumber(1))),
                static (_, receive, one) => receive(one)
            )
        );

        Assert.Equal("InvalidOperationException", Assert.Single(actors.Births.Of("night", 1, 0).Steps).Failure);
    }

    [Fact]
    public void WhatIsAboutNoBirthIsNotKept()
    {
        var actors = new ActorRegistry();
        var slot = actors.Open("slot", "/user/slot-1", () => 0);
        Handle(slot, new RoutedMessage.FromSlot(null, new("slot-1"), new Message.Ready()));
        Handle(slot, "text");

        Assert.Empty(actors.Births.Of("night", 0, 0).Steps);
    }

    static void Handle(ActorStatistics actor, object message) =>
        actor.Handle(actor, _ => true, message, static (_, receive, one) => receive(one));
}
