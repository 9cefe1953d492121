using EvoNas.Dashboard.Answers;
using EvoNas.Reports;

namespace EvoNas.Dashboard.Projections;

/// <summary>How the values of each decision fare, and how much of the fitness a decision explains.</summary>
static class DecisionQuery
{
    /// <summary>More different values than these are told together.</summary>
    public const int ValuesMax = 64;

    const string Rest = "…";

    // A mean of few is drawn towards the mean of all, as if so many average ones had been seen too.
    const double Shrinkage = 5;

    /// <summary>Every decision.</summary>
    /// <param name="projection">The search.</param>
    /// <param name="columns">The answers of its births, all read; null where the space is not known.</param>
    /// <param name="bins">Parts of the births in time, for shares.</param>
    public static DecisionsAnswer Of(Projection projection, DecisionColumns? columns, int bins)
    {
        if (columns is null)
            return new(projection.Event, projection.Scored, false, []);
        var births = new Births(projection, bins);
        return new(
            projection.Event,
            projection.Scored,
            true,
            [.. columns.Ids.Select(id => births.Of(id, columns.Find(id)!))] // Its ids are known.
        );
    }

    /// <summary>Two decisions against each other.</summary>
    /// <exception cref="RequestException">One of them is not known.</exception>
    public static PairAnswer Pair(Projection projection, DecisionColumns columns, string a, string b)
    {
        var (left, right) = (Find(columns, a), Find(columns, b));
        var (aValues, bValues) = (Known(left.Values), Known(right.Values));
        var tallies = new Moments[aValues.Length, bValues.Length];
        var count = new long[aValues.Length][];
        for (var i = 0; i < aValues.Length; i++)
        {
            count[i] = new long[bValues.Length];
            for (var j = 0; j < bValues.Length; j++)
                tallies[i, j] = new();
        }
        for (var place = 0; place < projection.Count; place++)
        {
            var (i, j) = (Capped(left.Taken[place]), Capped(right.Taken[place]));
            if (i < 0 || j < 0)
                continue;
            count[i][j]++;
            if (projection.Outcome[place].IsScored())
                tallies[i, j].Add(projection.Fitness[place]);
        }
        return new(
            projection.Event,
            a,
            b,
            aValues,
            bValues,
            count,
            Cells(tally => tally.MeanOrNull),
            Cells(tally => tally.Count > 0 ? tally.Max : null)
        );

        double?[][] Cells(Func<Moments, double?> of) =>
            [
                .. Enumerable
                    .Range(0, aValues.Length)
                    .Select(i => Enumerable.Range(0, bValues.Length).Select(j => of(tallies[i, j])).ToArray()),
            ];
    }

    /// <summary>What is the same for every decision, once: births times decisions are millions.</summary>
    sealed class Births
    {
        readonly int _bins;
        readonly byte[] _binOf;
        readonly int[] _inBin;

        // The fitness less the mean of all, so that sums of squares stay exact; NaN without a score.
        readonly double[] _centred;
        readonly double _mean;

        public Births(Projection projection, int bins)
        {
            (_bins, _inBin) = (bins, new int[bins]);
            (_binOf, _centred) = (new byte[projection.Count], new double[projection.Count]);
            var all = new Moments();
            foreach (var fitness in projection.Fitness.Values)
                if (!double.IsNaN(fitness))
                    all.Add(fitness);
            _mean = all.Mean;
            for (var place = 0; place < projection.Count; place++)
            {
                var bin = (int)((long)place * bins / projection.Count);
                _binOf[place] = (byte)bin;
                _inBin[bin]++;
                _centred[place] = projection.Fitness[place] - _mean;
            }
        }

        public DecisionAnswer Of(string id, DecisionColumns.Answers answers)
        {
            var values = Known(answers.Values);
            var (inBin, groups) = (new int[values.Length * _bins], new Group[values.Length]);
            var taken = answers.Taken.Values;
            for (var place = 0; place < _binOf.Length; place++)
            {
                var value = Capped(taken[place]);
                if (value < 0)
                    continue;
                inBin[value * _bins + _binOf[place]]++;
                if (_centred[place] is var difference && !double.IsNaN(difference))
                    groups[value].Add(difference, place + 1);
            }
            var all = default(Group);
            foreach (var group in groups)
                all = all.And(group);
            var mean = all.Count > 0 ? all.Sum / all.Count : 0;
            return new(
                id,
                Importance(all, groups),
                all.Count,
                [.. values.Select((value, i) => Answer(value, groups[i], inBin.AsSpan(i * _bins, _bins), mean))]
            );
        }

        CandidateValue Answer(string value, Group group, ReadOnlySpan<int> inBin, double meanOfAll)
        {
            var (count, share) = (0L, new double[_bins]);
            for (var bin = 0; bin < _bins; bin++)
            {
                count += inBin[bin];
                share[bin] = _inBin[bin] == 0 ? 0 : (double)inBin[bin] / _inBin[bin];
            }
            return group.Count == 0
                ? new(value, count, 0, null, null, null, null, share)
                : new(
                    value,
                    count,
                    group.Count,
                    _mean + group.Sum / group.Count,
                    _mean + (group.Sum + meanOfAll * Shrinkage) / (group.Count + Shrinkage),
                    _mean + group.Best,
                    group.BestBirth,
                    share
                );
        }
    }

    /// <summary>Scored births of one value.</summary>
    struct Group
    {
        public long Count;
        public double Sum,
            Squares,
            Best;
        public int BestBirth;

        public void Add(double value, int birth)
        {
            if (Count == 0 || value > Best)
                (Best, BestBirth) = (value, birth);
            Count++;
            Sum += value;
            Squares += value * value;
        }

        public readonly Group And(Group other) =>
            new()
            {
                Count = Count + other.Count,
                Sum = Sum + other.Sum,
                Squares = Squares + other.Squares,
            };

        /// <summary>Squared differences to the mean of the group.</summary>
        public readonly double Within => Count > 0 ? Squares - Sum * Sum / Count : 0;
    }

    // The share of the variance between the groups, corrected for what chance alone gives. Source: Hays 1963,
    // Statistics for Psychologists (ω²).
    static double? Importance(Group all, Group[] groups)
    {
        var used = groups.Count(group => group.Count > 0);
        if (used < 2 || all.Count <= used || all.Within <= 0)
            return null;
        var within = groups.Sum(group => group.Within);
        var noise = within / (all.Count - used);
        return Math.Clamp((all.Within - within - (used - 1) * noise) / (all.Within + noise), 0, 1);
    }

    static string[] Known(TextTable values) =>
        values.Texts.Count <= ValuesMax ? [.. values.Texts] : [.. values.Texts.Take(ValuesMax - 1), Rest];

    static int Capped(int value) => Math.Min(value, ValuesMax - 1);

    static DecisionColumns.Answers Find(DecisionColumns columns, string id) =>
        columns.Find(id) ?? throw new RequestException($"No birth answers a decision '{id}'.", "See …/decisions.");
}
