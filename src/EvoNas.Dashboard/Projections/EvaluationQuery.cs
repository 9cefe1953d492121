using System.Globalization;
using System.Text;

namespace EvoNas.Dashboard.Projections;

/// <summary>A sorted and filtered table, a page at a time. A page begins after the last row of the page before,
/// whatever was added in between.</summary>
/// <param name="Sort">A column; a minus in front sorts downward.</param>
/// <param name="Filters">All must hold, as in <c>fitness&gt;=0.9</c>.</param>
/// <param name="Births">Only these; empty: all.</param>
sealed record EvaluationQuery(string Sort, IReadOnlyList<string> Filters, IReadOnlyList<int> Births)
{
    const string DecisionPrefix = "decision.";

    static readonly string[] Operators = [">=", "<=", "!=", "=", ">", "<", "~"];

    /// <summary>True where the space of the search is needed.</summary>
    public bool NeedsDecisions => Filters.Any(filter => filter.StartsWith(DecisionPrefix, StringComparison.Ordinal));

    /// <summary>Births that match, in order, from a cursor on.</summary>
    /// <param name="projection">The search.</param>
    /// <param name="decisions">The answers of births; null where the space is not known.</param>
    /// <param name="cursor">Where the last page ended; null begins.</param>
    /// <param name="size">The most rows.</param>
    /// <exception cref="RequestException">A column or a filter is wrong.</exception>
    public (List<int> Births, string? Next, int Total) Page(
        Projection projection,
        DecisionColumns? decisions,
        string? cursor,
        int size
    )
    {
        var down = Sort.StartsWith('-');
        var key = Number(projection, down ? Sort[1..] : Sort);
        var tests = Filters.Select(filter => Test(projection, decisions, filter)).ToArray();
        var after = cursor is null ? ((double Key, int Birth)?)null : Read(cursor);
        // The first rows after the cursor: the worst of those kept so far lies on top.
        var kept = new PriorityQueue<int, (double Key, int Birth)>(
            Comparer<(double, int)>.Create((a, b) => Order(b, a))
        );
        var (total, left) = (0, 0);
        var wanted = Births.Count > 0 ? Births.Where(birth => birth >= 1 && birth <= projection.Count) : null;
        foreach (var birth in wanted ?? Enumerable.Range(1, projection.Count))
        {
            if (!Matches(tests, birth - 1))
                continue;
            total++;
            var value = key(birth - 1);
            var at = (
                double.IsNaN(value) ? double.PositiveInfinity
                : down ? -value
                : value,
                birth
            );
            if (after is { } begin && Order(at, begin) <= 0)
                continue;
            left++;
            if (kept.Count < size)
                kept.Enqueue(birth, at);
            else
                kept.EnqueueDequeue(birth, at);
        }
        var births = new List<int>(kept.Count);
        (double Key, int Birth) last = default;
        while (kept.TryDequeue(out var birth, out var at))
        {
            if (births.Count == 0)
                last = at;
            births.Add(birth);
        }
        births.Reverse();
        return (births, left > births.Count ? Write(last) : null, total);
    }

    /// <summary>All births that match, in order.</summary>
    public List<int> All(Projection projection, DecisionColumns? decisions) =>
        Page(projection, decisions, null, int.MaxValue).Births;

    static bool Matches(Func<int, bool>[] tests, int place)
    {
        foreach (var test in tests)
            if (!test(place))
                return false;
        return true;
    }

    static int Order((double Key, int Birth) a, (double Key, int Birth) b) =>
        a.Key.CompareTo(b.Key) is var order and not 0 ? order : a.Birth.CompareTo(b.Birth);

    static string Write((double Key, int Birth) at) =>
        string.Create(CultureInfo.InvariantCulture, $"{BitConverter.DoubleToInt64Bits(at.Key):x16}.{at.Birth}");

    static (double Key, int Birth) Read(string cursor) =>
        cursor.Split('.') is [{ Length: 16 } bits, var birth]
        && long.TryParse(bits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
        && int.TryParse(birth, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (BitConverter.Int64BitsToDouble(key), number)
            : throw new RequestException("cursor is none that this server gave.", "Take next of the page before.");

    static Func<int, double> Number(Projection projection, string name) =>
        name switch
        {
            "birth" => place => place + 1,
            "ordinal" => place => projection.Ordinal[place] is var ordinal and > 0 ? ordinal : double.NaN,
            "fitness" => place => projection.Fitness[place],
            "gain" => place => projection.Gain[place],
            "seconds" => place => projection.Seconds[place],
            "hours" => place => projection.AtSeconds[place] / 3600,
            "children" => place => projection.ChildCount[place],
            "subtree" => Subtree(projection),
            "draw" => place => projection.Draw[place],
            "parent" => place => projection.Parent[place],
            "founder" => place => projection.Founder[place],
            "attempt" => place => projection.Attempt[place],
            "bornAt" => place => projection.BornAt[place],
            "endedAt" => place => projection.EndedAt[place] is var ended and > 0 ? ended : double.NaN,
            _ => projection.Metric(name) is { } metric
                ? place => metric[place]
                : throw new RequestException(
                    $"There is no column '{name}' to sort or compare by.",
                    "There are birth, ordinal, fitness, gain, seconds, hours, children, subtree, draw, parent, "
                        + $"founder, attempt, bornAt, endedAt, {string.Join(", ", projection.Metrics)}."
                ),
        };

    static Func<int, double> Subtree(Projection projection)
    {
        var sizes = projection.SubtreeSizes().ToArray();
        return place => sizes[place];
    }

    static Func<int, bool> Test(Projection projection, DecisionColumns? decisions, string filter)
    {
        if (filter.StartsWith(DecisionPrefix, StringComparison.Ordinal))
            return Answer(decisions, filter[DecisionPrefix.Length..]);
        var start = filter.IndexOfAny(['<', '>', '=', '!', '~']);
        var sign = start < 0 ? null : Operators.FirstOrDefault(one => filter.AsSpan(start).StartsWith(one));
        if (sign is null || start == 0)
            throw new RequestException(
                $"filter is '{filter}'; it takes COLUMN, one of {string.Join(" ", Operators)}, and a value.",
                "As in fitness>=0.9 or slot=slot-1."
            );
        var (name, value) = (filter[..start], filter[(start + sign.Length)..]);
        switch (name)
        {
            case "outcome":
                return Text(sign, value, place => projection.Outcome[place].Word());
            case "feasible":
                return Text(sign, value, place => projection.Feasible[place] ? "true" : "false");
            case "stopped":
                return Text(
                    sign,
                    value,
                    place => projection.Outcome[place] == OutcomeCode.StoppedEarly ? "true" : "false"
                );
            case "genotype" when sign == "~":
                var part = Encoding.UTF8.GetBytes(value);
                return place => projection.Genotype.Bytes(place).IndexOf(part) >= 0;
            case "genotype":
                return Text(sign, value, projection.Genotype.Text);
            case "slot":
                return Coded(sign, value, projection.Slots, projection.Slot);
            case "decision":
                return Coded(sign, value, projection.Decisions, projection.Decision);
            case "from":
                return Coded(sign, value, projection.Values, projection.From);
            case "to":
                return Coded(sign, value, projection.Values, projection.To);
        }
        var of = Number(projection, name);
        if (
            !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound)
            || double.IsNaN(bound)
        )
            throw new RequestException($"filter compares {name} with '{value}', which is no number.");
        return sign switch
        {
            ">=" => place => of(place) >= bound,
            "<=" => place => of(place) <= bound,
            ">" => place => of(place) > bound,
            "<" => place => of(place) < bound,
            "=" => place => of(place) == bound,
            "!=" => place => of(place) is var number && !double.IsNaN(number) && number != bound,
            _ => throw new RequestException($"filter '{filter}' looks for a text in a number."),
        };
    }

    // An id may hold the signs itself, as in op[=2/3].k: it is found among those that are known.
    static Func<int, bool> Answer(DecisionColumns? decisions, string filter)
    {
        foreach (var id in decisions?.Ids ?? [])
            if (filter.StartsWith(id, StringComparison.Ordinal))
                foreach (var sign in Operators)
                    if (filter.AsSpan(id.Length).StartsWith(sign) && decisions?.Find(id) is { } answers)
                        return Coded(sign, filter[(id.Length + sign.Length)..], answers.Values, answers.Taken);
        throw new RequestException($"No birth answers the decision of the filter 'decision.{filter}'.");
    }

    // Of a column with few texts each is compared once.
    static Func<int, bool> Coded(string sign, string value, TextTable texts, Column<int> column)
    {
        var matches = new bool[texts.Texts.Count];
        for (var i = 0; i < matches.Length; i++)
            matches[i] = Holds(sign, texts.Texts[i], value);
        return place => column[place] is var number and >= 0 && matches[number];
    }

    static Func<int, bool> Text(string sign, string value, Func<int, string> of)
    {
        Holds(sign, "", value);
        return place => Holds(sign, of(place), value);
    }

    static bool Holds(string sign, string text, string value) =>
        sign switch
        {
            "=" => text == value,
            "!=" => text != value,
            "~" => text.Contains(value, StringComparison.OrdinalIgnoreCase),
            _ => throw new RequestException($"filter compares a text by {sign}; it takes =, != and ~."),
        };
}
