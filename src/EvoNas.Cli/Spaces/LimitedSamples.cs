using System.Diagnostics;
using EvoNas.Cli.CommandLine;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Spaces;

namespace EvoNas.Cli.Spaces;

/// <summary>Random genotypes that keep bounds on their cost: drawn at random while that finds some, and then by walks
/// towards the bounds.</summary>
/// <param name="terminal">What is found out on the way is said on standard error.</param>
/// <param name="space">To draw from.</param>
/// <param name="target">What the networks are built for.</param>
/// <param name="limits">To keep.</param>
/// <param name="seed">Of all random choices.</param>
/// <param name="stop">Ends the samples early.</param>
sealed class LimitedSamples(
    Terminal terminal,
    Space space,
    Target target,
    Sequence<Limit> limits,
    ulong seed,
    CancellationToken stop
)
{
    // Draws in a row that keep nothing: said, and given up in favour of walks.
    const int MissesSaid = 2_000,
        MissesMax = 20_000;

    // Walks of one sample before there is none to be had.
    const int WalksMax = 16;

    static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    readonly Stopwatch _sinceLine = Stopwatch.StartNew();
    readonly KnownLimits _known = new(
        limits,
        genotype => space.Build is null ? default : Metrics.Of(Networks.Cost.Of(space.Decode(genotype, target)))
    );
    long _draws;
    int _found;
    Metrics _nearest;
    double _nearestExcess = double.PositiveInfinity;

    /// <summary>How far it came, as <c>3 of 10 in 12,000 draws</c>.</summary>
    public string Progress(int wanted) => $"{Figures.Exact(_found)} of {Figures.Exact(wanted)} in {DrawsInWords}";

    string DrawsInWords => $"{Figures.Exact(_draws)} draw{(_draws == 1 ? "" : "s")}";

    /// <summary>The samples, as many as are wanted or until it is stopped.</summary>
    /// <exception cref="FailedException">Nothing keeps the limits.</exception>
    public IEnumerable<(Genotype Genotype, Metrics Cost)> Take(int wanted)
    {
        var misses = 0;
        while (_found < wanted && !stop.IsCancellationRequested)
        {
            if (misses < MissesMax)
            {
                // A random sequence a draw, told apart by its number: the n-th sample is the same whatever was filtered
                // before it.
                var genotype = space.Decisions.Sample(SeededRandom.For(seed, new BirthNumber(_draws + 1)));
                if (!Keeps(genotype, wanted, out var cost))
                {
                    if (++misses == MissesSaid)
                        Failure.Warn(terminal, $"{Spent}; drawing on");
                    else if (misses == MissesMax)
                        Failure.Warn(
                            terminal,
                            $"{Spent}; walking towards the limit from here on: what it finds is not spread evenly "
                                + "over the space"
                        );
                    continue;
                }
                misses = 0;
                yield return (genotype, cost);
            }
            else if (WalkToOne(wanted) is { } found)
                yield return found;
        }
    }

    DrawsSpent Spent => new(_draws, limits, _nearest);

    (Genotype Genotype, Metrics Cost)? WalkToOne(int wanted)
    {
        var (walk, sample) = (default(LimitWalk), new BirthNumber(_found + 1));
        for (var step = 0; step < WalksMax * LimitWalk.Length; step++)
        {
            if (stop.IsCancellationRequested)
                return null;
            var random = SeededRandom.For(seed, sample, draw: step + 1);
            (walk, var candidate, _, _) = walk.Step(step % LimitWalk.Length, space.Decisions, _known, random);
            if (candidate is not null && Keeps(candidate, wanted, out var cost))
                return (candidate, cost);
        }
        throw new FailedException($"{char.ToUpperInvariant($"{Spent}"[0])}{$"{Spent}"[1..]}.", "Widen the bounds.");
    }

    bool Keeps(Genotype genotype, int wanted, out Metrics cost)
    {
        _draws++;
        cost = _known.Known(genotype);
        var excess = KnownLimits.Excess(limits, cost);
        if (excess == 0)
            _found++;
        else if (excess < _nearestExcess)
        {
            _nearest = Metrics.Of(cost.Where(metric => limits.Any(limit => limit.Metric == metric.Key)));
            _nearestExcess = excess;
        }
        if (_sinceLine.Elapsed > BetweenLines)
        {
            terminal.Out.Flush();
            terminal.Error.WriteLine(Progress(wanted));
            _sinceLine.Restart();
        }
        return excess == 0;
    }
}
