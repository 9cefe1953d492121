using EvoNas.Evolution;

namespace EvoNas.Tests.Evolution;

public class ObjectiveListTests
{
    [Fact]
    public void ObjectivesAreReadInTheirOrderAndTheFirstHasTheLimits()
    {
        var objectives = ObjectiveList.Parse("top1, -latencyMs , (madds/300)^-0.5", ["parameters<=2M"]);

        Assert.Equal(3, objectives.Count);
        Assert.Equal("top1, -latencyMs, (madds/300)^-0.5", ObjectiveList.Text(objectives));
        Assert.Equal([1, 0, 0], objectives.Select(objective => objective.Limits.Count));
        Assert.Equal(
            objectives.Select(one => one with { Limits = default }),
            ObjectiveList.Parse(ObjectiveList.Text(objectives))
        );
    }

    [Fact]
    public void OneObjectiveIsReadAsItAlwaysWas() =>
        Assert.Equal(
            Objective.Parse("top1 * (latencyMs/80)^-0.07", ["madds<=3M"]),
            Assert.Single(ObjectiveList.Parse("top1 * (latencyMs/80)^-0.07", ["madds<=3M"]))
        );

    [Fact]
    public void ACommaInAQuotedNameBelongsToTheName() =>
        Assert.Equal(["a,b", "c"], ObjectiveList.Parse("\"a,b\", c").Select(objective => objective.Terms[0].Metric));

    [Theory]
    [InlineData("top1,", "Objective 2 of 'top1,' is empty.")]
    [InlineData(",top1", "Objective 1 of ',top1' is empty.")]
    [InlineData("top1, top1", "order candidates alike")]
    [InlineData("top1, 2*top1", "order candidates alike")]
    [InlineData("top1, top1^2", "order candidates alike")]
    [InlineData("top1 - 0.5*loss, 2*top1 - 1*loss", "order candidates alike")]
    [InlineData("top1, -top1", "contradict each other")]
    [InlineData("latencyMs^-1, latencyMs", "contradict each other")]
    [InlineData("top1 - 0.5*loss, loss - 2*top1", "contradict each other")]
    [InlineData("a, b, c, d, e", "5 objectives are too many; a search takes at most 4.")]
    [InlineData("top1, ?", "'?' is no objective.")]
    public void AListThatSaysNothingIsRefused(string text, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<RequestException>(() => ObjectiveList.Parse(text)).Message.Replace("' ?'", "'?'"),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("top1 - 0.5*loss, top1 - 0.6*loss")]
    [InlineData("top1 * loss, top1 + loss")]
    [InlineData("top1, top1 - latencyMs")]
    public void ObjectivesThatShareMetricsAndOrderOtherwiseAreKept(string text) =>
        Assert.Equal(2, ObjectiveList.Parse(text).Count);
}
