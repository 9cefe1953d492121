using System.Text;

namespace EvoNas.Searches.Configuration;

/// <summary>Reads the part of HOCON that our files use: comments, nested objects, dotted keys, quoted and unquoted
/// values, lists, includes.</summary>
/// <remarks>Akka.NET's reader reads more (substitutions, concatenated objects); a build without Akka has this one. What
/// it does not know it refuses, with the line. Within one file a value may be written once: a second one is more often
/// a slip than a wish. Across files the later one wins.</remarks>
sealed class HoconReader
{
    const int BytesMax = 1 << 20,
        DepthMax = 32,
        IncludesMax = 16;

    readonly string _text,
        _source;
    readonly string? _folder;
    readonly int _includes;
    int _at,
        _line = 1;

    HoconReader(string text, string source, string? folder, int includes) =>
        (_text, _source, _folder, _includes) = (text, source, folder, includes);

    /// <summary>Reads a file.</summary>
    /// <exception cref="RequestException">It cannot be read; the first thing wrong with its line.</exception>
    public static HoconNode.Tree ReadFile(string path, int includes = 0)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new RequestException(
                $"There is no configuration file '{path}'.",
                "Check the path after --config, or the include that names it."
            );
        if (file.Length > BytesMax)
            throw new RequestException(
                $"'{path}' has {file.Length} bytes; a configuration file has at most {BytesMax}."
            );
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (ArgumentException)
        {
            throw new RequestException($"'{path}' is no UTF-8 text.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new RequestException($"'{path}' may not be read.", $"Allow it: chmod +r '{path}'.");
        }
        return Read(text.TrimStart('\uFEFF'), path, file.DirectoryName, includes);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">Of the file.</param>
    /// <param name="source">Its name in errors.</param>
    /// <param name="folder">Where its includes are; null: it may have none.</param>
    /// <param name="includes">How many includes led here.</param>
    public static HoconNode.Tree Read(string text, string source, string? folder = null, int includes = 0)
    {
        var reader = new HoconReader(text, source, folder, includes);
        reader.SkipBlank();
        var braced = reader.Take('{');
        var tree = reader.ReadObject(braced, 1);
        reader.SkipBlank();
        return reader._at == text.Length
            ? tree
            : throw reader.Wrong($"'{reader._text[reader._at]}' after the end of the file's object");
    }

    HoconNode.Tree ReadObject(bool braced, int depth)
    {
        if (depth > DepthMax)
            throw Wrong($"more than {DepthMax} objects within each other");
        var origin = Here;
        HoconNode tree = HoconNode.Tree.Empty with { Origin = origin };
        // Values of this file alone, to find one that is written twice; what an include brought may be replaced.
        HoconNode own = tree;
        while (true)
        {
            SkipSeparators();
            if (_at == _text.Length)
                return braced
                    ? throw Wrong($"the object that begins at line {origin.Line} has no closing brace")
                    : (HoconNode.Tree)tree;
            if (_text[_at] == '}')
            {
                if (!braced)
                    return (HoconNode.Tree)tree;
                _at++;
                return (HoconNode.Tree)tree;
            }
            if (IsInclude())
            {
                tree = tree.Under(ReadInclude());
                continue;
            }
            var at = Here;
            var path = ReadKey();
            SkipSpaces();
            var value = ReadAssigned(path, depth).At(path);
            if (Twice(own, value, path) is { } first)
                throw Wrong($"'{path}' is written a second time; the first is at line {first.Line}", at);
            own = own.Under(value);
            tree = tree.Under(value);
            EndOfEntry();
        }
    }

    static Origin? Twice(HoconNode own, HoconNode added, string path)
    {
        if (own.Find(path) is not { } old || added.Find(path) is not { } added1)
            return null;
        if (old is not HoconNode.Tree below || added1 is not HoconNode.Tree above)
            return old.Origin;
        foreach (var key in above.Children.Keys)
            if (
                below.Children.TryGetValue(key, out var one)
                && Twice(one.At("it"), above.Children[key].At("it"), "it") is { } first
            )
                return first;
        return null;
    }

    HoconNode ReadAssigned(string path, int depth)
    {
        if (_at < _text.Length && _text[_at] == '{')
        {
            _at++;
            return ReadObject(braced: true, depth + 1);
        }
        if (_at + 1 < _text.Length && _text[_at] == '+' && _text[_at + 1] == '=')
            throw Wrong($"'{path} +=' is not read here; write the whole list");
        if (!Take('=') && !Take(':'))
            throw Wrong($"'{path}' has no value: '=', ':' or '{{' is expected");
        SkipSpaces();
        return ReadValue(path, depth);
    }

    HoconNode ReadValue(string path, int depth)
    {
        var origin = Here;
        if (_at == _text.Length || _text[_at] is '\n' or ',' or '}' or ']' or '#')
            throw Wrong($"'{path}' has no value");
        switch (_text[_at])
        {
            case '{':
                _at++;
                return ReadObject(braced: true, depth + 1);
            case '[':
                _at++;
                return ReadList(path, depth + 1, origin);
            case '"':
                return new HoconNode.Text(origin, ReadQuoted(), Quoted: true);
            default:
                return new HoconNode.Text(origin, ReadUnquoted(), Quoted: false);
        }
    }

    HoconNode.List ReadList(string path, int depth, Origin origin)
    {
        if (depth > DepthMax)
            throw Wrong($"more than {DepthMax} lists within each other");
        var items = new List<HoconNode>();
        while (true)
        {
            SkipSeparators();
            if (_at == _text.Length)
                throw Wrong($"the list that begins at line {origin.Line} has no closing bracket");
            if (Take(']'))
                return new(origin, items);
            items.Add(ReadValue(path, depth));
            SkipSpaces();
            if (_at < _text.Length && _text[_at] is not (',' or '\n' or ']' or '#' or '/'))
                throw Wrong($"'{_text[_at]}' after an item of the list; a comma or a new line is expected");
        }
    }

    string ReadKey()
    {
        var path = new StringBuilder();
        while (true)
        {
            if (_at < _text.Length && _text[_at] == '"')
                path.Append(
                    ReadQuoted() is var key && !key.Contains('.') && key != ""
                        ? key
                        : throw Wrong($"the key \"{key}\" is empty or has a dot; such keys are not read here")
                );
            else
            {
                var from = _at;
                while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '-' or '_'))
                    _at++;
                if (_at == from)
                    throw Wrong(
                        _at == _text.Length ? "a key is expected at the end" : $"'{_text[_at]}' where a key is expected"
                    );
                path.Append(_text.AsSpan(from, _at - from));
            }
            if (!Take('.'))
                return path.ToString();
            path.Append('.');
        }
    }

    string ReadQuoted()
    {
        if (_text.AsSpan(_at).StartsWith("\"\"\""))
        {
            var close = _text.IndexOf("\"\"\"", _at + 3, StringComparison.Ordinal);
            if (close < 0)
                throw Wrong("a text in triple quotes has no end");
            var raw = _text[(_at + 3)..close];
            _line += raw.Count(received => received == '\n');
            _at = close + 3;
            return raw;
        }
        var text = new StringBuilder();
        for (_at++; ; _at++)
        {
            if (_at == _text.Length || _text[_at] == '\n')
                throw Wrong("a quoted text has no end on its line");
            var received = _text[_at];
            if (received == '"')
            {
                _at++;
                return text.ToString();
            }
            if (received != '\\')
            {
                text.Append(received);
                continue;
            }
            if (++_at == _text.Length)
                throw Wrong("a quoted text has no end on its line");
            text.Append(
                _text[_at] switch
                {
                    '"' => '"',
                    '\\' => '\\',
                    '/' => '/',
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\b',
                    'f' => '\f',
                    'u'
                        when _at + 4 < _text.Length
                            && ushort.TryParse(
                                _text.AsSpan(_at + 1, 4),
                                System.Globalization.NumberStyles.HexNumber,
                                null,
                                out var code
                            ) => Escaped(code),
                    var other => throw Wrong($"'\\{other}' is no escape"),
                }
            );
        }

        char Escaped(ushort code)
        {
            _at += 4;
            return (char)code;
        }
    }

    string ReadUnquoted()
    {
        var from = _at;
        while (
            _at < _text.Length
            && _text[_at] is not ('\n' or ',' or '}' or ']' or '#')
            && !(_text[_at] == '/' && _at + 1 < _text.Length && _text[_at + 1] == '/')
        )
        {
            if (_text[_at] == '$' && _at + 1 < _text.Length && _text[_at + 1] == '{')
                throw Wrong("substitutions (${…}) are not read here; write the value");
            if (_text[_at] is '"' or '{' or '[' or '=' || (_text[_at] == ':' && !IsInAddress()))
                throw Wrong($"'{_text[_at]}' within an unquoted text; put the text in quotes");
            _at++;
        }
        return _text[from.._at].TrimEnd();
    }

    // A colon is common in addresses and device names (cuda:0); only one that is followed by a space begins a value.
    bool IsInAddress() => _at + 1 < _text.Length && !char.IsWhiteSpace(_text[_at + 1]);

    bool IsInclude() =>
        _text.AsSpan(_at).StartsWith("include")
        && _at + 7 < _text.Length
        && _text[_at + 7] is ' ' or '\t'
        && IncludeFollows();

    bool IncludeFollows()
    {
        var next = _at + 7;
        while (next < _text.Length && _text[next] is ' ' or '\t')
            next++;
        return next < _text.Length && _text[next] is not ('=' or ':' or '{');
    }

    HoconNode.Tree ReadInclude()
    {
        var at = Here;
        _at += 7;
        SkipSpaces();
        if (_at == _text.Length || _text[_at] != '"')
            throw Wrong("an include names a file in quotes: include \"site.conf\"", at);
        var name = ReadQuoted();
        EndOfEntry();
        if (_folder is null)
            throw Wrong("there are no includes here", at);
        if (_includes == IncludesMax)
            throw Wrong($"more than {IncludesMax} files include each other; is there a circle?", at);
        var path = Path.Combine(_folder, name);
        if (name == EffectiveSettings.DefaultsName && !File.Exists(path))
            return EffectiveSettings.Defaults;
        if (!File.Exists(path))
            throw Wrong($"the included file '{path}' does not exist", at);
        return ReadFile(path, _includes + 1);
    }

    void EndOfEntry()
    {
        SkipSpaces();
        if (
            _at == _text.Length
            || _text[_at] is '\n' or ',' or '}' or '#'
            || (_text[_at] == '/' && _at + 1 < _text.Length && _text[_at + 1] == '/')
        )
            return;
        throw Wrong($"'{_text[_at]}' after a value; a comma or a new line is expected");
    }

    void SkipSpaces()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r')
            _at++;
    }

    void SkipBlank()
    {
        while (_at < _text.Length)
            if (_text[_at] == '\n')
            {
                _line++;
                _at++;
            }
            else if (char.IsWhiteSpace(_text[_at]))
                _at++;
            else if (_text[_at] == '#' || (_text[_at] == '/' && _at + 1 < _text.Length && _text[_at + 1] == '/'))
                while (_at < _text.Length && _text[_at] != '\n')
                    _at++;
            else
                return;
    }

    void SkipSeparators()
    {
        SkipBlank();
        while (Take(','))
            SkipBlank();
    }

    bool Take(char received)
    {
        if (_at == _text.Length || _text[_at] != received)
            return false;
        _at++;
        return true;
    }

    Origin Here => new(_source, _line);

    RequestException Wrong(string what) => Wrong(what, Here);

    static RequestException Wrong(string what, Origin at) => new($"{at}: {what}.");
}
