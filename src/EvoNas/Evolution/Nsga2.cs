using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Evolution;

/// <summary>NSGA-II in steady state: each child joins the population as soon as it is scored, and then the least
/// crowded member of the last front leaves.</summary>
/// <remarks>Source: Deb et al. 2002, <i>A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II</i>, IEEE TEVC
/// 6(2), which replaces the whole population at once; the variant of one child a time is that of Durillo et al. 2009,
/// <i>On the Effect of the Steady-State Selection Scheme in Multi-Objective Genetic Algorithms</i>.</remarks>
public static class Nsga2
{
    /// <summary>The parents of a birth: each wins a tournament of two by front, then by crowding. The second is null
    /// where there is but one member.</summary>
    /// <param name="members">The population.</param>
    /// <param name="points">Theirs, in the same order.</param>
    /// <param name="random">Of this birth's tournaments alone.</param>
    public static (Individual First, Individual? Second) Parents(
        Population members,
        Sequence<ParetoPoint> points,
        SeededRandom random
    )
    {
        var fronts = FrontsOf(points.Items.AsSpan());
        var crowding = CrowdingOf(points.Items.AsSpan(), fronts);
        var first = Winner(-1);
        return (members.Members[first], points.Count < 2 ? null : members.Members[Winner(first)]);

        int Winner(int without)
        {
            var (one, other) = (Draw(without), Draw(without));
            return fronts[other] < fronts[one] || fronts[other] == fronts[one] && crowding[other] > crowding[one]
                ? other
                : one;
        }

        int Draw(int without)
        {
            var place = random.Below(points.Count - (without < 0 ? 0 : 1));
            return without >= 0 && place >= without ? place + 1 : place;
        }
    }

    /// <summary>The place of the member that leaves: the least far from its neighbours in the last front; of equals,
    /// the oldest.</summary>
    public static int Leaving(ReadOnlySpan<ParetoPoint> points)
    {
        var fronts = FrontsOf(points);
        var crowding = CrowdingOf(points, fronts);
        var worst = 0;
        for (var i = 1; i < points.Length; i++)
            if (fronts[i] > fronts[worst] || fronts[i] == fronts[worst] && crowding[i] < crowding[worst])
                worst = i;
        return worst;
    }

    /// <summary>The front of each point, from 0: those that no other dominates are front 0, those that only front 0
    /// dominates front 1.</summary>
    /// <remarks>Points are looked at in an order in which none is dominated by a later one, and each joins the first
    /// front that does not dominate it (Zhang et al. 2015, <i>An Efficient Approach to Nondominated Sorting</i>).
    /// </remarks>
    public static int[] FrontsOf(ReadOnlySpan<ParetoPoint> points)
    {
        var order = new int[points.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var all = points.ToArray();
        Array.Sort(order, (a, b) => InOrder(all[a], all[b]) is var by and not 0 ? by : a.CompareTo(b));
        var (fronts, members) = (new int[points.Length], new List<List<int>>());
        foreach (var place in order)
        {
            // That front i dominates it implies that all before do: the first that does not is found by halving.
            var (low, high) = (0, members.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (IsDominated(all, members[middle], place))
                    low = middle + 1;
                else
                    high = middle;
            }
            if (low == members.Count)
                members.Add([]);
            members[low].Add(place);
            fronts[place] = low;
        }
        return fronts;
    }

    // By violation, then by the objectives from the first to the last: whoever dominates comes first.
    static int InOrder(in ParetoPoint a, in ParetoPoint b)
    {
        if (a.Violation != b.Violation)
            return a.Violation.CompareTo(b.Violation);
        for (var i = 0; i < a.Values.Count; i++)
            if (a.Values[i] != b.Values[i])
                return b.Values[i].CompareTo(a.Values[i]);
        return 0;
    }

    // The youngest of a front are the likeliest to dominate.
    static bool IsDominated(ParetoPoint[] points, List<int> front, int place)
    {
        for (var i = front.Count - 1; i >= 0; i--)
            if (points[front[i]].Dominates(points[place]))
                return true;
        return false;
    }

    /// <summary>The crowding distance of each point within its front: the sum over the objectives of the gap between
    /// its two neighbours, as a share of the front's span; infinite at both ends, and 0 where a front has no
    /// span.</summary>
    /// <param name="points">All of them.</param>
    /// <param name="fronts">See <see cref="FrontsOf"/>.</param>
    public static double[] CrowdingOf(ReadOnlySpan<ParetoPoint> points, ReadOnlySpan<int> fronts)
    {
        var distance = new double[points.Length];
        var byFront = new List<List<int>>();
        for (var i = 0; i < points.Length; i++)
        {
            while (byFront.Count <= fronts[i])
                byFront.Add([]);
            byFront[fronts[i]].Add(i);
        }
        var all = points.ToArray();
        foreach (var front in byFront)
            for (var objective = 0; front.Count > 0 && objective < all[front[0]].Values.Count; objective++)
            {
                var by = objective;
                front.Sort(
                    (a, b) =>
                        all[a].Values[by].CompareTo(all[b].Values[by]) is var order and not 0 ? order : a.CompareTo(b)
                );
                distance[front[0]] = distance[front[^1]] = double.PositiveInfinity;
                var span = all[front[^1]].Values[by] - all[front[0]].Values[by];
                if (span <= 0)
                    continue;
                for (var i = 1; i < front.Count - 1; i++)
                    distance[front[i]] += (all[front[i + 1]].Values[by] - all[front[i - 1]].Values[by]) / span;
            }
        return distance;
    }
}
