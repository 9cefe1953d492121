using EvoNas.Hosting.Actors;
using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Tests.Nodes;

/// <summary>Which search a slot works for, and what is said of one that has none.</summary>
public class SlotAllocatorTests
{
    static readonly Address One = new("one/slot-1"),
        Two = new("two/slot-1");

    readonly SlotAllocator _allocator = new();

    [Fact]
    public void ASlotThatDeclinedASearchWorksForAnother()
    {
        Demand("typo", "night");
        _allocator.Decline(One, "typo", "no table");

        Assert.Equal("night", _allocator.Place(One));
        Assert.Equal("typo", _allocator.Place(Two));
    }

    [Fact]
    public void AReasonStandsWhileTheSlotMayBeAskedAgain()
    {
        Demand("typo");
        _allocator.Decline(One, "typo", "no table");
        Assert.Null(_allocator.Place(One));

        _allocator.AllowAskingAgain();

        Assert.Equal((One, "no table"), Assert.Single(_allocator.DeclinedBy("typo")));
        Assert.Equal("typo", _allocator.Place(One));
        _allocator.Decline(One, "typo", "still no table");
        Assert.Equal((One, "still no table"), Assert.Single(_allocator.DeclinedBy("typo")));
    }

    [Fact]
    public void ASlotThatWorksForASearchHasNoReasonLeft()
    {
        Demand("typo");
        _allocator.Decline(One, "typo", "no table");
        _allocator.AllowAskingAgain();

        _allocator.Holds(One, "typo");

        Assert.Empty(_allocator.DeclinedBy("typo"));
    }

    [Fact]
    public void ASlotThatIsNotHeardOfAgainLeavesNoReason()
    {
        Demand("typo");
        _allocator.Decline(One, "typo", "no table");

        _allocator.AllowAskingAgain();
        _allocator.AllowAskingAgain();

        Assert.Empty(_allocator.DeclinedBy("typo"));
    }

    [Fact]
    public void ASlotThatLeftOneSearchStaysWithTheOtherThatItWorksFor()
    {
        Demand("typo", "night");
        _allocator.Holds(One, "night");

        _allocator.Leave(One, "typo");
        Assert.Equal("night", _allocator.Of(One));

        _allocator.Leave(One, "night");
        Assert.Equal(0, _allocator.Working);
    }

    void Demand(params string[] searches)
    {
        foreach (var search in searches)
            _allocator.SetDemand(search, hasDemand: true);
    }
}
