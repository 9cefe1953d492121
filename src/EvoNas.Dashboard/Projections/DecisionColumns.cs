using System.Text.Json;
using EvoNas.Actors;
using EvoNas.Genetics;

namespace EvoNas.Dashboard.Projections;

/// <summary>What every birth answers to every decision of its space.</summary>
/// <remarks>Reading a genotype with its space costs more than the rest of an event, and few pages ask for it: births
/// are read when they are asked for, each once.</remarks>
sealed class DecisionColumns(SearchSpace space)
{
    readonly Dictionary<string, Answers> _byId = new(StringComparer.Ordinal);
    readonly List<string> _ids = [];
    int _read;

    /// <summary>Answers to one decision.</summary>
    public sealed class Answers
    {
        /// <summary>The texts of the values.</summary>
        public TextTable Values { get; } = new();

        /// <summary>The number of the value that a birth takes; −1 where the decision is not active.</summary>
        public Column<int> Taken { get; } = new(-1);
    }

    /// <summary>Ids of decisions that some birth answers, in the order in which they were seen.</summary>
    public IReadOnlyList<string> Ids => _ids;

    /// <summary>Answers to a decision; null where no birth answers it.</summary>
    public Answers? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Reads the births that came since.</summary>
    /// <param name="projection">The search.</param>
    /// <param name="birthsMax">The last birth to read: the first few know most ids already.</param>
    /// <exception cref="RequestException">A genotype is none of this space.</exception>
    public void CatchUp(Projection projection, int birthsMax = int.MaxValue)
    {
        for (; _read < Math.Min(birthsMax, projection.Count); _read++)
            foreach (var answer in space.Read(GenotypeOf(projection.Genotype.Bytes(_read))).Active)
            {
                if (!_byId.TryGetValue(answer.Id, out var answers))
                {
                    _byId[answer.Id] = answers = new();
                    _ids.Add(answer.Id);
                }
                answers.Taken.GrowTo(_read + 1);
                answers.Taken[_read] = answers.Values.NumberOf(answer.Value.ToString());
            }
        foreach (var answers in _byId.Values)
            answers.Taken.GrowTo(projection.Count);
    }

    /// <summary>A genotype from its canonical text.</summary>
    public static Genotype GenotypeOf(ReadOnlySpan<byte> text)
    {
        Span<byte> quoted = text.Length < 1024 ? stackalloc byte[text.Length + 2] : new byte[text.Length + 2];
        text.CopyTo(quoted[1..]);
        quoted[0] = quoted[^1] = (byte)'"';
        return JsonSerializer.Deserialize(quoted, EventJson.Default.Genotype)!; // A text is no null.
    }
}
