using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>The design spaces RegNetX and RegNetY: widths of blocks follow a line that is quantised to few
/// stages.</summary>
/// <remarks>Source: Radosavovic et al. 2020, arXiv:2003.13678, §3.3, eqs. (2)–(4). The ranges hold the paper's and
/// every published network.</remarks>
static class RegNet
{
    static readonly int[] GroupWidths = [1, 2, 4, .. Enumerable.Range(1, 32).Select(eighth => 8 * eighth)];

    /// <summary>Without squeeze-and-excitation.</summary>
    public static Space X { get; } =
        Of("regnet-x", "RegNetX: ResNeXt blocks whose widths follow a quantised line", squeeze: 0) with
        {
            Profiles = ["pycls", "textbook"],
            Named =
            [
                Named("RegNetX-200MF", 13, 24, 36.44m, 2.49m, 8),
                Named("RegNetX-400MF", 22, 24, 24.48m, 2.54m, 16),
                Named("RegNetX-600MF", 16, 48, 36.97m, 2.24m, 24),
                Named("RegNetX-800MF", 16, 56, 35.73m, 2.28m, 16),
                Named("RegNetX-1.6GF", 18, 80, 34.01m, 2.25m, 24),
                Named("RegNetX-3.2GF", 25, 88, 26.31m, 2.25m, 48),
                Named("RegNetX-4.0GF", 23, 96, 38.65m, 2.43m, 40),
                Named("RegNetX-6.4GF", 17, 184, 60.83m, 2.07m, 56),
                Named("RegNetX-8.0GF", 23, 80, 49.56m, 2.88m, 120),
                Named("RegNetX-12GF", 19, 168, 73.36m, 2.37m, 112),
                Named("RegNetX-16GF", 22, 216, 55.59m, 2.1m, 128),
                Named("RegNetX-32GF", 23, 320, 69.86m, 2.0m, 168),
                // Zhang et al., "Dive into Deep Learning", §8.8: 4 blocks of 32 channels, 6 of 80. It gives the stages
                // only; these parameters quantise to them.
                Named("RegNetX-32", 10, 32, 5.28m, 2.5m, 16) with
                {
                    Target = new(Shape.Of(1, 96, 96), 10, "textbook"),
                },
            ],
        };

    /// <summary>With squeeze-and-excitation at a quarter of each block's input width.</summary>
    public static Space Y { get; } =
        Of("regnet-y", "RegNetY: as regnet-x, with squeeze-and-excitation", squeeze: 0.25) with
        {
            Profiles = ["pycls"],
            Named =
            [
                Named("RegNetY-200MF", 13, 24, 36.44m, 2.49m, 8),
                Named("RegNetY-400MF", 16, 48, 27.89m, 2.09m, 8),
                Named("RegNetY-600MF", 15, 48, 32.54m, 2.32m, 16),
                Named("RegNetY-800MF", 14, 56, 38.84m, 2.4m, 16),
                Named("RegNetY-1.6GF", 27, 48, 20.71m, 2.65m, 24),
                Named("RegNetY-3.2GF", 21, 80, 42.63m, 2.66m, 24),
                Named("RegNetY-4.0GF", 22, 96, 31.41m, 2.24m, 64),
                Named("RegNetY-6.4GF", 25, 112, 33.22m, 2.27m, 72),
                Named("RegNetY-8.0GF", 17, 192, 76.82m, 2.19m, 56),
                Named("RegNetY-12GF", 19, 168, 73.36m, 2.37m, 112),
                Named("RegNetY-16GF", 18, 200, 106.23m, 2.48m, 112),
                Named("RegNetY-32GF", 20, 232, 115.89m, 2.53m, 232),
            ],
        };

    static Space Of(string name, string summary, double squeeze)
    {
        SearchSpace decisions = new(
            name,
            [
                new Decision.Range("depth", 1, 64),
                new Decision.Range("w0", 8, 512, 8, Scale.Logarithmic),
                new Decision.Range("wa", 1.00m, 256.00m, 0.01m, Scale.Logarithmic),
                new Decision.Range("wm", 1.500m, 3.000m, 0.001m, Scale.Logarithmic),
                new Decision.OneOf(
                    "group_w",
                    [.. GroupWidths.Select(width => new Candidate(width))],
                    Scale.Logarithmic
                ),
                Decision.Among("bot_mul", 0.125, 0.25, 0.5, 1.0, 2.0, 4.0),
            ],
            RuleOfFourStages
        );
        return new(
            decisions,
            "classification",
            summary,
            "Radosavovic et al. 2020, arXiv:2003.13678",
            point => Line.Of(point).Specify()
        )
        {
            Build = (point, target) => Stage.NetworkOf(Line.Of(point).Stages, target, squeeze),
        };
    }

    // The paper keeps draws of exactly four stages in which no exponent is skipped and no two fall on one width.
    static string? RuleOfFourStages(Point point)
    {
        var line = Line.Of(point);
        return line.Runs.Length == 4 && line.TotalStages == 4
            ? null
            : $"The widths quantise to {line.Runs.Length} stages over {line.TotalStages} exponents; "
                + "a member has 4 and 4.";
    }

    static NamedGenotype Named(string name, int depth, int w0, decimal wa, decimal wm, int groupWidth) =>
        new(
            name,
            Genotype.Of(
                depth - 1,
                w0 / 8 - 1,
                (int)((wa - 1) * 100),
                (int)((wm - 1.5m) * 1000),
                Array.IndexOf(GroupWidths, groupWidth),
                3
            )
        );

    /// <summary>A line of block widths, and the stages to which it quantises.</summary>
    /// <param name="Continuous">u_j = w0 + wa·j, eq. (2).</param>
    /// <param name="Quantised">Each block's width after eq. (4), a multiple of 8.</param>
    /// <param name="TotalStages">One more than the largest exponent of eq. (3).</param>
    sealed record Line(double[] Continuous, int[] Quantised, int TotalStages, double BotMul, int GroupWidth)
    {
        public static Line Of(Point point)
        {
            var (depth, w0, wa, wm) = (
                point.Answers[0].Whole,
                point.Answers[1].Whole,
                point.Answers[2].Number,
                point.Answers[3].Number
            );
            var (continuous, quantised, largest) = (new double[depth], new int[depth], 0);
            for (var j = 0; j < depth; j++)
            {
                continuous[j] = w0 + wa * j;
                var exponent = Math.Round(Math.Log(continuous[j] / w0) / Math.Log(wm));
                // Halves go to even, as in the authors' code.
                quantised[j] = (int)Math.Round(w0 * Math.Pow(wm, exponent) / 8) * 8;
                largest = (int)exponent;
            }
            return new(continuous, quantised, largest + 1, point.Answers[5].Number, point.Answers[4].Whole);
        }

        /// <summary>Widths do not decrease, so equal ones stand together: each distinct width with its number of
        /// blocks.</summary>
        public (int Width, int Depth)[] Runs
        {
            get
            {
                var runs = new List<(int Width, int Depth)>();
                foreach (var width in Quantised)
                    if (runs.Count > 0 && runs[^1].Width == width)
                        runs[^1] = (width, runs[^1].Depth + 1);
                    else
                        runs.Add((width, 1));
                return [.. runs];
            }
        }

        public IEnumerable<Stage> Stages =>
            Runs.Select(run => Stage.Compatible(run.Depth, run.Width, BotMul, GroupWidth));

        public JsonObject Specify()
        {
            var (runs, stages) = (Runs, Stages.ToArray());
            return new()
            {
                ["block_widths_continuous"] = Json.List(Continuous),
                ["block_widths_quantised"] = Json.List(Quantised),
                ["num_stages"] = runs.Length,
                ["total_stages"] = TotalStages,
                ["stage_widths_before_adjust"] = Json.List(runs.Select(run => run.Width)),
                ["stage_depths"] = Json.List(stages.Select(stage => stage.Depth)),
                ["stage_widths"] = Json.List(stages.Select(stage => stage.Width)),
                ["stage_bot_muls"] = Json.List(stages.Select(stage => stage.BotMul)),
                ["stage_group_widths"] = Json.List(stages.Select(stage => stage.GroupWidth)),
                ["bottleneck_widths"] = Json.List(stages.Select(stage => stage.Inside)),
                ["groups"] = Json.List(stages.Select(stage => stage.Groups)),
                ["valid_4_stage"] = runs.Length == 4 && TotalStages == 4,
            };
        }
    }
}
