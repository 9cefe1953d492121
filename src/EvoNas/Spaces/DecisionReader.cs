using System.Text.Json;
using System.Text.RegularExpressions;
using EvoNas.Genetics;

namespace EvoNas.Spaces;

/// <summary>Reads the decisions of a space from JSON; the format is told in docs/spaces.md.</summary>
/// <param name="faults">One line is added for everything that is wrong.</param>
sealed partial class DecisionReader(List<string> faults)
{
    const int OptionsMax = 1024,
        DepthMax = 32,
        WrittenMax = 512,
        SlotsMax = 16_384;
    const long WholeMax = 1_000_000_000_000_000;

    static readonly string[] _kinds = ["one_of", "many_of", "integer", "float", "repeat"];

    readonly HashSet<string> _written = [];
    int _made;

    /// <summary>The list under a field called <c>decisions</c>.</summary>
    /// <param name="parent">The object that has the field.</param>
    /// <param name="prefix">Stands before every name: the copy of a repeat.</param>
    /// <param name="depth">How many candidates and repeats are around it.</param>
    public Sequence<Decision> ReadList(JsonFields parent, string prefix, int depth)
    {
        if (depth > DepthMax)
        {
            parent.Fault(parent.Path, $"decisions are nested deeper than {DepthMax}.");
            return [];
        }
        var decisions = new List<Decision>();
        var names = new HashSet<string>();
        foreach (var (item, path) in parent.List("decisions", "a list of decisions", WrittenMax))
        {
            _written.Add(path);
            if (_written.Count > WrittenMax)
                throw TooMany($"{path}: more than {WrittenMax} decisions; repeat what is alike.");
            var fields = new JsonFields(item, path, faults);
            if (NameOf(fields) is not { } name)
                continue;
            if (!names.Add(name))
                fields.Fault(
                    fields.PathOf("name"),
                    $"'{name}' is the name of two decisions; give each a name of its own."
                );
            foreach (var decision in Read(fields, prefix + name, depth))
                decisions.Add(Checked(decision, fields));
        }
        return [.. decisions];
    }

    string? NameOf(JsonFields fields)
    {
        if (fields.Text("name") is not { } name)
            return null;
        if (Name().IsMatch(name))
            return name;
        fields.Fault(
            fields.PathOf("name"),
            $"'{name}' is not a valid name; expected letters, digits, '_' and '-', "
                + "parts joined by dots, numbers in brackets: blocks[0].kernel."
        );
        return null;
    }

    IEnumerable<Decision> Read(JsonFields fields, string name, int depth)
    {
        var kinds = _kinds.Where(fields.Has).ToArray();
        if (kinds.Length != 1)
        {
            fields.Fault(
                fields.Path,
                $"'{name}' has {(kinds.Length == 0 ? "none" : string.Join(" and ", kinds))} of "
                    + $"{string.Join(", ", _kinds)}; expected exactly one."
            );
            return [];
        }
        switch (kinds[0])
        {
            case "one_of":
                fields.Know("name", "one_of", "scale");
                return [new Decision.OneOf(name, Candidates(fields, "one_of", depth), ScaleOf(fields))];
            case "many_of":
                fields.Know("name", "many_of", "picks", "distinct", "sorted", "scale");
                var candidates = Candidates(fields, "many_of", depth);
                return fields.Whole("picks", 1, OptionsMax) is { } picks
                    ?
                    [
                        new Decision.ManyOf(
                            name,
                            (int)picks,
                            candidates,
                            fields.Flag("distinct", true),
                            fields.Flag("sorted", false),
                            ScaleOf(fields)
                        ),
                    ]
                    : [];
            case "repeat":
                fields.Know("name", "repeat", "decisions");
                return Repeat(fields, name, depth);
            default:
                fields.Know("name", kinds[0]);
                var bounds = fields.Nested(kinds[0]);
                bounds.Know("min", "max", "step", "scale");
                return (kinds[0] == "integer" ? Integer(bounds, name) : Float(bounds, name)) is { } number
                    ? [number]
                    : [];
        }
    }

    static Decision? Integer(JsonFields bounds, string name) =>
        (
            bounds.Whole("min", -WholeMax, WholeMax),
            bounds.Whole("max", -WholeMax, WholeMax),
            bounds.Whole("step", 1, WholeMax, usual: 1),
            ScaleOf(bounds)
        )
            is ({ } min, { } max, { } step, var scale)
            ? new Decision.Range(name, min, max, step, scale)
            : null;

    static Decision? Float(JsonFields bounds, string name)
    {
        var scale = ScaleOf(bounds);
        if (!bounds.Has("step"))
            return (bounds.Real("min"), bounds.Real("max")) is ({ } low, { } high)
                ? new Decision.Real(name, low, high, scale)
                : null;
        if ((bounds.Decimal("min"), bounds.Decimal("max"), bounds.Decimal("step")) is not ({ } min, { } max, { } step))
            return null;
        return new Decision.Range(name, min, max, step, scale) { IsReal = true };
    }

    static Scale ScaleOf(JsonFields fields)
    {
        if (!fields.Has("scale"))
            return Scale.Linear;
        switch (fields.Text("scale"))
        {
            case "linear":
                return Scale.Linear;
            case "log":
                return Scale.Logarithmic;
            case { } other:
                fields.Fault(fields.PathOf("scale"), $"'{other}' is no scale; expected 'linear' or 'log'.");
                break;
        }
        return Scale.Linear;
    }

    Sequence<Candidate> Candidates(JsonFields fields, string kind, int depth) =>
        [
            .. fields
                .List(kind, "a list of candidates", OptionsMax)
                .Select(option => CandidateOf(option.Item, option.Path, depth))
                .OfType<Candidate>(),
        ];

    Candidate? CandidateOf(JsonElement item, string path, int depth)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return LiteralOf(item, path) is { } plain ? new(plain) : null;
        var fields = new JsonFields(item, path, faults);
        fields.Know("value", "decisions");
        var value = fields.Take("value", "a number, true, false, a string or a list of these") is { } given
            ? LiteralOf(given, fields.PathOf("value"))
            : null;
        var children = fields.Has("decisions") ? ReadList(fields, "", depth + 1) : [];
        return value is null ? null : new(value, children);
    }

    Literal? LiteralOf(JsonElement item, string path)
    {
        try
        {
            return Literal.From(item, path);
        }
        catch (RequestException fault)
        {
            faults.Add(fault.Message);
            return null;
        }
    }

    // A fixed number of copies adds no decision; a range of them adds the choice of the number, under which the copies
    // are.
    IEnumerable<Decision> Repeat(JsonFields fields, string name, int depth)
    {
        if (fields.Take("repeat", "a number of copies, or {\"min\", \"max\"}") is not { } repeat)
            return [];
        if (repeat.ValueKind == JsonValueKind.Object)
        {
            var bounds = fields.Nested("repeat");
            bounds.Know("min", "max");
            if ((bounds.Whole("min", 0, OptionsMax), bounds.Whole("max", 1, OptionsMax)) is not ({ } min, { } max))
                return [];
            if (min > max)
            {
                bounds.Fault(bounds.Path, $"goes from {min} to {max}; the first must not be above the second.");
                return [];
            }
            var copies = Enumerable.Range(0, (int)max).Select(i => ReadCopy(fields, $"[{i}].", depth)).ToArray();
            var slots = copies.Select((copy, i) => SlotsOf(copy) * (max - Math.Max(min - 1, i))).Sum();
            return slots <= SlotsMax
                ? [Decision.Repeated(name, (int)min, (int)max, i => copies[i])]
                : throw TooMany($"{fields.Path}: {TooManySlots}");
        }
        return fields.Whole("repeat", 1, OptionsMax) is { } count
            ? [.. Enumerable.Range(0, (int)count).SelectMany(i => ReadCopy(fields, $"{name}[{i}].", depth))]
            : [];
    }

    Sequence<Decision> ReadCopy(JsonFields fields, string prefix, int depth)
    {
        var before = faults.Count;
        var copy = ReadList(fields, prefix, depth + 1);
        // What is wrong in one copy is wrong in all of them; say it once.
        return faults.Count == before ? copy : throw new StoppedException();
    }

    Decision Checked(Decision decision, JsonFields fields)
    {
        if (++_made > SlotsMax || SlotsOf([decision]) > SlotsMax)
            throw TooMany($"{fields.Path}: {TooManySlots}");
        // A list that could not be read is reported already.
        if (decision is Decision.OneOf { Candidates.Count: 0 } or Decision.ManyOf { Candidates.Count: 0 })
            return decision;
        if (SearchSpace.FaultOf(decision) is { } fault)
            fields.Fault(fields.Path, $"'{decision.Name}' {fault}");
        return decision;
    }

    static string TooManySlots =>
        $"more than {SlotsMax} decisions when all repeats and picks are written out; take fewer.";

    static long SlotsOf(IEnumerable<Decision> decisions) =>
        decisions.Sum(decision =>
            SearchSpace.PlacesOf(decision)
            * (1 + SearchSpace.CandidatesOf(decision).Sum(candidate => SlotsOf(candidate.Children)))
        );

    StoppedException TooMany(string fault)
    {
        faults.Add(fault);
        return new();
    }

    /// <summary>The faults that were noted are enough: reading on would only repeat them, or take for ever.</summary>
    public sealed class StoppedException : Exception;

    [GeneratedRegex(
        @"^(?=.{1,128}\z)[A-Za-z_][A-Za-z0-9_-]*(\[[0-9]{1,6}\])*(\.[A-Za-z_][A-Za-z0-9_-]*(\[[0-9]{1,6}\])*)*\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Name();
}
