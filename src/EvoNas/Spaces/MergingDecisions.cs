using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>The decisions of a merging cell: intermediate nodes, then an output a level, each with its two inputs and
/// how it merges them.</summary>
/// <param name="Levels">Of the cell's inputs and outputs, from fine to coarse.</param>
/// <param name="IntermediateLevels">That an intermediate node may have.</param>
/// <param name="Intermediates">How many intermediate nodes.</param>
/// <remarks>Source: Ghiasi et al. 2019, arXiv:1904.07392, §3.1, as released: outputs get their levels by a permutation,
/// which is decided last.</remarks>
sealed record MergingDecisions(Sequence<int> Levels, Sequence<int> IntermediateLevels, int Intermediates)
{
    const string Attention = "attention";

    public Sequence<Decision> All =>
        [
            .. Enumerable
                .Range(0, Intermediates)
                .SelectMany(i =>
                    (Decision[])
                        [
                            new Decision.OneOf($"intermediate_blocks[{i}].level", Candidates(IntermediateLevels)),
                            .. NodeDecisions($"intermediate_blocks[{i}]", Levels.Count + i),
                        ]
                ),
            .. Enumerable
                .Range(0, Levels.Count)
                .SelectMany(j => NodeDecisions($"output_blocks[{j}]", Levels.Count + Intermediates + j)),
            new Decision.ManyOf("output_block_levels", Levels.Count, Candidates(Levels)),
        ];

    /// <summary>Intermediate nodes, then outputs.</summary>
    public MergingNode[] NodesOf(Point point)
    {
        var (answers, levels) = (point.Answers, point.Answers[^1].Picks);
        MergingNode Node(int level, int at, bool isOutput) =>
            new(
                level,
                answers[at + 1].Picks[0].Value.Whole,
                answers[at + 1].Picks[1].Value.Whole,
                answers[at].Word == Attention,
                isOutput
            );
        return
        [
            .. Enumerable.Range(0, Intermediates).Select(i => Node(answers[3 * i].Whole, 3 * i + 1, isOutput: false)),
            .. Enumerable
                .Range(0, Levels.Count)
                .Select(j => Node(levels[j].Value.Whole, 3 * Intermediates + 2 * j, isOutput: true)),
        ];
    }

    public JsonArray Specify(Point point) =>
        [
            .. NodesOf(point)
                .Select(node => new JsonObject
                {
                    ["level"] = node.Level,
                    ["combine_fn"] = node.Attends ? Attention : "sum",
                    ["input_offsets"] = Json.List([node.First, node.Second]),
                    ["is_output"] = node.IsOutput,
                }),
        ];

    static Decision[] NodeDecisions(string node, int earlier) =>
        [
            Decision.Among(node + ".combine_fn", "sum", Attention),
            new Decision.ManyOf(node + ".input_offsets", 2, Candidates(Enumerable.Range(0, earlier)), Sorted: true),
        ];

    static Sequence<Candidate> Candidates(IEnumerable<int> values) => [.. values.Select(value => new Candidate(value))];
}
