using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Searches.Configuration;
using EvoNas.Spaces;

namespace EvoNas.Searches.Requests;

/// <summary>The network that a search builds on, as a space's <c>network</c> has it:
/// <c>{"space": "mnasnet", "genotype": "0,1,…", "profile": "search_proxy"}</c>.</summary>
static class FixedNetwork
{
    /// <summary>Begins what is wrong with it, where a space is read.</summary>
    public const string Place = "$.network: ";

    /// <summary>The network that is asked for, or the usual one of policies; null: the space stands alone.</summary>
    /// <param name="effective">What is asked for.</param>
    /// <param name="name">Of the space.</param>
    /// <param name="text">Of the space's own file; null for one of the catalog.</param>
    /// <param name="found">Finds the network of an earlier search by <c>NAME[/BIRTH]</c>.</param>
    /// <param name="isTrained">Candidates are trained.</param>
    /// <exception cref="RequestException">There is no such search, or nothing is trained.</exception>
    public static JsonObject? Of(
        EffectiveSettings effective,
        string name,
        string? text,
        Func<string, JsonObject>? found,
        bool isTrained
    )
    {
        if (effective.Text(NetworkSettings.NetworkOf) is not { } asked)
            return isTrained && text is null && SpaceCatalog.Find(name).PolicyTask is { } task ? Usual(task) : null;
        if (!isTrained)
            throw new RequestException(
                $"{NetworkSettings.NetworkOf.Option} is for trainings; this search looks its results up.",
                "Leave it out."
            );
        return found is null
            ? throw new RequestException(
                $"There is no search called '{asked}' here.",
                $"Leave {NetworkSettings.NetworkOf.Option} out."
            )
            : found(asked);
    }

    // Small ones that train in seconds on a CPU: seven groups of plain convolutions at their cheapest, and the blocks
    // of SpineNet-49 at a quarter of their filters.
    static JsonObject Usual(string task) =>
        task == "detection"
            ? Of(
                "mnasnet",
                null,
                Genotype.Of([
                    .. Enumerable.Repeat<int>(0, 6),
                    .. Enumerable.Repeat<int[]>([1, 0, 0, 0, 0, 0], 5).SelectMany(static group => group),
                    .. Enumerable.Repeat<int>(0, 6),
                ]),
                "search_proxy"
            )
            : Of("spinenet", null, SpaceCatalog.Find("spinenet").FindNamed("SpineNet-49").Genotype, "segmentation");

    /// <summary>The network of a genotype.</summary>
    /// <param name="space">The name of its space.</param>
    /// <param name="text">The space's own file; null for one of the catalog.</param>
    /// <param name="genotype">Of that space.</param>
    /// <param name="profile">How it was built; null: as usual.</param>
    public static JsonObject Of(string space, string? text, Genotype genotype, string? profile)
    {
        var network = new JsonObject
        {
            ["space"] = text is null ? space : JsonNode.Parse(text),
            ["genotype"] = genotype.ToString(),
        };
        if (profile is not null)
            network["profile"] = profile;
        return network;
    }
}
