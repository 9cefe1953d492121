using System.Diagnostics.CodeAnalysis;

namespace EvoNas.Spaces;

/// <summary>The spaces that come with the program.</summary>
public static class SpaceCatalog
{
    /// <summary>In the order in which they are listed to users.</summary>
    public static Sequence<Space> All { get; } =
    [
        RegNet.X,
        RegNet.Y,
        .. AnyNet.All,
        MnasNet.AroundMobileNetV2,
        MnasNet.AroundA1,
        EfficientNetV2.AroundB0,
        EfficientNetV2.AroundS,
        EfficientNetV2.AroundM,
        EfficientNetV2.AroundL,
        SpineNet.Original,
        SpineNet.Smaller,
        SpineNetMobile.Mobile,
        SpineNetScaling.Scaling,
        NasFpn.Pyramid,
        RandAugment.Detection,
        RandAugment.Segmentation,
        AutoAugment.Detection,
        AutoAugment.Segmentation,
        PointPillars.EndToEnd,
        Unet3D.Encoder,
        Unet3DNasFpn.Decoder,
    ];

    /// <summary>The space of this name.</summary>
    /// <exception cref="RequestException">There is none; suggests the nearest.</exception>
    public static Space Find(string name) =>
        All.FirstOrDefault(space => space.Name == name)
        ?? throw Nearest.Unknown("space", name, [.. All.Select(space => space.Name)]);

    /// <summary>The published network of this name, whatever its space; upper and lower case are the same.</summary>
    public static bool TryFindNamed(
        string name,
        [NotNullWhen(true)] out Space? space,
        [NotNullWhen(true)] out NamedGenotype? named
    )
    {
        foreach (var candidate in All)
        foreach (var known in candidate.Named)
            if (known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                (space, named) = (candidate, known);
                return true;
            }
        (space, named) = (null, null);
        return false;
    }
}
