using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Hosting.Workers;

namespace EvoNas.Hosting.Tests.Faults;

public class WorkerTermsTests
{
    static readonly WorkerTerms Terms = new()
    {
        Command = ["worker"],
        RecycleBirths = 3,
        MemoryMaxBytes = 1000,
        DeviceMemoryMaxBytes = 500,
    };

    [Theory]
    [InlineData(2, 1000, 500, false)]
    [InlineData(3, 1000, 500, true)]
    [InlineData(2, 1001, 500, true)]
    [InlineData(2, 1000, 501, true)]
    public void AWorkerIsReplacedAfterItsBirthsOrWithTooMuchMemory(
        int births,
        long resident,
        double peak,
        bool replaced
    ) =>
        Assert.Equal(
            replaced,
            Terms.Replace(births, resident, new Outcome.Trained(Metrics.Of(("peakMemoryBytes", peak)), []))
        );

    [Fact]
    public void AWorkerThatReportsNoMemoryStays() =>
        Assert.False(Terms.Replace(1, 10, new Outcome.Trained(Metrics.Of(("loss", 1)), [])));
}
