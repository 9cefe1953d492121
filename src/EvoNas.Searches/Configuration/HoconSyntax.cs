namespace EvoNas.Searches.Configuration;

/// <summary>What a piece of a HOCON text is.</summary>
enum HoconKind
{
    Object,
    List,
    Quoted,
    Unquoted,
    Include,
}

/// <summary>A value, or an include, and the place where it is written.</summary>
/// <param name="Path">Keys with dots between them; for an include, the path of the object that holds it.</param>
/// <param name="Kind">What is written there.</param>
/// <param name="Origin">The file and the line.</param>
/// <param name="Items">The items of a list, or the entries of an object that is an item; otherwise empty.</param>
/// <param name="File">The file that an include names; otherwise empty.</param>
sealed record HoconEntry(string Path, HoconKind Kind, Origin Origin, IReadOnlyList<HoconEntry> Items, string File = "");

/// <summary>Finds out where each value of a HOCON text is written, and refuses text that is not well formed.</summary>
/// <remarks>The values themselves come from Akka's parser. That parser names no lines, takes the last of two values of
/// one key, and guesses where a text is malformed: an object without its closing brace, a value without its key and a
/// key without its value all pass. It also ends the process by a stack overflow on deep nesting. So this check comes
/// first. Within one file a key may be written once: a second one is more often a slip than intended.
/// The parser refuses a comma behind the closing brace of an object, which HOCON allows: it gets
/// <see cref="Parsable"/>, with line ends for such commas.</remarks>
sealed class HoconSyntax
{
    const int DepthMax = 32;

    readonly string _text,
        _source;
    readonly char[] _parsable;
    int _at,
        _line = 1;

    HoconSyntax(string text, string source) => (_text, _source, _parsable) = (text, source, text.ToCharArray());

    /// <summary>The values and includes of the text, in the order in which they are written.</summary>
    public IReadOnlyList<HoconEntry> Entries { get; private set; } = [];

    /// <summary>The text for Akka's parser; each character stands where it stands in the file.</summary>
    public string Parsable => new(_parsable);

    /// <summary>Checks a text.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="source">The name of the file in error messages.</param>
    /// <exception cref="RequestException">The text is not well formed, or writes a key twice; the message names the
    /// line.</exception>
    public static HoconSyntax Check(string text, string source)
    {
        var syntax = new HoconSyntax(text, source);
        var entries = new ObjectEntries();
        syntax.SkipBlank();
        syntax.CheckObject(syntax.Take('{'), "", depth: 1, entries);
        syntax.SkipBlank();
        if (syntax._at < text.Length)
            throw syntax.Wrong($"'{text[syntax._at]}' after the end of the file's object");
        syntax.Entries = entries.InOrder;
        return syntax;
    }

    /// <summary>The entries of one object, with the lines of its keys.</summary>
    sealed class ObjectEntries
    {
        readonly Dictionary<string, int> _values = [],
            _objects = [];

        public List<HoconEntry> InOrder { get; } = [];

        /// <summary>Adds an entry.</summary>
        /// <returns>What is wrong with its key; null if nothing is.</returns>
        public string? Add(HoconEntry entry)
        {
            InOrder.Add(entry);
            if (entry.Kind == HoconKind.Include)
                return null;
            var path = entry.Path;
            for (var dot = path.LastIndexOf('.'); dot > 0; dot = path.LastIndexOf('.', dot - 1))
            {
                var parent = path[..dot];
                if (_values.TryGetValue(parent, out var at))
                    return $"'{path}' is within '{parent}', which has a value at line {at}";
                _objects.TryAdd(parent, entry.Origin.Line);
            }
            if (entry.Kind == HoconKind.Object)
            {
                _objects.TryAdd(path, entry.Origin.Line);
                return _values.TryGetValue(path, out var value) ? Twice(path, value) : null;
            }
            return _objects.TryGetValue(path, out var line) || !_values.TryAdd(path, entry.Origin.Line)
                ? Twice(path, line > 0 ? line : _values[path])
                : null;
        }

        static string Twice(string path, int line) => $"'{path}' is written a second time; the first is at line {line}";
    }

    void CheckObject(bool braced, string prefix, int depth, ObjectEntries entries)
    {
        var opened = _line;
        while (true)
        {
            SkipBlank();
            if (_at == _text.Length)
            {
                if (braced)
                    throw Wrong($"the object that begins at line {opened} has no closing brace");
                return;
            }
            if (_text[_at] == '}')
            {
                if (braced)
                    _at++;
                return;
            }
            if (IsInclude())
                entries.Add(CheckInclude(prefix));
            else
                CheckEntry(prefix, depth, entries);
            EndEntry();
        }
    }

    void CheckEntry(string prefix, int depth, ObjectEntries entries)
    {
        var at = Here;
        var (key, keys) = CheckKey();
        var path = prefix == "" ? key : $"{prefix}.{key}";
        depth += keys;
        if (depth > DepthMax + 1)
            throw Wrong($"more than {DepthMax} objects within each other", at);
        SkipSpaces();
        if (!Next('{'))
        {
            if (Next('+') && _at + 1 < _text.Length && _text[_at + 1] == '=')
                throw Wrong($"'{path} +=' is not read here; write the whole list");
            if (!Take('=') && !Take(':'))
                throw Wrong($"'{path}' has no value: '=', ':' or '{{' is expected");
            SkipSpaces();
        }
        if (Next('{'))
        {
            if (entries.Add(new(path, HoconKind.Object, Here, [])) is { } fault)
                throw Wrong(fault, at);
            _at++;
            CheckObject(braced: true, path, depth, entries);
        }
        else if (entries.Add(CheckValue(path, depth)) is { } fault)
            throw Wrong(fault, at);
    }

    HoconEntry CheckValue(string path, int depth)
    {
        var origin = Here;
        if (_at == _text.Length || _text[_at] is '\n' or ',' or '}' or ']' or '#')
            throw Wrong($"'{path}' has no value");
        switch (_text[_at])
        {
            case '{':
                _at++;
                if (depth >= DepthMax)
                    throw Wrong($"more than {DepthMax} objects within each other");
                var inner = new ObjectEntries();
                CheckObject(braced: true, "", depth + 1, inner);
                return inner.InOrder.Any(entry => entry.Kind == HoconKind.Include)
                    ? throw Wrong("an include within a list is not read here", origin)
                    : new(path, HoconKind.Object, origin, inner.InOrder);
            case '[':
                _at++;
                return new(path, HoconKind.List, origin, CheckList(path, depth + 1, origin));
            case '"':
                CheckQuoted();
                return new(path, HoconKind.Quoted, origin, []);
            default:
                CheckUnquoted();
                return new(path, HoconKind.Unquoted, origin, []);
        }
    }

    List<HoconEntry> CheckList(string path, int depth, Origin origin)
    {
        if (depth > DepthMax)
            throw Wrong($"more than {DepthMax} lists within each other");
        var items = new List<HoconEntry>();
        while (true)
        {
            SkipBlank();
            if (_at == _text.Length)
                throw Wrong($"the list that begins at line {origin.Line} has no closing bracket");
            if (Take(']'))
                return items;
            items.Add(CheckValue($"{path}[{items.Count}]", depth));
            SkipSpaces();
            if (_at < _text.Length && _text[_at] is not (',' or '\n' or ']' or '#' or '/'))
                throw Wrong($"'{_text[_at]}' after an item of the list; a comma or a new line is expected");
            SkipBlank();
            Take(',');
        }
    }

    (string Path, int Keys) CheckKey()
    {
        var from = _at;
        var path = new System.Text.StringBuilder();
        for (var keys = 1; ; keys++)
        {
            if (Next('"'))
            {
                var key = CheckQuoted();
                if (key == "" || key.IndexOfAny(['.', '\\', '\n']) >= 0)
                    throw Wrong($"the key \"{key}\" is empty or has a dot or a backslash; such keys are not read here");
                path.Append(key);
            }
            else
            {
                from = _at;
                while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '-' or '_'))
                    _at++;
                if (_at == from)
                    throw Wrong(
                        _at == _text.Length ? "a key is expected at the end" : $"'{_text[_at]}' where a key is expected"
                    );
                path.Append(_text.AsSpan(from, _at - from));
            }
            if (!Take('.'))
                return (path.ToString(), keys);
            path.Append('.');
        }
    }

    // Returns the text between the quotes as it is written, escapes included.
    string CheckQuoted()
    {
        if (_text.AsSpan(_at).StartsWith("\"\"\""))
        {
            var close = _text.IndexOf("\"\"\"", _at + 3, StringComparison.Ordinal);
            if (close < 0)
                throw Wrong("a text in triple quotes has no end");
            var raw = _text[(_at + 3)..close];
            _line += raw.Count(one => one == '\n');
            _at = close + 3;
            return raw;
        }
        var from = ++_at;
        for (; ; _at++)
        {
            if (_at == _text.Length || _text[_at] == '\n')
                throw Wrong("a quoted text has no end on its line");
            if (_text[_at] == '"')
                return _text[from.._at++];
            if (_text[_at] != '\\')
                continue;
            if (++_at == _text.Length)
                throw Wrong("a quoted text has no end on its line");
            if (!"\"\\/ntrbf".Contains(_text[_at]) && !IsUnicodeEscape())
                throw Wrong($"'\\{_text[_at]}' is not an escape");
        }
    }

    bool IsUnicodeEscape() =>
        _text[_at] == 'u' && _at + 4 < _text.Length && _text.AsSpan(_at + 1, 4).IndexOfAnyExcept(HexDigits) < 0;

    static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create(
        "0123456789abcdefABCDEF"
    );

    void CheckUnquoted()
    {
        for (; _at < _text.Length && _text[_at] is not ('\n' or ',' or '}' or ']' or '#') && !IsComment(); _at++)
        {
            if (_text[_at] == '$' && _at + 1 < _text.Length && _text[_at + 1] == '{')
                throw Wrong("substitutions (${…}) are not read here; write the value");
            if ("\"{[=:$+?`^!@*&\\".Contains(_text[_at]))
                throw Wrong($"'{_text[_at]}' within an unquoted text; put the text in quotes");
            if (char.IsControl(_text[_at]) && _text[_at] is not ('\t' or '\r'))
                throw Wrong($"the control character U+{(int)_text[_at]:X4} within a text");
        }
    }

    // The word include, unless it is a key.
    bool IsInclude()
    {
        if (!_text.AsSpan(_at).StartsWith("include"))
            return false;
        var next = _at + 7;
        while (next < _text.Length && _text[next] is ' ' or '\t')
            next++;
        return next > _at + 7 && next < _text.Length && _text[next] is not ('=' or ':' or '{');
    }

    HoconEntry CheckInclude(string prefix)
    {
        var at = Here;
        _at += 7;
        SkipSpaces();
        if (!Next('"'))
            throw Wrong("an include names a file in quotes: include \"site.conf\"", at);
        var file = CheckQuoted();
        if (file.Contains('\\') || file.Contains('\n'))
            throw Wrong(
                "the name of an included file has a backslash or a line break; such names are not read here",
                at
            );
        return new(prefix, HoconKind.Include, at, [], file);
    }

    void EndEntry()
    {
        SkipSpaces();
        if (_at < _text.Length && _text[_at] is not ('\n' or ',' or '}' or '#') && !IsComment())
            throw Wrong($"'{_text[_at]}' after a value; a comma or a new line is expected");
        SkipBlank();
        if (Take(','))
            _parsable[_at - 1] = '\n';
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
            else if (_text[_at] == '#' || IsComment())
                while (_at < _text.Length && _text[_at] != '\n')
                    _at++;
            else
                return;
    }

    bool IsComment() => Next('/') && _at + 1 < _text.Length && _text[_at + 1] == '/';

    bool Next(char expected) => _at < _text.Length && _text[_at] == expected;

    bool Take(char expected)
    {
        if (!Next(expected))
            return false;
        _at++;
        return true;
    }

    Origin Here => new(_source, _line);

    RequestException Wrong(string what) => Wrong(what, Here);

    static RequestException Wrong(string what, Origin at) => new($"{at}: {what}.");
}
