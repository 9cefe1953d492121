using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Dashboard.Projections;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Reports.Drawings;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Requests;
using EvoNas.Searches.Spaces;
using EvoNas.Spaces;
using Serilog;

namespace EvoNas.Dashboard.Sources;

/// <summary>The space of a search, where it is known here: what genotypes mean, and how their networks look.</summary>
/// <remarks>A space of a class library is left alone: looking at a search must not run the code that it
/// names.</remarks>
sealed class SearchSpaces
{
    const int FileBytesMax = 1 << 20;

    readonly Space? _space;
    readonly Target? _target;

    SearchSpaces(Space? space, Target? target)
    {
        (_space, _target) = (space, target);
        Decisions = space is null ? null : new(space.Decisions);
    }

    /// <summary>The answers of all births; null where the space is not known.</summary>
    public DecisionColumns? Decisions { get; }

    /// <summary>True where networks can be drawn.</summary>
    public bool Draws => _space?.Build is not null;

    /// <summary>Finds the space of a search.</summary>
    public static SearchSpaces Of(SearchPlace place, SearchSettings? settings, ILogger log)
    {
        if (settings is null)
            return new(null, null);
        try
        {
            var space = Find(place, settings);
            return space is null || SearchRequest.FingerprintOf(space) != settings.SpaceFingerprint
                ? new(null, null)
                : new(space, TargetOf(settings));
        }
        catch (Exception fault)
            when (fault is RequestException or IOException or UnauthorizedAccessException or JsonException)
        {
            log.Warning("the space of {Search} is not known here: {Reason}", place.Name, fault.Message);
            return new(null, null);
        }
    }

    /// <summary>The answers of a genotype; null where the space is not known.</summary>
    /// <exception cref="RequestException">The genotype is none of the space.</exception>
    public IReadOnlyList<(string Id, string Value)>? Values(Genotype genotype) =>
        _space is null
            ? null
            : [.. _space.Decisions.Read(genotype).Active.Select(answer => (answer.Id, answer.Value.ToString()))];

    /// <summary>The network of a genotype as SVG; null where it cannot be drawn here.</summary>
    public string? Drawing(int birth, Genotype genotype)
    {
        if (_space?.Build is null)
            return null;
        var profile =
            _target?.Profile is { Length: > 0 } chosen ? chosen
            : _space.Profiles.Count < 2 ? ""
            : _space.ClassifyingProfile ?? _space.Profiles[0];
        return NetworkDrawing.Svg($"{_space.Name} #{birth}", profile, _space.Decode(genotype, _target));
    }

    static Space? Find(SearchPlace place, SearchSettings settings)
    {
        if (place.Folder is not { } folder || !File.Exists(folder.Space))
            return SpaceCatalog.Find(settings.Space);
        if (new FileInfo(folder.Space).Length > FileBytesMax)
            return null;
        var text = File.ReadAllText(folder.Space);
        return
            JsonNode.Parse(
                text,
                null,
                new()
                {
                    CommentHandling = JsonCommentHandling.Skip,
                    MaxDepth = 256,
                    AllowTrailingCommas = true,
                }
            )
                is JsonObject json
            && json.ContainsKey("assembly")
            ? null
            : SpaceSource.FromText(text);
    }

    static Target? TargetOf(SearchSettings settings) =>
        EvaluationPlan.TrainingOf(settings.Evaluation) is { } training
            ? new EvaluationPlan.Train(training).Target
            : null;
}
