using System.Text.Json.Nodes;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Reports;

/// <summary>The Pareto front of a search of several objectives, as something to look at.</summary>
sealed class FrontView
{
    FrontView(SearchSettings settings, Sequence<Champion> front, Sequence<double>? reference)
    {
        Objectives = settings.Objectives;
        Members =
        [
            .. front
                .Select(one => new Member(one, settings.PointOf(one.Metrics)!.Value.Values)) // It is on the front.
                .OrderByDescending(member => member.Values[0]),
        ];
        Reference = reference;
        Origin = settings.Pareto?.Reference?.Origin switch
        {
            ReferenceOrigin.Given => "given",
            ReferenceOrigin.Table => "table",
            _ => "founders",
        };
        Hypervolume = reference is { } from
            ? ParetoFront.Hypervolume(Members.Select(member => member.Values), from)
            : null;
        Knee = ParetoFront.Knee([.. Members.Select(member => member.Values)]) is { } place
            ? Members[place].Candidate
            : null;
    }

    /// <summary>A candidate on the front.</summary>
    /// <param name="Candidate">With all that was measured.</param>
    /// <param name="Values">Of each objective.</param>
    public sealed record Member(Champion Candidate, Sequence<double> Values);

    /// <summary>In their order.</summary>
    public Sequence<Objective> Objectives { get; }

    /// <summary>The best of the first objective first.</summary>
    public IReadOnlyList<Member> Members { get; }

    /// <summary>From where the hypervolume is measured; null until the founders are scored.</summary>
    public Sequence<double>? Reference { get; }

    /// <summary>Where that comes from: <c>given</c>, <c>table</c> or <c>founders</c>.</summary>
    public string Origin { get; }

    /// <summary>Null while there is no reference point.</summary>
    public double? Hypervolume { get; }

    /// <summary>The candidate farthest from the line through the front's ends; null while there is none.</summary>
    public Champion? Knee { get; }

    /// <summary>Null with one objective.</summary>
    public static FrontView? Of(Lineage lineage) =>
        lineage.Settings is { Pareto: not null } settings ? new(settings, lineage.Front, lineage.Reference) : null;

    /// <summary>Null with one objective.</summary>
    public static FrontView? Of(SearchViewModel view) =>
        view.Settings is { Pareto: not null } settings ? new(settings, view.Front, view.Reference) : null;

    /// <summary>Its size and hypervolume in a few words.</summary>
    public string InWords =>
        Figures.Counted(Members.Count, "candidate")
        + (Hypervolume is { } volume ? $", hypervolume {Figures.Metric("", volume)}" : "");

    /// <summary>Where the hypervolume is measured from, as a sentence.</summary>
    public string ReferenceInWords =>
        Reference is not { } reference
            ? "The hypervolume is known when the founders are scored: it is measured from their worst values."
            : "The hypervolume is measured from "
                + $"({string.Join(", ", reference.Select(value => Figures.Metric("", value)))}), "
                + Origin switch
                {
                    "given" => "as given with --reference-point.",
                    "table" => "the worst value of each objective in the table.",
                    _ => "the worst value of each objective among the founders.",
                };

    /// <summary>The heads of <see cref="Row"/>.</summary>
    public IEnumerable<string> Heads =>
        ["birth", .. Objectives.Select(objective => ObjectiveList.Text(objective)), "genotype"];

    /// <summary>A member in words: its birth, its values, its genotype.</summary>
    public static IEnumerable<string> Row(Member member) =>
        [
            $"{member.Candidate.Individual.Birth}",
            .. member.Values.Select(value => Figures.Metric("", value)),
            member.Candidate.Individual.Genotype.ToString(),
        ];

    /// <summary>At most so many members, evenly from the whole front; both ends are among them.</summary>
    public IReadOnlyList<Member> Spread(int most) =>
        Members.Count <= most
            ? Members
            : [.. Enumerable.Range(0, most).Select(i => Members[i * (Members.Count - 1) / (most - 1)])];

    /// <summary>The stable form for scripts.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["hypervolume"] = Hypervolume,
            ["referencePoint"] = Reference is { } reference ? Numbers(reference) : null,
            ["referenceFrom"] = Origin,
            ["knee"] = Knee?.Individual.Birth.Value,
            ["members"] = new JsonArray([
                .. Members.Select(member =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["birth"] = member.Candidate.Individual.Birth.Value,
                            ["genotype"] = member.Candidate.Individual.Genotype.ToString(),
                            ["values"] = Numbers(member.Values),
                            ["metrics"] = CandidateJson.Of(member.Candidate.Metrics),
                        }
                ),
            ]),
        };

    /// <summary>Is it the candidate at the knee?</summary>
    public bool IsKnee(BirthNumber birth) => Knee?.Individual.Birth == birth;

    static JsonArray Numbers(Sequence<double> values) => new([.. values.Select(value => (JsonNode)value)]);
}
