using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Requests;
using EvoNas.Searches.Tests.Support;
using EvoNas.Spaces;
using EvoNas.Torch.Training;

namespace EvoNas.Searches.Tests.Requests;

/// <summary>Searches that build on a network.</summary>
public class FixedNetworkTests
{
    static readonly TableOptions _none = new(null, null, []);

    static SearchRequest ToBegin(
        IEnumerable<(Setting Setting, string Value)> given,
        TableOptions? table = null,
        Func<string, JsonObject>? found = null
    ) =>
        SearchRequest.ToBegin(
            EffectiveSettings.Of(
                null,
                [
                    .. given.Select(one =>
                        (one.Setting, (HoconNode)new HoconNode.Text(new("option"), one.Value, Quoted: true))
                    ),
                ]
            ),
            table ?? _none,
            null,
            found: found
        );

    static JsonObject Found(string space, string? profile = null) =>
        FixedNetwork.Of(
            space,
            null,
            SpaceCatalog.Find(space).Decisions.Sample(SeededRandom.For(1, new BirthNumber(1))),
            profile
        );

    [Theory]
    [InlineData("randaugment_detection", "detection", "ap")]
    [InlineData("autoaugment_detection", "detection", "ap")]
    [InlineData("randaugment_segmentation", "segmentation", "miou")]
    [InlineData("autoaugment_segmentation", "segmentation", "miou")]
    public void PoliciesTrainASmallNetworkWhereNoneIsNamed(string space, string task, string objective)
    {
        var request = ToBegin([(KnownSettings.Space, space)]);
        var settings = Assert.IsType<EvaluationPlan.Train>(request.Evaluation).Settings;
        Assert.Equal(task, settings.Task);
        Assert.Equal(objective, request.Settings.Objective.ToString());
        // In full, whatever the curve looks like.
        Assert.False(request.Settings.EarlyStopping);
        var genotype = request.Space.Decisions.Sample(SeededRandom.For(1, new BirthNumber(1)));
        Assert.Null(request.Evaluation.Misfit(request.Space.Decode(genotype, request.Evaluation.Target)));
        var point = request.Space.Decisions.Read(genotype);
        Assert.Equal($"{space} {genotype}", settings.For(request.Space, point).Augment);
        // What the journal keeps of the space is enough to have it again.
        Assert.Equal(
            request.Settings.SpaceFingerprint,
            SearchRequest.FingerprintOf(Searches.Spaces.SpaceSource.FromText(request.SpaceText!))
        );
    }

    [Fact]
    public void TheNetworkOfAnEarlierSearchIsTaken()
    {
        var asked = "";
        var request = ToBegin(
            [(KnownSettings.Space, "randaugment_detection"), (NetworkSettings.NetworkOf, "night/3")],
            found: name =>
            {
                asked = name;
                return Found("efficientnet_v2", "retinanet");
            }
        );
        Assert.Equal("night/3", asked);
        Assert.Equal("randaugment_detection-on-efficientnet_v2", request.Space.Name);
        Assert.Equal("retinanet", Assert.IsType<EvaluationPlan.Train>(request.Evaluation).Settings.Profile);
    }

    public static TheoryData<string, string, string> Misfits =>
        new()
        {
            { "randaugment_detection", "regnet-x", "'regnet-x' has no networks for it" },
            { "autoaugment_segmentation", "mnasnet", "'mnasnet' has no networks for it" },
            { "spinenet_scaling", "spinenet_mbconv", "Only networks of spinenet and spinenet_v2 can be scaled" },
            { "nasfpn", "spinenet", "A pyramid stands on a network of mnasnet or efficientnet_v2" },
            { "mnasnet", "mnasnet", "'mnasnet' builds on no found network" },
        };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void ANetworkThatDoesNotFitIsRefusedBeforeTheSearch(string space, string found, string named)
    {
        var fault = Assert.Throws<RequestException>(() =>
            ToBegin([(KnownSettings.Space, space), (NetworkSettings.NetworkOf, "night")], found: _ => Found(found))
        );
        Assert.Contains(named, fault.Message);
        Assert.DoesNotContain("$.", fault.Message);
    }

    [Fact]
    public void WhatDoesNotGoWithPoliciesIsRefused()
    {
        (Setting, string) space = (KnownSettings.Space, "randaugment_detection");
        Assert.Contains(
            "compared by whole trainings",
            Assert.Throws<RequestException>(() => ToBegin([space, (KnownSettings.EarlyStopping, "true")])).Message
        );
        Assert.Contains(
            "--augment 'detection_v0' names one",
            Assert
                .Throws<RequestException>(() =>
                    ToBegin([
                        space,
                        (Array.Find(KnownSettings.Training, one => one.Option == "--augment")!, "detection_v0"),
                    ])
                )
                .Message
        );
        Assert.Contains(
            "looks its results up",
            Assert
                .Throws<RequestException>(() =>
                    ToBegin([space, (NetworkSettings.NetworkOf, "night")], new("table:any.csv", "arch", ["acc"]))
                )
                .Message
        );
    }

    [Fact]
    public void APolicyIsOneSettingOfATraining()
    {
        var space = SpaceCatalog.Find("randaugment_detection");
        var point = space.Decisions.Read(Genotype.Of(1, 4));
        // Policies without a network are none that could be trained.
        Assert.Null(TrainingSettings.Quick.For(space, point).Augment);
    }
}
