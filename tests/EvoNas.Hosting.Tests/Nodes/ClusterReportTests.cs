using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Tests.Nodes;

/// <summary>Of a search that no slot works for, a report says which of the reasons it is.</summary>
public class ClusterReportTests
{
    [Fact]
    public void WithoutAnyNodeThatHasSlotsThereIsNoEvaluator() => Assert.Equal("there is no evaluator", Why());

    [Fact]
    public void SlotsThatAreAllQuarantinedAreSaidWithTheReasonOfOne() =>
        Assert.Equal(
            "all slots are quarantined; gpu-1-1: CUDA error 700",
            Why(Slot("gpu-1-1", "quarantined", "CUDA error 700"), Slot("gpu-1-2", "quarantined", "CUDA error 719"))
        );

    [Fact]
    public void ASlotThatIsAtWorkElsewhereIsNotFree() =>
        Assert.Equal("no slot is free", Why(Slot("gpu-1-1", "quarantined", "sick"), Slot("gpu-1-2", "training", null)));

    [Fact]
    public void AnotherReasonStays() =>
        Assert.Equal(
            "paused by ann@laptop",
            new ClusterReport([], [Search("paused by ann@laptop")]).With([Node()]).Searches[0].Detail
        );

    static string? Why(params SlotLine[] slots) =>
        new ClusterReport([], [Search(ClusterReport.NoSlot)]).With([Node(), Node(slots)]).Searches[0].Detail;

    static SearchReport Search(string detail) =>
        new("night", "waiting", "regnet-x", 3, 1, 1, 20, null, null, 0, detail);

    static NodeReport Node(params SlotLine[] slots) => new("one", "akka://evonas", "up", "evaluator", slots, []);

    static SlotLine Slot(string name, string does, string? detail) => new(name, does, null, 0, 0, detail);
}
