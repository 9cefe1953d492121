using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Storage.Optuna;

namespace EvoNas.Searches.Founders;

/// <summary>Reads the founders of a search that is to begin: what <c>--founders</c> names.</summary>
static partial class FounderSource
{
    const string OptunaPrefix = "optuna:",
        SearchPrefix = "search:";

    // How many of the best of another search, where that is not said.
    const int UsualCount = 10;

    /// <summary>Reads <c>optuna:FILE[#STUDY]</c> or <c>search:NAME[xN]</c>.</summary>
    /// <param name="written">The text.</param>
    /// <param name="request">The search that is to begin.</param>
    /// <param name="home">Where other searches are.</param>
    /// <exception cref="RequestException">The text is neither, there is nothing of that name, or nothing of it fits the
    /// space.</exception>
    public static FounderReading Read(string written, SearchRequest request, Home home) =>
        written.StartsWith(OptunaPrefix, StringComparison.Ordinal) ? OfOptuna(written[OptunaPrefix.Length..], request)
        : written.StartsWith(SearchPrefix, StringComparison.Ordinal)
            ? OfSearch(written[SearchPrefix.Length..], request, home)
        : throw new RequestException(
            $"'{written}' names no founders.",
            "Write --founders optuna:STUDY.db, optuna:STUDY.db#STUDY, search:NAME or search:NAMEx20."
        );

    static FounderReading OfOptuna(string written, SearchRequest request)
    {
        // A file may have the sign in its name.
        var mark = File.Exists(written) ? -1 : written.LastIndexOf('#');
        var (path, name) = mark < 0 ? (written, null) : (written[..mark], written[(mark + 1)..]);
        var study = OptunaStudy.Read(path, name);
        var complete = study.Trials.Where(trial => trial is { IsComplete: true, Value: not null }).ToArray();
        var sign = study.Maximizes ? -1 : 1;
        return FounderReading.Of(
            request,
            $"{OptunaPrefix}{Path.GetFileName(path)}#{study.Name}",
            "trial",
            [
                .. complete
                    .OrderBy(trial => sign * trial.Value!.Value) // Filtered above.
                    .Select(trial => new FoundCandidate(
                        $"optuna {study.Name} #{trial.Number}",
                        () => GenotypeOf(trial, request.Space.Decisions)
                    )),
            ],
            study.Trials.Count - complete.Length
        );
    }

    // Parameters are decisions by their names; a text may also be a choice as evonas prints it.
    static Genotype GenotypeOf(OptunaTrial trial, SearchSpace space)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            foreach (var parameter in trial.Parameters)
            {
                writer.WritePropertyName(parameter.Name);
                Write(writer, parameter);
            }
            writer.WriteEndObject();
        }
        using var values = JsonDocument.Parse(bytes.ToArray());
        return space.FromValues(values.RootElement);
    }

    static void Write(Utf8JsonWriter writer, OptunaParameter parameter)
    {
        try
        {
            using var json = JsonDocument.Parse(parameter.Distribution);
            var kind = json.RootElement.GetProperty("name").GetString() ?? "";
            if (kind == "CategoricalDistribution")
                json.RootElement.GetProperty("attributes")
                    .GetProperty("choices")[(int)parameter.Internal]
                    .WriteTo(writer);
            else if (kind.StartsWith("Int", StringComparison.Ordinal))
                writer.WriteNumberValue((long)Math.Round(parameter.Internal));
            else
                writer.WriteNumberValue(parameter.Internal);
        }
        catch (Exception fault)
            when (fault
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or ArgumentException
                        or IndexOutOfRangeException
            )
        {
            throw new RequestException($"'{parameter.Name}' has a distribution that cannot be read: {fault.Message}");
        }
    }

    static FounderReading OfSearch(string written, SearchRequest request, Home home)
    {
        // A name may end like a count.
        var (name, count) =
            Counted().Match(written) is { Success: true } match && !(Home.IsName(written) && home.At(written).Exists)
                ? (match.Groups[1].Value, int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture))
                : (written, UsualCount);
        var search = home.Find(name);
        if (History.Lineage(search).Settings is not { } settings)
            throw new RequestException($"'{search.Name}' never began; it has no candidate.");
        var text = File.Exists(search.Space) ? File.ReadAllText(search.Space) : null;
        var space = Resumption.SpaceOf(search.Name, settings, text).Decisions;
        var ancestry = History.Ancestry(search);
        var winner = ancestry.Winner?.Birth;
        var scored = ancestry.Everyone.Where(one => one.Scored is not null && ancestry.Counts(one)).ToArray();
        var isSame = settings.SpaceFingerprint == request.Settings.SpaceFingerprint;
        return FounderReading.Of(
            request,
            $"{SearchPrefix}{search.Name}",
            "candidate",
            [
                .. scored
                    .OrderByDescending(one => one.Born.Birth == winner)
                    .ThenByDescending(one => one.Scored!.Fitness.Feasible) // Filtered above.
                    .ThenByDescending(one => one.Scored!.Fitness)
                    .ThenBy(one => one.Born.Birth)
                    .Take(count)
                    .Select(one => new FoundCandidate(
                        $"search {search.Name} #{one.Born.Birth.Value}",
                        () => isSame ? one.Born.Genotype : Moved(one.Born.Genotype, space, request.Space.Decisions)
                    )),
            ],
            incomplete: 0
        );
    }

    // Into another space by the names and values of its decisions.
    static Genotype Moved(Genotype genotype, SearchSpace from, SearchSpace to)
    {
        using var values = JsonDocument.Parse(from.Read(genotype).Values().ToJsonString());
        return to.FromValues(values.RootElement);
    }

    [GeneratedRegex(@"\A(.+)x([1-9][0-9]{0,3})\z")]
    private static partial Regex Counted();
}
