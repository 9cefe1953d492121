using System.Text.RegularExpressions;
using Akka.Configuration.Hocon;

namespace EvoNas.Searches.Configuration;

/// <summary>Reads HOCON files by Akka's parser, and knows the file and the line of each value.</summary>
/// <remarks>Substitutions (<c>${…}</c>) and <c>+=</c> are refused: they would be carried out within one file, before
/// the defaults and the command line are known. Across files the later value wins; an include lies where it is
/// written.</remarks>
static partial class HoconReader
{
    const int BytesMax = 1 << 20,
        IncludesMax = 16;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="includes">How many includes led to this file.</param>
    /// <exception cref="RequestException">It cannot be read; the message names the first fault and its
    /// line.</exception>
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
        return Read(Utf8Text.Read(path), path, file.DirectoryName, includes);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="source">The name of the file in error messages.</param>
    /// <param name="folder">The folder of its includes; null: it may have none.</param>
    /// <param name="includes">How many includes led to this text.</param>
    /// <exception cref="RequestException">It cannot be read; the message names the first fault and its
    /// line.</exception>
    public static HoconNode.Tree Read(string text, string source, string? folder = null, int includes = 0)
    {
        var syntax = HoconSyntax.Check(text, source);
        var values = Parse(syntax.Parsable, source);
        var tree = new HoconNode.Tree(new(source, 1), []);
        Lay(tree, values, syntax.Entries, include => Included(include, folder, includes));
        return tree;
    }

    // Lays the entries of an object over a tree, in order, and makes sure that the parser has no key besides them.
    static void Lay(
        HoconNode.Tree tree,
        HoconObject values,
        IReadOnlyList<HoconEntry> entries,
        Func<HoconEntry, HoconNode.Tree> included
    )
    {
        var found = 0;
        foreach (var entry in entries)
            if (entry.Kind == HoconKind.Include)
                tree.Lay(entry.Path, included(entry));
            else
            {
                tree.Lay(entry.Path, Node(Find(values, entry.Path) ?? throw Differs(entry), entry));
                found += entry.Kind == HoconKind.Object ? 0 : 1;
            }
        if (Leaves(values, depth: 0) != found)
            throw new RequestException(
                $"{tree.Origin}: there is a key that Akka's parser reads and EvoNas does not.",
                "Write one 'key = value' a line."
            );
    }

    // Includes are laid over what stands before them here: Akka's parser would ask for them without their place.
    static HoconObject Parse(string text, string source)
    {
        try
        {
            return Parser.Parse(text, _ => new(Empty())).Value.GetObject() ?? new();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // It tells the position of some faults, and of no fault the line.
            var position = Position().Match(fault.Message);
            var line = position.Success
                ? 1 + text.AsSpan(0, Math.Min(text.Length, int.Parse(position.Groups[1].ValueSpan))).Count('\n')
                : 0;
            var reason = fault.Message.Split('\n')[0].TrimEnd('.', ':', ' ');
            throw new RequestException(
                $"{new Origin(source, line)}: Akka's parser refuses this: {reason}.",
                "Put texts with special characters in quotes."
            );
        }
    }

    static HoconValue Empty()
    {
        var value = new HoconValue();
        value.AppendValue(new HoconObject());
        return value;
    }

    static HoconNode.Tree Included(HoconEntry include, string? folder, int includes)
    {
        RequestException Wrong(string what) => new($"{include.Origin}: {what}.");

        if (folder is null)
            throw Wrong("there are no includes here");
        if (includes == IncludesMax)
            throw Wrong($"more than {IncludesMax} files include each other; is there a circle?");
        var path = Path.Combine(folder, include.File);
        if (include.File == EffectiveSettings.DefaultsName && !File.Exists(path))
            return EffectiveSettings.Defaults;
        if (!File.Exists(path))
            throw Wrong($"the included file '{path}' does not exist");
        return ReadFile(path, includes + 1);
    }

    static HoconValue? Find(HoconObject root, string path)
    {
        HoconObject? within = root;
        HoconValue? value = null;
        foreach (var key in path.Split('.'))
        {
            if (within is null || !within.Items.TryGetValue(key, out value))
                return null;
            within = Single<HoconObject>(value);
        }
        return value;
    }

    // Only the written form is asked of the parser's objects: IsString and its kind recurse without a bound.
    static HoconNode Node(HoconValue value, HoconEntry entry)
    {
        var literals = value.Values.OfType<HoconLiteral>().Select(literal => literal.Value ?? "").ToArray();
        switch (entry.Kind)
        {
            case HoconKind.Object when Single<HoconObject>(value) is { } inner:
                var tree = new HoconNode.Tree(entry.Origin, []);
                // What lies within an object has entries of its own, unless the object is an item of a list.
                if (entry.Items.Count > 0)
                    Lay(tree, inner, entry.Items, _ => throw Differs(entry));
                return tree;
            case HoconKind.List when Single<HoconArray>(value) is { } array && array.Count == entry.Items.Count:
                return new HoconNode.List(entry.Origin, [.. array.Zip(entry.Items, Node)]);
            // Spaces behind the quotes are literals of their own.
            case HoconKind.Quoted when literals.Length == value.Values.Count && literals.Skip(1).All(IsBlank):
                return new HoconNode.Text(entry.Origin, literals.FirstOrDefault(""), Quoted: true);
            case HoconKind.Unquoted when literals.Length == value.Values.Count && !literals.All(IsBlank):
                return new HoconNode.Text(entry.Origin, string.Concat(literals).Trim(), Quoted: false);
            default:
                throw Differs(entry);
        }
    }

    // The one element of a value besides blanks.
    static T? Single<T>(HoconValue value)
        where T : class, IHoconElement
    {
        var elements = value.Values.Where(element => element is not HoconLiteral literal || !IsBlank(literal.Value));
        return elements.Take(2).ToArray() is [T one] ? one : null;
    }

    static bool IsBlank(string? text) => string.IsNullOrWhiteSpace(text);

    static int Leaves(HoconObject within, int depth) =>
        depth > 64
            ? int.MinValue / 2
            : within.Items.Values.Sum(value => Single<HoconObject>(value) is { } inner ? Leaves(inner, depth + 1) : 1);

    static RequestException Differs(HoconEntry entry) =>
        new(
            $"{entry.Origin}: Akka's parser reads '{entry.Path}' in another way than it is written.",
            "Put the text in quotes, and write one 'key = value' a line."
        );

    [GeneratedRegex(@"position (\d{1,9})")]
    private static partial Regex Position();
}
