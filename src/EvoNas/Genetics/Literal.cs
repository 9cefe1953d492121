using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EvoNas.Genetics;

/// <summary>What a candidate stands for: a number, a flag, a word. Compares by value and kind (the integer 1 is not the
/// real 1.0).</summary>
public abstract record Literal
{
    Literal() { }

    /// <summary>A whole number.</summary>
    public sealed record Integer(long Value) : Literal;

    /// <summary>A real number; its text keeps the point (<c>1.0</c>).</summary>
    public sealed record Real(double Value) : Literal;

    /// <summary>True or false.</summary>
    public sealed record Flag(bool Value) : Literal;

    /// <summary>A word; its text stands in single quotes.</summary>
    public sealed record Word(string Value) : Literal;

    /// <summary>A list of literals, such as a pair of offsets.</summary>
    public sealed record List(Sequence<Literal> Items) : Literal;

    /// <summary>This value as a number.</summary>
    /// <exception cref="InvalidOperationException">It is a word or a list.</exception>
    public double Number =>
        this switch
        {
            Integer i => i.Value,
            Real r => r.Value,
            Flag f => f.Value ? 1 : 0,
            _ => throw new InvalidOperationException($"{this} is no number."),
        };

    /// <summary>This value as a whole number; a real one is truncated toward zero.</summary>
    public int Whole => checked((int)Number);

    /// <summary>Reads a number, a flag, a string or a list of these.</summary>
    /// <exception cref="RequestException">The element is null or an object, or a number that is too large.</exception>
    public static Literal From(JsonElement json, string path) =>
        json.ValueKind switch
        {
            // A float keeps its point: 1.0 and 1 are different candidates.
            JsonValueKind.Number when json.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0 => json.TryGetInt64(
                out var whole
            )
                ? new Integer(whole)
                : throw new RequestException(
                    $"{path}: {json.GetRawText()} is too large for a whole number; write it with a point."
                ),
            JsonValueKind.Number => json.TryGetDouble(out var real) && double.IsFinite(real)
                ? new Real(real)
                : throw new RequestException($"{path}: {json.GetRawText()} is too large for a number."),
            JsonValueKind.True => new Flag(true),
            JsonValueKind.False => new Flag(false),
            JsonValueKind.String => new Word(json.GetString()!), // A string element holds a string.
            JsonValueKind.Array => new List(
                new([.. json.EnumerateArray().Select((item, i) => From(item, $"{path}[{i}]"))])
            ),
            var kind => throw new RequestException(
                $"{path}: {(kind == JsonValueKind.Null ? "null" : "an object")} is no value; use a number, true, "
                    + "false, a string or a list of these."
            ),
        };

    /// <summary>The value as JSON. A whole real keeps its point.</summary>
    public JsonNode ToJson() =>
        this switch
        {
            Integer i => JsonValue.Create(i.Value),
            Real r => JsonNode.Parse(Text(r.Value))!, // The text of a finite double is JSON.
            Flag f => JsonValue.Create(f.Value),
            Word w => JsonValue.Create(w.Value),
            List l => new JsonArray([.. l.Items.Select(item => item.ToJson())]),
            _ => throw new System.Diagnostics.UnreachableException($"Literal {GetType().Name} has no arm in ToJson."),
        };

    /// <summary>The text of the trial protocol: <c>3</c>, <c>0.25</c>, <c>1.0</c>, <c>True</c>,
    /// <c>'conv'</c>.</summary>
    public sealed override string ToString() =>
        this switch
        {
            Integer i => i.Value.ToString(CultureInfo.InvariantCulture),
            Real r => Text(r.Value),
            Flag f => f.Value ? "True" : "False",
            Word w => $"'{w.Value}'",
            List l => $"[{string.Join(", ", l.Items)}]",
            _ => throw new System.Diagnostics.UnreachableException($"Literal {GetType().Name} has no arm in ToString."),
        };

    /// <summary>A whole number as a literal.</summary>
    public static implicit operator Literal(int value) => new Integer(value);

    /// <summary>A real number as a literal.</summary>
    public static implicit operator Literal(double value) => new Real(value);

    /// <summary>A flag as a literal.</summary>
    public static implicit operator Literal(bool value) => new Flag(value);

    /// <summary>A word as a literal.</summary>
    public static implicit operator Literal(string value) => new Word(value);

    /// <summary>The shortest digits that read back, always with a point or an exponent.</summary>
    internal static string Text(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E', 'N') < 0 && double.IsFinite(value) ? text + ".0" : text;
    }
}
