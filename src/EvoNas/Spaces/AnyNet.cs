using System.Text.Json.Nodes;
using EvoNas.Genetics;

namespace EvoNas.Spaces;

/// <summary>The design spaces AnyNetX_A to AnyNetX_E: four stages of ResNeXt blocks, each space a restriction of the
/// one before.</summary>
/// <remarks>Source: Radosavovic et al. 2020, arXiv:2003.13678, §3.2. Depths and widths are drawn so that every factor
/// is as likely as any other, as the paper does.</remarks>
static class AnyNet
{
    const int Stages = 4;

    static readonly Sequence<Candidate> Depths = [.. Enumerable.Range(1, 16).Select(depth => new Candidate(depth))];
    static readonly Sequence<Candidate> Widths =
    [
        .. Enumerable.Range(1, 128).Select(eighth => new Candidate(8 * eighth)),
    ];

    /// <summary>A: nothing restricted. B: one bottleneck ratio. C: and one group width. D: and widths do not decrease.
    /// E: and depths do not decrease.</summary>
    public static Sequence<Space> All { get; } =
    [
        Of(
            "anynet-a",
            "four stages, each with depth, width, bottleneck ratio and group width of its own",
            [.. PerStage(Depth), .. PerStage(Width), .. PerStage(Ratio), .. PerStage(Group)]
        ),
        Of(
            "anynet-b",
            "one bottleneck ratio for all stages",
            [.. PerStage(Depth), .. PerStage(Width), OneRatio, .. PerStage(Group)]
        ),
        Of(
            "anynet-c",
            "one bottleneck ratio and one group width for all stages",
            [.. PerStage(Depth), .. PerStage(Width), OneRatio, OneGroup]
        ),
        Of(
            "anynet-d",
            "as anynet-c, and widths do not decrease",
            [.. PerStage(Depth), SortedWidths, OneRatio, OneGroup]
        ),
        Of("anynet-e", "as anynet-d, and depths do not decrease", [SortedDepths, SortedWidths, OneRatio, OneGroup]),
    ];

    static Decision.Range Depth(int stage) => new($"depths[{stage}]", 1, 16, 1, Scale.Logarithmic);

    static Decision.Range Width(int stage) => new($"widths[{stage}]", 8, 1024, 8, Scale.Logarithmic);

    static Decision.OneOf Ratio(int stage) => Decision.Among($"bottleneck_ratios[{stage}]", 1, 2, 4);

    static Decision.OneOf Group(int stage) => Decision.Among($"group_widths[{stage}]", 1, 2, 4, 8, 16, 32);

    static Decision.OneOf OneRatio => Decision.Among("bottleneck_ratio", 1, 2, 4);

    static Decision.OneOf OneGroup => Decision.Among("group_width", 1, 2, 4, 8, 16, 32);

    static Decision.ManyOf SortedDepths =>
        new("depths", Stages, Depths, Distinct: false, Sorted: true, Scale.Logarithmic);

    static Decision.ManyOf SortedWidths =>
        new("widths", Stages, Widths, Distinct: false, Sorted: true, Scale.Logarithmic);

    static IEnumerable<Decision> PerStage(Func<int, Decision> decision) => Enumerable.Range(0, Stages).Select(decision);

    static Space Of(string name, string what, Sequence<Decision> decisions) =>
        new(
            new(name, decisions),
            "classification",
            $"AnyNetX: {what}",
            "Radosavovic et al. 2020, arXiv:2003.13678",
            Specify
        )
        {
            Build = (point, target) => Stage.NetworkOf(StagesOf(point), target),
            Profiles = ["pycls", "textbook"],
        };

    static Stage[] StagesOf(Point point)
    {
        var (depths, widths, ratios, groups) = Read(point);
        return
        [
            .. Enumerable
                .Range(0, Stages)
                .Select(i => Stage.Compatible(depths[i], widths[i], 1.0 / ratios[i], groups[i])),
        ];
    }

    // What is decided once counts for every stage.
    static (int[] Depths, int[] Widths, int[] Ratios, int[] Groups) Read(Point point)
    {
        int[] Numbers(string name)
        {
            var given = point
                .Answers.Where(answer => answer.Decision.Name.StartsWith(name, StringComparison.Ordinal))
                .SelectMany(answer => answer.Picks)
                .Select(pick => pick.Value.Whole)
                .ToArray();
            return given.Length == 1 ? [.. Enumerable.Repeat(given[0], Stages)] : given;
        }

        return (Numbers("depth"), Numbers("width"), Numbers("bottleneck"), Numbers("group"));
    }

    static JsonObject Specify(Point point)
    {
        var (depths, widths, ratios, groups) = Read(point);
        var stages = StagesOf(point);
        return new()
        {
            ["depths"] = Json.List(depths),
            ["widths"] = Json.List(widths),
            ["bottleneck_ratios"] = Json.List(ratios),
            ["group_widths"] = Json.List(groups),
            ["bot_muls"] = Json.List(stages.Select(stage => stage.BotMul)),
            ["adjusted_widths"] = Json.List(stages.Select(stage => stage.Width)),
            ["adjusted_group_widths"] = Json.List(stages.Select(stage => stage.GroupWidth)),
            ["bottleneck_widths"] = Json.List(stages.Select(stage => stage.Inside)),
            ["groups"] = Json.List(stages.Select(stage => stage.Groups)),
        };
    }
}
