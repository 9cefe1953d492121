using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;

namespace EvoNas.Searches.Spaces;

/// <summary>From what people write to a space, a genotype and what its network is built for.</summary>
static class SpaceSource
{
    const long BytesMax = 1 << 20;

    // Takes whatever the reader of spaces takes.
    static readonly JsonDocumentOptions Lenient = new()
    {
        MaxDepth = 256,
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>A space of the catalog, the one of a JSON file, or one of a class library:
    /// <c>my.dll#My.Type</c>.</summary>
    public static Space Find(string written) =>
        TextOf(written) is { } text ? FromText(text) : SpaceCatalog.Find(written);

    /// <summary>What a search keeps of a space that does not come with the program, and its workers are told; null for
    /// one that does.</summary>
    public static string? TextOf(string written)
    {
        if (written.LastIndexOf(AssemblySpace.Mark, StringComparison.OrdinalIgnoreCase) is var mark and >= 0)
        {
            var end = mark + AssemblySpace.Mark.Length;
            return JsonText.Of(
                new JsonObject { ["assembly"] = Path.GetFullPath(written[..(end - 1)]), ["type"] = written[end..] },
                indented: false
            );
        }
        return
            written.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            || written.Contains(Path.DirectorySeparatorChar)
            ? ReadFile(written)
            : null;
    }

    /// <summary>The text of a space with training settings that its points answer too, see
    /// <see cref="Tuning"/>.</summary>
    /// <param name="name">Of a space of the catalog; not read where there is a text.</param>
    /// <param name="text">Of the space's own file; null for one of the catalog.</param>
    /// <param name="tuned">As <see cref="Tuning.Read"/> takes them; the text may have others already.</param>
    /// <exception cref="RequestException">One cannot be read, or the space is one of a class library.</exception>
    public static string Tuned(string name, string? text, IReadOnlyList<string> tuned)
    {
        foreach (var one in tuned)
            Tuning.Read(one);
        if (text is not null && AssemblyOf(text) is not null)
            throw new RequestException(
                $"A class library says itself what of the training is tuned; --tune does not add to it.",
                $"Give its space decisions whose names begin with {Tuning.Prefix}."
            );
        var json = text is null
            ? new JsonObject { ["name"] = $"{SpaceCatalog.Find(name).Name}-tuned", ["base"] = name }
            : JsonNode.Parse(text, null, Lenient) as JsonObject
                ?? throw new RequestException($"'{name}' is no object of JSON.", "docs/spaces.md tells the format.");
        var all = json["tune"] as JsonArray ?? [];
        json["tune"] = new JsonArray([.. all.Select(item => item?.DeepClone()), .. tuned.Select(one => (JsonNode)one)]);
        return JsonText.Of(json, indented: false);
    }

    /// <summary>The text of a space over a network that was found earlier.</summary>
    /// <param name="name">Of a space of the catalog; not read where there is a text.</param>
    /// <param name="text">Of the space's own file; null for one of the catalog.</param>
    /// <param name="network">As a space's <c>network</c> takes it: its space, genotype and profile.</param>
    /// <exception cref="RequestException">The space has a network already, or takes none.</exception>
    public static string Over(string name, string? text, JsonObject network)
    {
        if (text is not null && AssemblyOf(text) is not null)
            throw new RequestException("A class library says itself what its networks are.", "Leave --network-of out.");
        var of = network["space"] is JsonObject own ? (string?)own["name"] : (string?)network["space"];
        var made = $"{name}-on-{of}";
        var json = text is null
            ? new JsonObject { ["name"] = made[..Math.Min(made.Length, 64)], ["base"] = SpaceCatalog.Find(name).Name }
            : JsonNode.Parse(text, null, Lenient) as JsonObject
                ?? throw new RequestException($"'{name}' is no object of JSON.", "docs/spaces.md tells the format.");
        if (json.ContainsKey("network"))
            throw new RequestException($"'{name}' has a network already.", "Leave --network-of out.");
        json["network"] = network;
        return JsonText.Of(json, indented: false);
    }

    /// <summary>Reads <see cref="TextOf"/>.</summary>
    public static Space FromText(string text) =>
        AssemblyOf(text) is var (path, type) ? AssemblySpace.Load(path, type) : CustomSpace.Read(text);

    static (string Path, string Type)? AssemblyOf(string text)
    {
        try
        {
            return
                JsonNode.Parse(text) is JsonObject json
                && (string?)json["assembly"] is { } path
                && (string?)json["type"] is { } type
                ? (path, type)
                : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        } // The reader of spaces tells what is wrong.
    }

    static string ReadFile(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new RequestException(
                $"There is no file '{path}'.",
                "Spaces that come with the program: evonas spaces."
            );
        if (file.Length > BytesMax)
            throw new RequestException($"'{path}' has {file.Length} bytes; a space has at most {BytesMax}.");
        var text = Utf8Text.Read(path);
        RefuseControlCharacters(text, path);
        return text;
    }

    // Names and candidates stand on terminals, in lines, tables and pictures. The text of a search that has begun is
    // not read here.
    static void RefuseControlCharacters(string text, string path)
    {
        (string Place, string Text)[] texts;
        try
        {
            texts = [.. Texts(JsonNode.Parse(text, null, Lenient))];
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return; // The reader of spaces tells what is wrong.
        }
        foreach (var (place, found) in texts)
            if (Printable.Of(found) is var printable && printable != found)
                throw new RequestException(
                    $"'{path}': {place} is \"{printable}\"; it has a control character.",
                    "Names and candidates are shown on terminals and in lines: leave it out."
                );
    }

    static IEnumerable<(string Place, string Text)> Texts(JsonNode? node) =>
        node switch
        {
            JsonObject fields => fields.SelectMany(field =>
                Texts(field.Value).Prepend(($"a name at {fields.GetPath()}", field.Key))
            ),
            JsonArray items => items.SelectMany(Texts),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => [(value.GetPath(), (string)value!)],
            _ => [],
        };

    /// <summary>A genotype as its numbers, a JSON object of its values, the name of a published network, or
    /// <c>random</c>.</summary>
    public static (Genotype Genotype, Target? Target) Genotype(Space space, string text, ulong seed)
    {
        if (text.StartsWith('{'))
            return (FromValues(space, text), null);
        if (text == "random")
            return (space.Decisions.Sample(SeededRandom.For(seed, "describe")), null);
        if (text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '.'))
            return (space.Decisions.Parse(text), null);
        if (space.Named.Count == 0)
            throw new RequestException(
                $"'{text}' is not a genotype of '{space.Name}'.",
                "Write its numbers with commas between, or random."
            );
        var named = space.FindNamed(text);
        return (named.Genotype, named.Target);
    }

    /// <summary>The genotype of named values.</summary>
    /// <param name="space">Names them.</param>
    /// <param name="json">An object: <c>{"depth": 13, …}</c>.</param>
    /// <exception cref="RequestException">The text is not JSON, or names no point of the space.</exception>
    public static Genotype FromValues(Space space, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return space.Decisions.FromValues(document.RootElement);
        }
        catch (JsonException fault)
        {
            throw new RequestException(
                $"The values are not JSON: {fault.Message}",
                "Write them in braces and in quotes of the shell: '{\"depth\": 13, …}'."
            );
        }
    }
}
