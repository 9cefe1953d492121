using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Reports;
using EvoNas.Searches.Spaces;
using EvoNas.Spaces;

namespace EvoNas.Cli.Tests.Spaces.Pages;

/// <summary>What published networks of a space cost beside what was published, and what they cost in the space's other
/// profiles.</summary>
static class CostTable
{
    sealed record Built(string Name, Genotype Genotype, Target Target, Cost Cost);

    public static string Of(Space space)
    {
        Built[] published =
        [
            .. space.Named.Select(named => Make(space, named.Name, named.Genotype, named.Target ?? space.UsualTarget)),
        ];
        // A space without a published network shows what random points cost.
        var points =
            published.Length > 0
                ? published.DistinctBy(one => one.Genotype).Select(one => (one.Name, one.Genotype))
                : [("random", SpaceSource.Genotype(space, "random", 1).Genotype)];
        Built[] others =
        [
            .. from profile in space.Profiles.DefaultIfEmpty("")
            from point in points
            let made = Make(space, point.Name, point.Genotype, space.UsualTarget with { Profile = profile })
            where !published.Any(one => (one.Genotype, one.Target) == (made.Genotype, made.Target))
            select made,
        ];
        var lines = new List<string>();
        if (published.Length > 0)
            lines.AddRange([
                "| network | input | profile | parameters | multiply-adds | published | differs by | genotype |",
                "| --- | --- | --- | ---: | ---: | --- | --- | --- |",
                .. published.Select((one, i) => Row(published, i)),
            ]);
        if (published.Length > 0 && others.Length > 0)
            lines.AddRange(["", "The same genotypes in other profiles:", ""]);
        if (others.Length > 0)
            lines.AddRange([
                "| point | input | profile | parameters | multiply-adds |",
                "| --- | --- | --- | ---: | ---: |",
                .. others.Select(one => $"| {one.Name} | {Columns(one)} |"),
            ]);
        return string.Join('\n', lines);
    }

    static Built Make(Space space, string name, Genotype genotype, Target target)
    {
        target = target with
        {
            Profile =
                target.Profile != ""
                    ? target.Profile
                    : space.ClassifyingProfile ?? space.Profiles.FirstOrDefault() ?? "",
        };
        return new(name, genotype, target, Cost.Of(space.Decode(genotype, target)));
    }

    static string Row(Built[] published, int i)
    {
        var (one, figures) = (published[i], PublishedFigures.Of(published[i].Name));
        var genotype = i > 0 && published[i - 1].Genotype == one.Genotype ? "the same" : $"`{one.Genotype}`";
        return $"| {one.Name} | {Columns(one)} | {figures?.Text ?? "–"} | "
            + $"{figures?.DifferenceFrom(one.Cost) ?? ""} | {genotype} |";
    }

    static string Columns(Built one) =>
        string.Join(
            " | ",
            string.Join('×', one.Target.Input.Sides.Prepend(one.Target.Input.Channels)),
            one.Target.Profile == "" ? "–" : $"`{one.Target.Profile}`",
            Figures.Exact(one.Cost.Parameters),
            Figures.Exact(one.Cost.MultiplyAdds)
        );
}
