using EvoNas.Lineages;

namespace EvoNas.Reports.Questions;

/// <summary>What early stopping saved, and how many of the best it cost: of the candidates that it stopped, those that
/// would have ended in the best tenth.</summary>
/// <remarks>
/// A search that trained all of its candidates to the end answers exactly: the rule is replayed, with what was known
/// when each was born. One that stopped some knows their ends no more. They are foretold by a line of least squares
/// through those that went on, from the best value until the same epoch to the end, and by the distances from it. Those
/// had passed the rule, so that what is foretold is rather too high than too low.
/// </remarks>
/// <param name="Replayed">The search stopped none, and this is what the rule would have done.</param>
/// <param name="Candidates">With a curve, and judged.</param>
/// <param name="Stopped">Of those.</param>
/// <param name="Epochs">Of a full training.</param>
/// <param name="Saved">The share of all epochs of all candidates that was not trained, in [0, 1].</param>
/// <param name="Top">The end of a curve from which a candidate is among the best tenth, in the validation
/// metric.</param>
/// <param name="Lost">Of those stopped, how many would have been among the best tenth: counted, or expected.</param>
/// <param name="Low">Its 95 % interval (Wilson 1927), as for another search of the same kind.</param>
/// <param name="High">Its 95 % interval.</param>
sealed record StoppingCalibration(
    bool Replayed,
    int Candidates,
    int Stopped,
    int Epochs,
    double Saved,
    double Top,
    double Lost,
    double Low,
    double High
)
{
    /// <summary>Fewest curves of full trainings that can be judged by.</summary>
    public const int TrainedMin = 20;

    // The last so many candidates are judged.
    const int JudgedMax = 5000;

    // A distribution is kept by so many of its values.
    const int RestsMax = 32;

    const double TopShare = 0.1;

    /// <summary>Judges by the last 5,000 candidates.</summary>
    /// <param name="ancestry">The history.</param>
    /// <returns>Null where fewer than <see cref="TrainedMin"/> were trained to their end with a curve of two epochs and
    /// more.</returns>
    public static StoppingCalibration? Of(Ancestry ancestry)
    {
        var judged = ancestry
            .Events.OfType<LineageEvent.Scored>()
            .Where(one => one.Curve.Count > 0 && ancestry.Find(one.Birth) is { } found && ancestry.Counts(found))
            .TakeLast(JudgedMax)
            .ToArray();
        var trained = judged.Where(one => one.StoppedAtEpoch is null).ToArray();
        var epochs = trained.Select(one => one.Curve.Count).DefaultIfEmpty().Max();
        if (trained.Length < TrainedMin || epochs < 2)
            return null;
        return trained.Length == judged.Length ? Replay(ancestry, judged, epochs) : Estimate(judged, trained, epochs);
    }

    static StoppingCalibration Replay(Ancestry ancestry, LineageEvent.Scored[] judged, int epochs)
    {
        var best = (int)Math.Ceiling(TopShare * judged.Length);
        var top = judged.Select(one => one.Curve[^1]).OrderDescending().ElementAt(best - 1);
        var known = judged.ToDictionary(one => one.Birth);
        var thresholds = new Dictionary<Genetics.BirthNumber, Sequence<double>>();
        var curves = default(Sequence<Sequence<double>>);
        var (stopped, lost, saved) = (0, 0, 0L);
        foreach (var happened in ancestry.Events)
            if (happened is LineageEvent.Born born && known.ContainsKey(born.Birth))
                thresholds[born.Birth] = Lineage.MedianThresholds(curves);
            else if (happened is LineageEvent.Scored scored && known.ContainsKey(scored.Birth))
            {
                thresholds.Remove(scored.Birth, out var bars);
                if (StopOf(scored.Curve, bars) is not { } epoch)
                {
                    curves = Lineage.WithCurve(curves, scored.Curve);
                    continue;
                }
                stopped++;
                saved += epochs - epoch;
                lost += scored.Curve[^1] >= top ? 1 : 0;
            }
        var (low, high) = Wilson(lost, stopped);
        return new(
            true,
            judged.Length,
            stopped,
            epochs,
            (double)saved / epochs / judged.Length,
            top,
            lost,
            stopped * low,
            stopped * high
        );
    }

    // The epoch after which a curve falls behind the bars; null: it ends before.
    static int? StopOf(Sequence<double> curve, Sequence<double> bars)
    {
        var best = double.NegativeInfinity;
        for (var epoch = 1; epoch < curve.Count && epoch <= bars.Count; epoch++)
        {
            best = Math.Max(best, curve[epoch - 1]);
            if (best < bars[epoch - 1])
                return epoch;
        }
        return null;
    }

    static StoppingCalibration Estimate(LineageEvent.Scored[] judged, LineageEvent.Scored[] trained, int epochs)
    {
        var (saved, stopped) = (0L, 0);
        var ends = trained.Select(one => (End: one.Curve[^1], Weight: 1.0, IsStopped: false)).ToList();
        foreach (var group in judged.Where(one => one.StoppedAtEpoch is not null).GroupBy(one => one.Curve.Count))
        {
            var foretell = Foretelling(trained, group.Key);
            foreach (var one in group)
            {
                stopped++;
                saved += epochs - group.Key;
                var foretold = foretell(Best(one.Curve, group.Key));
                ends.AddRange(foretold.Select(end => (end, 1.0 / foretold.Length, true)));
            }
        }
        ends.Sort((a, b) => b.End.CompareTo(a.End));
        var (sum, lost, top) = (0.0, 0.0, ends[0].End);
        foreach (var (end, weight, isStopped) in ends)
        {
            if (sum >= TopShare * judged.Length)
                break;
            (sum, lost, top) = (sum + weight, lost + (isStopped ? weight : 0), end);
        }
        var (low, high) = Wilson(lost / stopped * trained.Length, trained.Length);
        return new(
            false,
            judged.Length,
            stopped,
            epochs,
            (double)saved / epochs / judged.Length,
            top,
            lost,
            stopped * low,
            stopped * high
        );
    }

    // Where a curve may end that has come to some level after so many epochs: on the line of least squares through
    // those that went on, and as far from it as they are.
    static Func<double, double[]> Foretelling(LineageEvent.Scored[] trained, int epochs)
    {
        var known = trained
            .Where(one => one.Curve.Count > epochs)
            .Select(one => (Level: Best(one.Curve, epochs), End: one.Curve[^1]))
            .ToArray();
        var (level, end) = (known.Average(one => one.Level), known.Average(one => one.End));
        var spread = known.Sum(one => (one.Level - level) * (one.Level - level));
        var slope = spread > 0 ? known.Sum(one => (one.Level - level) * (one.End - end)) / spread : 0;
        var rests = known.Select(one => one.End - end - slope * (one.Level - level)).Order().ToArray();
        var count = Math.Min(RestsMax, rests.Length);
        return from =>
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(i => end + slope * (from - level) + rests[(2 * i + 1) * rests.Length / (2 * count)]),
            ];
    }

    static double Best(Sequence<double> curve, int epochs)
    {
        var best = double.NegativeInfinity;
        for (var epoch = 0; epoch < epochs; epoch++)
            best = Math.Max(best, curve[epoch]);
        return best;
    }

    // The 95 % interval of a share.
    static (double Low, double High) Wilson(double hits, double tries)
    {
        const double z = 1.959964;
        if (tries == 0)
            return (0, 1);
        var share = hits / tries;
        var middle = (share + z * z / (2 * tries)) / (1 + z * z / tries);
        var half = z * Math.Sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries)) / (1 + z * z / tries);
        return (Math.Max(0, middle - half), Math.Min(1, middle + half));
    }
}
