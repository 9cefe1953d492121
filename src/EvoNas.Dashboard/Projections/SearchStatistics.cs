using EvoNas.Dashboard.Answers;
using EvoNas.Evolution;

namespace EvoNas.Dashboard.Projections;

/// <summary>Numbers about a whole search, from its columns in one pass each.</summary>
static class SearchStatistics
{
    const int BinsMax = 200,
        RecentMax = 100,
        TransitionsMax = 400;

    // Costs by name; of any other metric the direction is not known here.
    static readonly HashSet<string> Costs = new(Evolution.Metrics.Computed, StringComparer.Ordinal);

    /// <summary>Every metric with its range and spread.</summary>
    public static List<MetricAnswer> Metrics(Projection projection)
    {
        var answers = new List<MetricAnswer>();
        foreach (var name in projection.Metrics)
        {
            var values = projection.Metric(name)!.Values; // Its own name.
            var (min, max, count) = (double.PositiveInfinity, double.NegativeInfinity, 0L);
            foreach (var value in values)
                if (!double.IsNaN(value))
                    (min, max, count) = (Math.Min(min, value), Math.Max(max, value), count + 1);
            var bins = new int[max > min ? (int)Math.Min(BinsMax, count) : 1];
            foreach (var value in values)
                if (!double.IsNaN(value))
                    bins[max > min ? Math.Min(bins.Length - 1, (int)((value - min) / (max - min) * bins.Length)) : 0]++;
            answers.Add(new(name, Direction(projection.Settings, name), min, max, count, bins));
        }
        return answers;
    }

    /// <summary>The metric that a chart of costs begins with: a second objective's, one that is limited, else
    /// multiply-adds, else any cost.</summary>
    public static string? CostMetric(Projection projection)
    {
        string[] known = [.. projection.Metrics];
        return (projection.Settings?.Pareto?.Further ?? [])
            .Where(objective => objective is { IsSum: true, Terms: [{ Weight: < 0 }] })
            .Select(objective => objective.Terms[0].Metric)
            .Concat(projection.Settings?.Objective.Limits.Select(limit => limit.Metric) ?? [])
            .Append(Evolution.Metrics.MultiplyAdds)
            .Concat(known.Where(Costs.Contains))
            .FirstOrDefault(known.Contains);
    }

    /// <summary>Candidates that none is both fitter and cheaper than, the cheapest first.</summary>
    public static List<FrontPoint> Front(Projection projection, string? cost)
    {
        if (cost is null || projection.Metric(cost) is not { } costs)
            return [];
        // Always a front of those seen so far: nearly every other one is found worse by a search in a short list.
        var front = new List<FrontPoint>();
        for (var place = 0; place < projection.Count; place++)
        {
            var (fitness, value) = (projection.Fitness[place], costs[place]);
            if (!projection.Outcome[place].IsScored() || double.IsNaN(value))
                continue;
            var (low, high) = (0, front.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (front[middle].Cost <= value)
                    low = middle + 1;
                else
                    high = middle;
            }
            // Of equals, the first stays.
            if (low > 0 && front[low - 1].Fitness >= fitness)
                continue;
            var first = low > 0 && front[low - 1].Cost == value ? low - 1 : low;
            var last = first;
            while (last < front.Count && front[last].Fitness <= fitness)
                last++;
            front.RemoveRange(first, last - first);
            front.Insert(first, new(place + 1, fitness, value, projection.Feasible[place]));
        }
        return front;
    }

    /// <summary>Seconds of evaluation that early stopping has saved, if a stopped candidate's other epochs would have
    /// taken as long as those that it had; null where none was stopped.</summary>
    public static double? SecondsSaved(Projection projection)
    {
        if (projection.StoppedEarly == 0)
            return null;
        var saved = 0.0;
        for (var place = 0; place < projection.Count; place++)
            if (projection.StoppedAt[place] is var epoch and > 0)
                saved += projection.Seconds[place] * Math.Max(0, projection.EpochsMax - epoch) / epoch;
        return saved;
    }

    /// <summary>The share of the slots' time that the last ends were evaluated in, in [0, 1]; null while it is not
    /// known.</summary>
    public static double? BusyShare(Projection projection, int slots)
    {
        var count = Math.Min(RecentMax, projection.Ends.Count);
        if (slots < 1 || count < 2)
            return null;
        var (seconds, first, last) = (0.0, double.PositiveInfinity, 0.0);
        for (var i = projection.Ends.Count - count; i < projection.Ends.Count; i++)
        {
            var place = projection.Ends[i] - 1;
            seconds += projection.Seconds[place];
            first = Math.Min(first, projection.AtSeconds[place] - projection.Seconds[place]);
            last = Math.Max(last, projection.AtSeconds[place]);
        }
        return last > first ? Math.Clamp(seconds / ((last - first) * slots), 0, 1) : null;
    }

    /// <summary>Who may breed, the oldest first.</summary>
    public static List<MemberAnswer> Population(Projection projection, long number) =>
        [
            .. projection
                .PopulationAt(number)
                .Select(birth => new MemberAnswer(
                    birth,
                    projection.Fitness[birth - 1],
                    number - projection.BornAt[birth - 1],
                    projection.Founder[birth - 1]
                )),
        ];

    /// <summary>The search as it was after an event.</summary>
    public static MomentAnswer Moment(Projection projection, long number)
    {
        long births = 0,
            scored = 0,
            ruledOut = 0;
        var (elapsed, ticks) = (0.0, 0L);
        for (var place = 0; place < projection.Count && projection.BornAt[place] <= number; place++)
        {
            births++;
            ticks = Math.Max(ticks, projection.BornTicks[place]);
            if (projection.EndedAt[place] is 0 || projection.EndedAt[place] > number)
                continue;
            ticks = Math.Max(ticks, projection.EndedTicks[place]);
            elapsed = Math.Max(elapsed, projection.AtSeconds[place]);
            if (projection.Outcome[place].IsScored())
                scored++;
            else
                ruledOut++;
        }
        var best = 0;
        foreach (var birth in projection.Improvements.Values)
            if (projection.EndedAt[birth - 1] <= number)
                best = birth;
        return new(
            number,
            ticks > 0 ? EvaluationRows.Time(ticks) : projection.Started,
            births,
            scored + ruledOut,
            scored,
            ruledOut,
            births - scored - ruledOut,
            best == 0 ? null : new(best, projection.Fitness[best - 1], 0, projection.Feasible[best - 1]),
            Population(projection, number),
            elapsed
        );
    }

    /// <summary>What the mutations of each decision gained, those most often tried first.</summary>
    public static MutationsAnswer Mutations(Projection projection)
    {
        var transitions = projection.Mutations.Transitions.ToLookup(pair => pair.Key.Decision);
        return new(
            projection.Event,
            [
                .. projection
                    .Mutations.Decisions.OrderByDescending(pair => pair.Value.Tried)
                    .ThenBy(pair => pair.Key)
                    .Select(pair => new MutationAnswer(
                        projection.Decisions.Texts[pair.Key],
                        pair.Value.Tried,
                        pair.Value.Gains.Count,
                        pair.Value.Gained,
                        pair.Value.Gains.MeanOrNull,
                        pair.Value.Gains.MeanOrNull - pair.Value.Gains.HalfWidth,
                        pair.Value.Gains.MeanOrNull + pair.Value.Gains.HalfWidth,
                        [
                            .. transitions[pair.Key]
                                .OrderByDescending(transition => transition.Value.Tried)
                                .ThenBy(transition => (transition.Key.From, transition.Key.To))
                                .Take(TransitionsMax)
                                .Select(transition => new TransitionAnswer(
                                    projection.Values.Texts[transition.Key.From],
                                    projection.Values.Texts[transition.Key.To],
                                    transition.Value.Tried,
                                    transition.Value.Gains.Count,
                                    transition.Value.Gained,
                                    transition.Value.Gains.MeanOrNull
                                )),
                        ]
                    )),
            ]
        );
    }

    /// <summary>Ends of each slot, those that failed among them.</summary>
    public static List<SlotTally> Slots(Projection projection)
    {
        var tallies = projection.Slots.Texts.Select(name => new SlotTally(name, 0, 0, 0, 0)).ToArray();
        for (var place = 0; place < projection.Count; place++)
        {
            if (projection.Slot[place] is not (var slot and >= 0))
                continue;
            var was = tallies[slot];
            tallies[slot] = was with
            {
                Ended = was.Ended + 1,
                Failed = was.Failed + (projection.Outcome[place].IsRuledOut() ? 1 : 0),
                Attempts = was.Attempts + projection.Attempt[place],
                Seconds = was.Seconds + projection.Seconds[place],
            };
        }
        return [.. tallies.OrderBy(tally => tally.Slot, StringComparer.Ordinal)];
    }

    /// <summary>Quantiles of the learning curves after each epoch.</summary>
    public static CurvesAnswer Curves(Projection projection)
    {
        double[] shares = [0.05, 0.25, 0.5, 0.75, 0.95];
        return new(
            projection.Event,
            projection.Curves.Count,
            [
                .. Enumerable
                    .Range(0, projection.Curves.Epochs)
                    .Select(epoch =>
                    {
                        var (count, at) = projection.Curves.At(epoch, shares);
                        return new EpochBand(epoch + 1, count, at[0], at[1], at[2], at[3], at[4]);
                    }),
            ]
        );
    }

    static bool? Direction(SearchSettings? settings, string metric) =>
        Costs.Contains(metric) ? true
        : settings?.Pareto is not null
        && settings.Objectives.FirstOrDefault(one => one is { Terms: [var only] } && only.Metric == metric) is { } alone
            ? alone.Terms[0].Weight < 0
        : settings?.Objective.Limits.FirstOrDefault(limit => limit.Metric == metric) is { } limit ? !limit.AtLeast
        : metric == Evolution.Metrics.Top1 ? false
        : null;
}
