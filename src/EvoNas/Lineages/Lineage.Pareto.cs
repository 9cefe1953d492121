using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Lineages;

public sealed partial record Lineage
{
    /// <inheritdoc cref="FrontSoFar.Reference"/>
    public Sequence<double>? Reference => SoFar.Reference;

    FrontSoFar SoFar =>
        new(Settings)
        {
            Front = Front,
            Worst = Worst,
            Scored = Scored,
        };

    // Before the score is counted.
    Lineage WithPoint(Champion scored)
    {
        if (Settings?.Pareto is null)
            return this;
        if (Settings.PointOf(scored.Metrics) is not { } point)
            throw Impossible($"scores birth {scored.Individual.Birth}, for which an objective has no value");
        var next = SoFar.WithScore(scored);
        return this with
        {
            Points = Settings.Algorithm == Algorithm.Nsga2 ? new(Points.Items.Add(point)) : default,
            Worst = next.Worst,
            Front = next.Front,
        };
    }

    Lineage Retire(BirthNumber birth)
    {
        if (Points.Count == 0)
            return this with { Population = Population.Without(birth) };
        for (var place = 0; place < Population.Count; place++)
            if (Population.Members[place].Birth == birth)
                return this with { Population = Population.Without(birth), Points = new(Points.Items.RemoveAt(place)) };
        return this;
    }
}
