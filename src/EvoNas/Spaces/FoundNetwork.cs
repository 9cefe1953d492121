using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>The blocks of a scale-permuted network, and the family that they are of.</summary>
sealed record SpineBlocks(SpineBlock[] Blocks, SpineFamily Family);

/// <summary>A network that was found earlier, on which another space builds: what policies of augmentation are tried
/// on, the blocks that <c>spinenet_scaling</c> scales, the backbone under the cells of <c>nasfpn</c>.</summary>
/// <param name="Space">The space it was found in.</param>
/// <param name="Genotype">Its genotype there.</param>
/// <param name="Profile">How it was built when it was found; null: as usual.</param>
sealed record FoundNetwork(Space Space, Genotype Genotype, string? Profile = null)
{
    Point Point => Space.Decisions.Read(Genotype);

    /// <summary>A space of policies whose points train this network.</summary>
    /// <exception cref="RequestException">The network does not do what the policies are for.</exception>
    public Space Fixed(Space policies)
    {
        var (own, detects) = (Space, policies.PolicyTask == "detection");
        var able = detects ? own.DetectingProfiles : own.SegmentingProfiles;
        if (able.Count == 0 || own.Build is null)
            throw new RequestException(
                $"The policies of '{policies.Name}' are for {policies.PolicyTask}; '{own.Name}' has no networks for it."
            );
        var point = Point;
        // As it was found, where that is of use here.
        Sequence<string> profiles =
            Profile is { } found && able.Contains(found) ? [found, .. able.Where(profile => profile != found)] : able;
        return policies with
        {
            Build = (_, target) => own.Build(point, target),
            Augment = policy => $"{policies.Name} {policy.Genotype}",
            Profiles = profiles,
            ClassifyingProfile = null,
            DetectingProfiles = detects ? profiles : [],
            SegmentingProfiles = detects ? [] : profiles,
            UsualTarget = own.UsualTarget with { Profile = profiles[0] },
            Summary = $"{policies.Summary}, trained with one network of {own.Name}",
            Over = null,
        };
    }

    /// <summary>The blocks that are to be scaled.</summary>
    /// <exception cref="RequestException">The network has other ones, or none.</exception>
    public SpineBlocks SpineBlocks =>
        Space.Spine?.Invoke(Point)
        ?? throw new RequestException(
            $"Only networks of spinenet and spinenet_v2 can be scaled; '{Space.Name}' has other blocks."
        );

    /// <summary>Levels 3 to 5 for an image.</summary>
    /// <exception cref="RequestException">The network has no levels that a pyramid could stand on.</exception>
    public Func<Target, IReadOnlyList<PyramidLevel>> Backbone
    {
        get
        {
            if (Space.Backbone is not { } levels)
                throw new RequestException(
                    $"A pyramid stands on a network of mnasnet or efficientnet_v2; '{Space.Name}' has no such backbone."
                );
            var point = Point;
            return target => levels(point, target);
        }
    }
}
