namespace EvoNas.Spaces;

/// <summary>How large the networks of <c>pointpillars</c> are, and how they end.</summary>
/// <param name="Name">As <c>--profile</c> names it.</param>
/// <param name="Divisor">All published numbers of filters are divided by it.</param>
/// <param name="PillarsMax">Pillars of a frame, at most; further ones are left out.</param>
/// <param name="PointsMax">Points of a pillar, at most; further ones are left out.</param>
/// <param name="IsRotated">The end has boxes that are turned about the vertical, see
/// <see cref="Networks.PillarBlocks.RotatedHead"/>; false: <see cref="Networks.PillarBlocks.AnchorHead"/>.</param>
public sealed record PillarProfile(string Name, int Divisor, int PillarsMax, int PointsMax, bool IsRotated)
{
    /// <summary>What stands at the end of the name of a profile with rotated boxes.</summary>
    public const string RotatedEnding = "_rotated";

    /// <summary>All there are, the published one first.</summary>
    public static Sequence<PillarProfile> All { get; } =
    [
        new("published", 1, 24_000, 100, IsRotated: false),
        // For images of 128 cells a side on a CPU: a scan of 24 beams has some 2,200 pillars of three points.
        new("search_proxy", 4, 4096, 8, IsRotated: false),
        new("published" + RotatedEnding, 1, 24_000, 100, IsRotated: true),
        new("search_proxy" + RotatedEnding, 4, 4096, 8, IsRotated: true),
    ];

    /// <summary>The profile of a name.</summary>
    /// <exception cref="RequestException">There is none; suggests the nearest.</exception>
    public static PillarProfile Named(string name) =>
        All.FirstOrDefault(profile => profile.Name == name)
        ?? throw Nearest.Unknown("profile of 'pointpillars'", name, [.. All.Select(profile => profile.Name)]);
}
