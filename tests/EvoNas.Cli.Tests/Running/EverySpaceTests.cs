using EvoNas.Cli.Running;
using EvoNas.Hosting;
using EvoNas.Hosting.Nodes;
using EvoNas.Hosting.Workers;
using EvoNas.Lineages;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Requests;
using EvoNas.Spaces;
using EvoNas.Torch.Data;
using EvoNas.Torch.Tests.Support;
using Serilog.Core;

namespace EvoNas.Cli.Tests.Running;

/// <summary>Every space whose networks tell classes of images apart is searched: births are drawn and bred, bounded by
/// cost, built, trained and judged, as in a search of the command line but in this process.</summary>
public class EverySpaceTests
{
    // Where most networks are large: what the narrowest have, so that the tests take seconds.
    static readonly Dictionary<string, string> Bounds = new()
    {
        ["efficientnet_v2-s"] = "parameters<=8M",
        ["efficientnet_v2-m"] = "parameters<=20M",
        ["efficientnet_v2-l"] = "parameters<=35M",
        ["spinenet_scaling"] = "parameters<=40M",
        ["nasfpn"] = "parameters<=18M",
    };

    const string UsualBound = "parameters<=5M";

    public static TheoryData<string> Names =>
        [.. SpaceCatalog.All.Where(space => space.ClassifyingProfile is not null).Select(space => space.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task EveryBirthIsScoredOnSmallImagesGrayAndColoured(string space)
    {
        using var images = new TinySet().WithFashionMnist(train: 24, test: 4).WithCifar10(records: 4);
        // The third is a child of the first two.
        foreach (
            var (set, births) in ((ImageDataSet, int)[])[(ImageDataSet.FashionMnist, 3), (ImageDataSet.Cifar10, 2)]
        )
        {
            var events = await Search(space, set, births, images);

            var scored = events.OfType<LineageEvent.Scored>().ToList();
            Assert.True(
                scored.Count == births,
                $"{space} on {set.Name}: {string.Join("; ", events.OfType<LineageEvent.RuledOut>())}"
            );
            Assert.Equal(births == 3, events.OfType<LineageEvent.Born>().Any(born => born.Parent is not null));
            Assert.All(
                scored.SelectMany(one => one.Metrics),
                metric =>
                    Assert.True(double.IsFinite(metric.Value), $"{space} on {set.Name}: {metric.Key} is {metric.Value}")
            );
            Assert.All(scored, one => Assert.InRange(one.Fitness.Value, 0, 1));
        }
    }

    static async Task<List<LineageEvent>> Search(string space, ImageDataSet set, int births, TinySet images)
    {
        var file = Path.Combine(images.Root, "search.conf");
        // Small steps: hundreds of layers bear no large ones with eight images each.
        await File.WriteAllTextAsync(
            file,
            $$"""
            evonas.search {
              space = {{space}}, algorithm = evolution, population-size = 2, tournament-size = 2
              budget.evaluations = {{births}}, limits = ["{{Bounds.GetValueOrDefault(space, UsualBound)}}"]
            }
            evonas.training {
              data-set = {{set.Name}}, train-images = 16, validation-images = 4, batch-size = 8, epochs = 0, steps = 2
              learning-rate = 0.0001, gradient-clip = 1, measure-latency = false
            }
            """
        );
        var request = SearchRequest.ToBegin(EffectiveSettings.Of(file), new(null, null, []), preset: null);
        var trainer = WorkerCommand.WorkerFactory(
            new(
                "test",
                "slot-1",
                images.Root,
                space,
                request.Evaluation.ToJson(),
                images.Root,
                "cpu",
                1,
                request.Settings.Seed
            )
        );
        var events = new List<LineageEvent>();
        await using var host = await LocalSearch.Start(
            new()
            {
                Name = "test",
                Space = request.Space.Decisions,
                Settings = request.Settings,
                KnownMetrics = request.KnownMetrics,
                NetworkOf = request.NetworkOf,
                Happened = (_, happened) => events.Add(happened),
                Slots =
                [
                    new(
                        "slot-1",
                        (assignment, _, progress, _) =>
                            ValueTask.FromResult(new Evaluation(trainer(assignment, progress), 0)),
                        _ => { }
                    ),
                ],
            },
            journal: null,
            Logger.None
        );

        Assert.Equal(FinishedReason.Budget, await host.Completion);

        return events;
    }
}
