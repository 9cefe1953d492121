using System.Globalization;
using System.Text.Json;

namespace EvoNas.Genetics;

public sealed partial class SearchSpace
{
    /// <summary>Reads named values, one for each active decision: <c>{"depth": 13, "w0": 24, …}</c>.</summary>
    /// <remarks>A decision is named by its id (<see cref="Answer.Id"/>); one that picks several takes a list. Decisions
    /// that are numbered (<c>depths[0]</c>, <c>depths[1]</c>, …) may be given together: <c>"depths": [2, 1, 2, 6]</c>.
    /// Numbers are compared as numbers, so 0 names the candidate 0.0; where candidates have equal values the first is
    /// taken. The opposite of <see cref="Point.Values"/>, and of <see cref="Point.Choices"/>: a text such as <c>1/2
    /// (5)</c> is an index, and picks may be given one by one (<c>inputs[0]</c>, <c>inputs[1]</c>).</remarks>
    /// <exception cref="RequestException">A decision is missing, a name is unknown, or a value is none of its
    /// decision's; one line for each.</exception>
    public Genotype FromValues(JsonElement values)
    {
        if (values.ValueKind != JsonValueKind.Object)
            throw new RequestException(
                $"Values are an object with one entry a decision, not {values.ValueKind}.",
                "Write {\"name\": value, …}."
            );
        var given = new GivenValues(values);
        var genes = new List<Gene>();
        Take(Decisions, "", given, genes);
        given.CheckUsed();
        if (given.Faults.Count > 0)
            throw new RequestException(
                string.Join('\n', given.Faults),
                $"'{Name}' begins with {string.Join(", ", Decisions.Take(8).Select(d => d.Name))}."
            );
        var genotype = new Genotype([.. genes]);
        Read(genotype);
        return genotype;
    }

    static void Take(Sequence<Decision> decisions, string prefix, GivenValues given, List<Gene> genes)
    {
        foreach (var decision in decisions)
        {
            var id = Join(prefix, decision.Name);
            var picks = decision is Decision.ManyOf { Picks: var one } ? given.TakePicks(id, one) : null;
            if (picks is null)
            {
                if (!given.TryTake(id, out var value))
                {
                    given.Faults.Add($"'{id}' is missing; it takes {Domain(decision)}.");
                    continue;
                }
                if (decision is not Decision.ManyOf many)
                {
                    TakeOne(decision, id, 0, value, [], given, genes);
                    continue;
                }
                if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != many.Picks)
                {
                    given.Faults.Add($"'{id}' takes a list of {many.Picks} values, not {value.GetRawText()}.");
                    continue;
                }
                picks = [.. value.EnumerateArray()];
            }
            var taken = new List<int>();
            foreach (var item in picks)
                TakeOne(decision, id, taken.Count, item, taken, given, genes);
        }
    }

    static void TakeOne(
        Decision decision,
        string id,
        int place,
        JsonElement value,
        List<int> taken,
        GivenValues given,
        List<Gene> genes
    )
    {
        if (GeneOf(decision, value, taken) is not { } gene)
        {
            given.Faults.Add($"'{id}' takes {Domain(decision)}, not {value.GetRawText()}{Near(decision, value)}");
            given.Excuse(id);
            taken.Add(-1);
            return;
        }
        genes.Add(gene);
        if (decision is not (Decision.OneOf or Decision.ManyOf))
            return;
        taken.Add(gene.Index);
        Take(CandidatesOf(decision)[gene.Index].Children, Under(decision, id, place, gene.Index), given, genes);
    }

    static Gene? GeneOf(Decision decision, JsonElement value, List<int> taken)
    {
        // Of distinct candidates that are equal, the next one that is free.
        var distinct = decision is Decision.ManyOf { Distinct: true };
        switch (decision)
        {
            case Decision.Real real:
                return
                    value.ValueKind == JsonValueKind.Number
                    && value.TryGetDouble(out var number)
                    && number >= real.Min
                    && number <= real.Max
                    ? Gene.Real(number)
                    : null;
            case Decision.Range range:
                if (value.ValueKind == JsonValueKind.String)
                    // A string has text.
                    return ChoiceText.Read(decision, value.GetString()!) is { } step ? step : null;
                if (
                    value.ValueKind != JsonValueKind.Number
                    || !value.TryGetDecimal(out var wanted)
                    || wanted < range.Min
                    || wanted > range.Max
                )
                    return null;
                return (wanted - range.Min) % range.Step == 0 ? (int)((wanted - range.Min) / range.Step) : null;
            default:
                var candidates = CandidatesOf(decision);
                for (var i = 0; i < candidates.Count; i++)
                    if (Says(value, candidates[i].Value) && !(distinct && taken.Contains(i)))
                        return i;
                return
                    value.ValueKind == JsonValueKind.String
                    && ChoiceText.Read(decision, value.GetString()!) is { } index
                    ? index
                    : null; // A string has text.
        }
    }

    static bool Says(JsonElement value, Literal literal) =>
        (literal, value.ValueKind) switch
        {
            (Literal.Integer or Literal.Real, JsonValueKind.Number) => value.TryGetDouble(out var number)
                && number == literal.Number,
            (Literal.Flag flag, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean() == flag.Value,
            (Literal.Word word, JsonValueKind.String) => value.GetString() == word.Value,
            (Literal.List list, JsonValueKind.Array) => value.GetArrayLength() == list.Items.Count
                && value.EnumerateArray().Zip(list.Items).All(pair => Says(pair.First, pair.Second)),
            _ => false,
        };

    // What a decision takes, in words.
    static string Domain(Decision decision) =>
        decision switch
        {
            Decision.Real real => $"a number from {Literal.Text(real.Min)} to {Literal.Text(real.Max)}",
            Decision.Range range => string.Create(
                CultureInfo.InvariantCulture,
                $"a number from {range.Min} to {range.Max} in steps of {range.Step}"
            ),
            Decision.ManyOf { Picks: > 1 } many => $"{many.Picks} of {Listed(many.Candidates)}",
            _ => $"one of {Listed(CandidatesOf(decision))}",
        };

    static string Listed(Sequence<Candidate> candidates) =>
        candidates.Count <= 16
            ? string.Join(", ", candidates.Select(candidate => candidate.Value))
            : $"{string.Join(", ", candidates.Take(8).Select(candidate => candidate.Value))}, "
                + $"…, {candidates[^1].Value}";

    static string Near(Decision decision, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && decision is Decision.OneOf or Decision.ManyOf)
            return
                Nearest.To(
                    value.GetString()!,
                    CandidatesOf(decision).Select(c => c.Value).OfType<Literal.Word>().Select(w => w.Value)
                )
                    is { } word
                ? $"; did you mean '{word}'?"
                : ".";
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number))
            return ".";
        var nearest = decision switch
        {
            Decision.Real real => Math.Clamp(number, real.Min, real.Max),
            Decision.Range range => range.At(
                (int)Math.Clamp(Math.Round((number - (double)range.Min) / (double)range.Step), 0, range.Count - 1)
            ),
            _ => CandidatesOf(decision)
                .Select(c => c.Value)
                .Where(v => v is Literal.Integer or Literal.Real)
                .MinBy(v => Math.Abs(v.Number - number)),
        };
        return nearest is null ? "." : $"; the nearest is {nearest}.";
    }

    // The entries of the object, each to be used once.
    sealed class GivenValues
    {
        readonly Dictionary<string, JsonElement> _entries = [];
        readonly Dictionary<string, int> _taken = [];
        readonly List<string> _known = [];
        readonly List<string> _excused = [];

        public GivenValues(JsonElement values)
        {
            foreach (var entry in values.EnumerateObject())
                if (!_entries.TryAdd(entry.Name, entry.Value))
                    Faults.Add($"'{entry.Name}' is given twice.");
        }

        public List<string> Faults { get; } = [];

        public bool TryTake(string id, out JsonElement value)
        {
            _known.Add(id);
            if (_entries.TryGetValue(id, out value))
            {
                _taken[id] = -1;
                return true;
            }
            var bracket = id.EndsWith(']') ? id.LastIndexOf('[') : -1;
            if (
                bracket <= 0
                || !int.TryParse(
                    id.AsSpan(bracket + 1, id.Length - bracket - 2),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var index
                )
            )
                return false;
            var together = id[..bracket];
            if (!_entries.TryGetValue(together, out var list) || list.ValueKind != JsonValueKind.Array)
                return false;
            _taken[together] = Math.Max(_taken.GetValueOrDefault(together), index + 1);
            if (index >= list.GetArrayLength())
                return false;
            value = list[index];
            return true;
        }

        // Of a decision that picks several, one entry a pick: all of them, or it is given otherwise. One that picks one
        // may be given as a decision of one.
        public JsonElement[]? TakePicks(string id, int count)
        {
            if (_entries.TryGetValue(id, out var single))
                return count == 1 && single.ValueKind != JsonValueKind.Array && _taken.TryAdd(id, -1) ? [single] : null;
            var picks = Enumerable
                .Range(0, count)
                .Select(i => _entries.TryGetValue($"{id}[{i}]", out var one) ? one : default)
                .ToArray();
            if (picks.Any(pick => pick.ValueKind == JsonValueKind.Undefined))
                return null;
            for (var i = 0; i < count; i++)
                _taken[$"{id}[{i}]"] = -1;
            return picks;
        }

        // What lies under a value that is none cannot be judged.
        public void Excuse(string id) => _excused.Add(id + "[");

        public void CheckUsed()
        {
            foreach (var (name, value) in _entries)
                if (_excused.Any(place => name.StartsWith(place, StringComparison.Ordinal)))
                    continue;
                else if (
                    !_taken.TryGetValue(name, out var count)
                    && _known.Find(id => name.StartsWith(id + "[=", StringComparison.Ordinal)) is { } above
                )
                    Faults.Add($"'{name}' does not exist here: '{above}' takes another candidate.");
                else if (!_taken.TryGetValue(name, out count))
                    Faults.Add(
                        $"No active decision is called '{name}'"
                            + $"{(Nearest.To(name, _known) is { } near ? $"; did you mean '{near}'?" : ".")}"
                    );
                else if (count >= 0 && value.GetArrayLength() > count)
                    Faults.Add($"'{name}' has {value.GetArrayLength()} values for {count} decisions.");
        }
    }
}
