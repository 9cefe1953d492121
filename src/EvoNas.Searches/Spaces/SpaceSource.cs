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
        return File.ReadAllText(path);
    }

    /// <summary>A genotype as its numbers, the name of a published network, or <c>random</c>.</summary>
    public static (Genotype Genotype, Target? Target) Genotype(Space space, string text, ulong seed)
    {
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
}
