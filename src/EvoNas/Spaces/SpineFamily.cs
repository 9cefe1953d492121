using System.Text.Json.Nodes;
using EvoNas.Genetics;

namespace EvoNas.Spaces;

/// <summary>One block of a scale-permuted network.</summary>
/// <param name="BaseLevel">The level that the permutation gave it.</param>
/// <param name="Offset">Added to it.</param>
/// <param name="Kind">Its block function.</param>
/// <param name="First">The feature that it reads; 0 and 1 are the stem's, block i makes feature i + 2.</param>
/// <param name="Second">The other one, made later.</param>
/// <param name="IsOutput">It makes a level of the pyramid.</param>
sealed record SpineBlock(int BaseLevel, int Offset, string Kind, int First, int Second, bool IsOutput = false)
{
    /// <summary>Its map's side is ⌈side of the image / 2^level⌉.</summary>
    public int Level => BaseLevel + Offset;
}

/// <summary>Decisions of the SpineNet spaces: which scales come in which order, and which two earlier features each
/// block reads.</summary>
/// <remarks>Source: Du et al. 2020, arXiv:1912.05027, §3.2. Equal levels at different places of
/// <see cref="BaseLevels"/> are different candidates, so many permutations are one network; the size counts them
/// all.</remarks>
/// <param name="BaseLevels">Of the intermediate blocks, ascending.</param>
/// <param name="Offsets">Added to an intermediate block's level.</param>
/// <param name="Kinds">Block functions.</param>
/// <param name="StemLevels">Of features 0 and 1, which have the last kind.</param>
sealed record SpineFamily(
    Sequence<int> BaseLevels,
    Sequence<int> Offsets,
    Sequence<string> Kinds,
    (int First, int Second) StemLevels
)
{
    // An intermediate block reads two of so many features before it; an output block any two.
    const int Window = 4;

    static readonly int[] OutputLevels = [3, 4, 5, 6, 7];

    int Intermediates => BaseLevels.Count;

    /// <summary>In the order of the flat vector.</summary>
    public Sequence<Decision> Decisions =>
        [
            .. Enumerable
                .Range(0, Intermediates)
                .SelectMany(i =>
                    (Decision[])
                        [
                            Whole($"intermediate_blocks[{i}].level_offset", Offsets),
                            KindOf($"intermediate_blocks[{i}].block_fn"),
                            Inputs($"intermediate_blocks[{i}].input_offsets", FirstInWindow(i), 2 + i),
                        ]
                ),
            new Decision.ManyOf("intermediate_block_levels", Intermediates, Candidates(BaseLevels)),
            .. Enumerable
                .Range(0, OutputLevels.Length)
                .SelectMany(j =>
                    (Decision[])
                        [
                            KindOf($"output_blocks[{j}].block_fn"),
                            Inputs($"output_blocks[{j}].input_offsets", 0, 2 + Intermediates + j),
                        ]
                ),
            new Decision.ManyOf("output_block_levels", OutputLevels.Length, Candidates(OutputLevels)),
        ];

    /// <summary>The blocks of a point: intermediate ones, then outputs.</summary>
    public SpineBlock[] Blocks(Point point)
    {
        var (answers, blocks) = (point.Answers, new SpineBlock[Intermediates + OutputLevels.Length]);
        var (levels, outputs) = (answers[3 * Intermediates].Picks, answers[^1].Picks);
        for (var i = 0; i < Intermediates; i++)
            blocks[i] = Block(
                levels[i].Value.Whole,
                answers[3 * i].Whole,
                answers[3 * i + 1],
                answers[3 * i + 2],
                isOutput: false
            );
        for (var j = 0; j < OutputLevels.Length; j++)
            blocks[Intermediates + j] = Block(
                outputs[j].Value.Whole,
                0,
                answers[3 * Intermediates + 1 + 2 * j],
                answers[3 * Intermediates + 2 + 2 * j],
                isOutput: true
            );
        return blocks;
    }

    /// <summary>For each block the features that it takes besides its two: an output adds what no other block has read
    /// and what has its level and kind.</summary>
    /// <remarks>A block registers its own inputs first. What reads counts even where its own output is read by
    /// no block.</remarks>
    public List<int>[] Absorbed(SpineBlock[] blocks)
    {
        var read = new bool[2 + blocks.Length];
        var absorbed = new List<int>[blocks.Length];
        for (var i = 0; i < blocks.Length; i++)
        {
            var block = blocks[i];
            (read[block.First], read[block.Second], absorbed[i]) = (true, true, []);
            for (var feature = 0; block.IsOutput && feature < 2 + i; feature++)
            {
                if (read[feature] || LevelAndKind(blocks, feature) != (block.Level, block.Kind))
                    continue;
                absorbed[i].Add(feature);
                read[feature] = true;
            }
        }
        return absorbed;
    }

    /// <summary>The genotype of these blocks; of equal base levels the first free candidate is taken.</summary>
    public Genotype Encode(params SpineBlock[] blocks)
    {
        var (genes, free) = (new List<int>(), BaseLevels.ToList());
        var levels = new List<int>();
        foreach (var (i, block) in blocks.Take(Intermediates).Index())
        {
            genes.AddRange([
                Place(Offsets, block.Offset),
                Place(Kinds, block.Kind),
                block.First - FirstInWindow(i),
                block.Second - FirstInWindow(i),
            ]);
            levels.Add(free.IndexOf(block.BaseLevel));
            free[levels[^1]] = 0;
        }
        genes.AddRange(levels);
        foreach (var block in blocks.Skip(Intermediates))
            genes.AddRange([Place(Kinds, block.Kind), block.First, block.Second]);
        genes.AddRange(blocks.Skip(Intermediates).Select(block => Place(OutputLevels, block.BaseLevel)));
        return Genotype.Of([.. genes]);
    }

    /// <summary>The blocks as JSON, in the released code's words.</summary>
    public JsonArray Specify(Point point) =>
        [
            .. Blocks(point)
                .Select(block => new JsonObject
                {
                    ["level_base"] = block.BaseLevel,
                    ["level_offset"] = block.Offset,
                    ["block_fn"] = block.Kind,
                    ["input_offsets"] = Json.List([block.First, block.Second]),
                    ["is_output"] = block.IsOutput,
                }),
        ];

    (int, string) LevelAndKind(SpineBlock[] blocks, int feature) =>
        feature switch
        {
            0 => (StemLevels.First, Kinds[^1]),
            1 => (StemLevels.Second, Kinds[^1]),
            _ => (blocks[feature - 2].Level, blocks[feature - 2].Kind),
        };

    static SpineBlock Block(int level, int offset, Answer kind, Answer inputs, bool isOutput) =>
        new(level, offset, kind.Word, inputs.Picks[0].Value.Whole, inputs.Picks[1].Value.Whole, isOutput);

    static int FirstInWindow(int i) => Math.Max(2 + i - Window, 0);

    static int Place<T>(IReadOnlyList<T> list, T item) =>
        Enumerable.Range(0, list.Count).First(i => list[i]!.Equals(item)); // Lists hold no null.

    Decision.OneOf KindOf(string name) => new(name, [.. Kinds.Select(kind => new Candidate(kind))]);

    static Decision.OneOf Whole(string name, Sequence<int> values) => new(name, Candidates(values));

    static Decision.ManyOf Inputs(string name, int first, int end) =>
        new(name, 2, Candidates(Enumerable.Range(first, end - first)), Distinct: true, Sorted: true);

    static Sequence<Candidate> Candidates(IEnumerable<int> values) => [.. values.Select(value => new Candidate(value))];
}
