using System.Text.Json;

namespace EvoNas.Spaces;

/// <summary>The fields of one JSON object, taken one by one. What is wrong is noted with its path and does not stop the
/// rest from being read.</summary>
sealed class JsonFields
{
    readonly Dictionary<string, JsonElement> _fields = [];
    readonly List<string> _faults;
    readonly bool _isObject;

    public JsonFields(JsonElement json, string path, List<string> faults)
    {
        (Path, _faults, _isObject) = (path, faults, json.ValueKind == JsonValueKind.Object);
        if (!_isObject)
        {
            Fault(path, $"expected an object, found {Found(json)}.");
            return;
        }
        foreach (var field in json.EnumerateObject())
            if (!_fields.TryAdd(field.Name, field.Value))
                Fault($"{path}.{field.Name}", "is there twice; keep one.");
    }

    public string Path { get; }

    public bool Has(string name) => _fields.ContainsKey(name);

    public string PathOf(string name) => $"{Path}.{name}";

    /// <summary>The object under a field that is there.</summary>
    public JsonFields Nested(string name) => new(_fields[name], PathOf(name), _faults);

    /// <summary>A field that is there, without white space and comments.</summary>
    public string Canonical(string name) => JsonSerializer.Serialize(_fields[name]);

    /// <summary>Notes every field that is none of these.</summary>
    public void Know(params string[] known)
    {
        foreach (var name in _fields.Keys.Except(known))
        {
            var hint = Nearest.To(name, known) is { } near
                ? $"did you mean '{near}'?"
                : $"expected {string.Join(", ", known)}.";
            Fault($"{Path}.{name}", $"is not known here; {hint}");
        }
    }

    public JsonElement? Take(string name, string expected)
    {
        if (_fields.TryGetValue(name, out var value))
            return value;
        if (_isObject)
            Fault(Path, $"'{name}' is missing; expected {expected}.");
        return null;
    }

    /// <summary>A string of at most 1,000 characters; null where it is missing or is none.</summary>
    public string? Text(string name, bool needed = true)
    {
        if (!needed && !Has(name))
            return null;
        if (Take(name, "a string") is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= 1000 } text)
            return text;
        Fault(PathOf(name), $"expected a string of at most 1000 characters, found {Found(value)}.");
        return null;
    }

    public bool Flag(string name, bool usual)
    {
        if (!_fields.TryGetValue(name, out var value))
            return usual;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Fault(PathOf(name), $"expected true or false, found {Found(value)}.");
        return usual;
    }

    /// <summary>A whole number in the interval; null where it is missing or is none.</summary>
    public long? Whole(string name, long min, long max, long? usual = null)
    {
        if (usual is not null && !Has(name))
            return usual;
        if (Take(name, $"a whole number from {min} to {max}") is not { } value)
            return null;
        if (
            value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number)
            && number >= min
            && number <= max
        )
            return number;
        Fault(PathOf(name), $"expected a whole number from {min} to {max}, found {Found(value)}.");
        return null;
    }

    public decimal? Decimal(string name)
    {
        if (Take(name, "a number") is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number))
            return number;
        Fault(PathOf(name), $"expected a number, found {Found(value)}.");
        return null;
    }

    public double? Real(string name)
    {
        if (Take(name, "a number") is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number))
            return number;
        Fault(PathOf(name), $"expected a number, found {Found(value)}.");
        return null;
    }

    /// <summary>The items of a list with their paths; none where it is missing, is no list, or has too few or too
    /// many.</summary>
    public IReadOnlyList<(JsonElement Item, string Path)> List(string name, string expected, int countMax)
    {
        if (Take(name, expected) is not { } value)
            return [];
        if (
            value.ValueKind == JsonValueKind.Array
            && value.GetArrayLength() is var count
            && count >= 1
            && count <= countMax
        )
            return [.. value.EnumerateArray().Select((item, i) => (item, $"{PathOf(name)}[{i}]"))];
        Fault(PathOf(name), $"expected {expected}, at least 1 and at most {countMax}, found {Found(value)}.");
        return [];
    }

    public void Fault(string path, string what) => _faults.Add($"{path}: {what}");

    /// <summary>A value as it stands in the file, cut to a line.</summary>
    public static string Found(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Array => $"a list of {json.GetArrayLength()}",
            JsonValueKind.Object => "an object",
            _ when json.GetRawText() is { Length: > 40 } text => text[..40] + "…",
            _ => json.GetRawText(),
        };
}
