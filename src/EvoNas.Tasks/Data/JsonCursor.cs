using System.Text.Json;

namespace EvoNas.Tasks.Data;

/// <summary>Reads a large JSON file token by token; every error names the file, the line and what was
/// expected.</summary>
ref struct JsonCursor
{
    readonly string _path;
    readonly ReadOnlySpan<byte> _json;
    Utf8JsonReader _reader;

    public JsonCursor(string path, ReadOnlySpan<byte> json)
    {
        _path = path;
        _json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        if (_json.TrimStart(" \t\r\n"u8).IsEmpty)
            throw new RequestException($"'{path}' is empty; a JSON file was expected.");
        _reader = new(_json, new JsonReaderOptions { MaxDepth = 64 });
        Next();
    }

    /// <summary>Part of the file, to be read once more.</summary>
    JsonCursor(string path, ReadOnlySpan<byte> json, Utf8JsonReader reader)
    {
        _path = path;
        _json = json;
        _reader = reader;
    }

    /// <summary>The current token.</summary>
    public readonly JsonTokenType Token => _reader.TokenType;

    /// <summary>A cursor that stays where this one is now.</summary>
    public readonly JsonCursor Fork() => new(_path, _json, _reader);

    /// <summary>Goes to the next token; at the end there is none.</summary>
    public void Next()
    {
        try
        {
            _reader.Read();
        }
        catch (JsonException error)
        {
            throw Malformed(error);
        }
    }

    /// <summary>Goes past the current value.</summary>
    public void Skip()
    {
        try
        {
            _reader.Skip();
        }
        catch (JsonException error)
        {
            throw Malformed(error);
        }
        Next();
    }

    /// <summary>Enters an array.</summary>
    public void EnterArray(string what) => Enter(JsonTokenType.StartArray, "a list", what);

    /// <summary>Enters an object.</summary>
    public void EnterObject(string what) => Enter(JsonTokenType.StartObject, "an object", what);

    /// <summary>Whether the array that was entered has another item; past the last one it is left.</summary>
    public bool HasItem()
    {
        if (Token != JsonTokenType.EndArray)
            return true;
        Next();
        return false;
    }

    /// <summary>The name of the next field of the object that was entered; past the last one it is left,
    /// null.</summary>
    public string? Field()
    {
        if (Token == JsonTokenType.EndObject)
        {
            Next();
            return null;
        }
        // Names that matter are few; the reader makes no string for the others' values.
        var name = Text("a field's name");
        return name;
    }

    /// <summary>A whole number of at most 64 bits; 3.0 is one.</summary>
    public long Id(string what)
    {
        if (Token != JsonTokenType.Number)
            throw Expected("a whole number", what);
        if (!_reader.TryGetInt64(out var id))
        {
            if (!_reader.TryGetDouble(out var value) || value != Math.Floor(value) || Math.Abs(value) > 1L << 53)
                throw Expected("a whole number of at most 64 bits", what);
            id = (long)value;
        }
        Next();
        return id;
    }

    /// <summary>A finite number.</summary>
    public double Number(string what)
    {
        if (Token != JsonTokenType.Number || !_reader.TryGetDouble(out var value) || !double.IsFinite(value))
            throw Expected("a finite number", what);
        Next();
        return value;
    }

    /// <summary>A number or truth value other than 0, false and null.</summary>
    public bool Flag(string what)
    {
        bool value;
        switch (Token)
        {
            case JsonTokenType.True:
                value = true;
                break;
            case JsonTokenType.False or JsonTokenType.Null:
                value = false;
                break;
            default:
                return Number(what) != 0;
        }
        Next();
        return value;
    }

    /// <summary>A text.</summary>
    public string Text(string what)
    {
        if (Token is not (JsonTokenType.String or JsonTokenType.PropertyName))
            throw Expected("a text", what);
        string text;
        try
        {
            text = _reader.GetString()!; // the token is a text
        }
        catch (InvalidOperationException)
        {
            throw Expected("a text in UTF-8", what);
        }
        Next();
        return text;
    }

    /// <summary>Whether the value is null, which is then passed.</summary>
    public bool IsNull()
    {
        if (Token != JsonTokenType.Null)
            return false;
        Next();
        return true;
    }

    /// <summary>An error at the current token.</summary>
    public readonly RequestException Expected(string expected, string what)
    {
        var at = (int)Math.Min(_reader.TokenStartIndex, _json.Length);
        var found = Token switch
        {
            JsonTokenType.StartObject or JsonTokenType.EndObject => "an object",
            JsonTokenType.StartArray or JsonTokenType.EndArray => "a list",
            JsonTokenType.String => "the text " + Shown(at),
            JsonTokenType.None => "nothing",
            _ => Shown(at),
        };
        return new($"'{_path}', line {Line(at)}: {what} must be {expected}, found {found}.");
    }

    /// <summary>An error about an entry that ended.</summary>
    public readonly RequestException Wrong(string what) => new($"'{_path}': {what}.");

    void Enter(JsonTokenType start, string expected, string what)
    {
        if (Token != start)
            throw Expected(expected, what);
        Next();
    }

    readonly RequestException Malformed(JsonException error)
    {
        var at = 0;
        for (var line = 0L; line < (error.LineNumber ?? 0); line++)
            at += _json[at..].IndexOf((byte)'\n') + 1;
        at = (int)Math.Min(at + (error.BytePositionInLine ?? 0), _json.Length);
        var number = (error.LineNumber ?? 0) + 1;
        var rest = _json[Math.Max(at - 1, 0)..].TrimStart("-:, "u8);
        if (rest.StartsWith("NaN"u8) || rest.StartsWith("Infinity"u8))
            return new($"'{_path}', line {number}: a finite number was expected, found {Word(rest)}.");
        return new(
            at >= _json.Length
                ? $"'{_path}' ends too early, in line {number}: it is not valid JSON."
                : $"'{_path}', line {number}, byte {(error.BytePositionInLine ?? 0) + 1}: this is not valid JSON: "
                    + $"'{Word(_json[at..])}'."
        );
    }

    readonly int Line(int at) => _json[..at].Count((byte)'\n') + 1;

    readonly string Shown(int at) => Word(_json[at..]);

    static string Word(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAny(",}] \r\n\t"u8);
        var word = rest[..Math.Min(end < 0 ? rest.Length : Math.Max(end, 1), 40)];
        return System.Text.Encoding.UTF8.GetString(word);
    }
}
