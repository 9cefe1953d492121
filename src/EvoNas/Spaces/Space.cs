using System.Text.Json.Nodes;
using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>What a network is built for: the data that goes in and the classes that come out.</summary>
/// <param name="Input">One sample: <c>[3, 224, 224]</c> for ImageNet, <c>[1, 28, 28]</c> for Fashion-MNIST.</param>
/// <param name="Classes">At least 1.</param>
/// <param name="Profile">One of <see cref="Space.Profiles"/>: details in which implementations of the same space differ
/// (padding, biases, activations), or the head of the network. Empty: <see cref="Space.ClassifyingProfile"/>, or the
/// space's first one where that is null.</param>
public sealed record Target(Shape Input, int Classes, string Profile = "");

/// <summary>A point of a space that has a name, usually a published network.</summary>
/// <param name="Name">As its authors call it: <c>RegNetX-200MF</c>.</param>
/// <param name="Genotype">The point.</param>
/// <param name="Target">What its published cost was counted for; null where that is the space's usual one.</param>
public sealed record NamedGenotype(string Name, Genotype Genotype, Target? Target = null);

/// <summary>A search space together with what its points mean.</summary>
/// <param name="Decisions">The decisions.</param>
/// <param name="Task">Such as <c>classification</c>; <c>look-up</c> for a space of decisions alone.</param>
/// <param name="Summary">One line.</param>
/// <param name="Source">Authors, year, arXiv number.</param>
/// <param name="Specify">What a point says, as plain JSON (stages, widths, …), whatever it is built for.</param>
public sealed record Space(
    SearchSpace Decisions,
    string Task,
    string Summary,
    string Source,
    Func<Point, JsonNode> Specify
)
{
    /// <summary>Builds a point's network; null for a space of policies, and for one of decisions alone, which is
    /// evaluated by look-up.</summary>
    public Func<Point, Target, Network>? Build { get; init; }

    /// <summary>A point's policy of augmentation; null where a point is none.</summary>
    public Func<Point, AugmentationPolicy>? Policy { get; init; }

    /// <summary>The task whose images the policies are for, <c>detection</c> or <c>segmentation</c>; null where
    /// <see cref="Policy"/> is.</summary>
    public string? PolicyTask { get; init; }

    /// <summary>A point's policy as <c>evonas.training.augment</c> takes it: <c>randaugment_detection 1,4</c>. Null but
    /// for policies over a network that is fixed: those can be trained.</summary>
    public Func<Point, string>? Augment { get; init; }

    /// <summary>The blocks of a point of a space of scale-permuted networks out of ResNet's blocks; null for any
    /// other.</summary>
    internal Func<Point, SpineBlocks>? Spine { get; init; }

    /// <summary>Levels 3 to 5 of a point's network without a head, for an image and a profile; null where the space has
    /// no such backbones.</summary>
    internal Func<Point, Target, IReadOnlyList<PyramidLevel>>? Backbone { get; init; }

    /// <summary>The same space over an earlier found network, see <see cref="FoundNetwork"/>; null where it takes
    /// none.</summary>
    internal Func<FoundNetwork, Space>? Over { get; init; }

    /// <summary>The default target of the networks.</summary>
    public Target UsualTarget { get; init; } = new(Shape.Of(3, 224, 224), 1000);

    /// <summary>The names that <see cref="Target.Profile"/> may have, the usual one first; empty where there is nothing
    /// to choose.</summary>
    public Sequence<string> Profiles { get; init; }

    /// <summary>The profile whose networks tell the classes of images apart: their one output is [N, classes]. Null
    /// where the space has none.</summary>
    /// <value>The first profile of a space for classification.</value>
    public string? ClassifyingProfile
    {
        get => field ?? (Task == "classification" ? Profiles.FirstOrDefault() ?? "" : null);
        init;
    }

    /// <summary>The profiles whose networks detect objects, the usual one first: they make <c>scores3</c>, … and
    /// <c>boxes3</c>, …, see <see cref="PyramidHead.RetinaNet"/>.</summary>
    public Sequence<string> DetectingProfiles { get; init; }

    /// <summary>The profiles whose networks tell the classes of pixels apart, the usual one first: they make
    /// <c>mask</c>, see <see cref="PyramidHead.Segmentation"/>.</summary>
    public Sequence<string> SegmentingProfiles { get; init; }

    /// <summary>The profiles whose networks tell the classes of voxels apart, the usual one first: they make
    /// <c>mask</c> of a volume.</summary>
    public Sequence<string> VolumeProfiles { get; init; }

    /// <summary>The profiles whose networks detect objects in lidar scans, the usual one first: they are those of
    /// <see cref="PillarProfile"/>.</summary>
    public Sequence<string> LidarProfiles { get; init; }

    /// <summary>Changes when a user changes what the networks of a space are; empty for those that come with the
    /// program.</summary>
    public string Definition { get; init; } = "";

    /// <summary>Published networks of this space, in the order of their papers.</summary>
    public Sequence<NamedGenotype> Named { get; init; }

    /// <summary>What users call the space.</summary>
    public string Name => Decisions.Name;

    /// <summary>The network of a genotype.</summary>
    /// <remarks>The space's rule is not asked: a point outside of it (a published network with fewer stages) has a
    /// network too.</remarks>
    /// <exception cref="RequestException">The space has no networks, the genotype cannot be read, the target's profile
    /// is unknown, or the layers do not fit the target.</exception>
    public Network Decode(Genotype genotype, Target? target = null) =>
        Build is null
            ? throw new RequestException(
                $"'{Name}' is a space of {(Policy is null ? "decisions alone" : "policies")}: "
                    + "its genotypes describe no network.",
                Policy is null
                    ? "Evaluate it by look-up: --evaluate table:FILE.csv."
                    : "A search trains a fixed network by them: see --network-of."
            )
            : Build(Decisions.Read(genotype), WithProfile(target ?? UsualTarget));

    /// <summary>A published network by its name; upper and lower case are the same.</summary>
    /// <exception cref="RequestException">There is none of this name.</exception>
    public NamedGenotype FindNamed(string name) =>
        Named.FirstOrDefault(named => named.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw Nearest.Unknown($"network of '{Name}'", name, [.. Named.Select(named => named.Name)]);

    Target WithProfile(Target target) =>
        target.Profile == "" ? target with { Profile = ClassifyingProfile ?? Profiles.FirstOrDefault() ?? "" }
        : Profiles.Contains(target.Profile) ? target
        : throw Nearest.Unknown($"profile of '{Name}'", target.Profile, Profiles);
}
