using EvoNas.Actors.Monitors;

namespace EvoNas.Hosting.Inspection;

/// <summary>The sums over actors of one kind.</summary>
sealed class ActorTypeStatistics
{
    public LogHistogram Waits { get; } = new();

    public LogHistogram Handlings { get; } = new();

    public long Messages { get; set; }

    public long Failures { get; set; }

    public long Restarts { get; set; }

    /// <summary>Adds what another one has counted.</summary>
    public void Add(ActorTypeStatistics other)
    {
        Waits.Add(other.Waits);
        Handlings.Add(other.Handlings);
        Messages += other.Messages;
        Failures += other.Failures;
        Restarts += other.Restarts;
    }

    /// <summary>How it stands now.</summary>
    /// <param name="type">Its name.</param>
    /// <param name="live">Those that have not ended.</param>
    public ActorTypeLine Line(string type, IReadOnlyCollection<ActorLine> live) =>
        new(
            type,
            live.Count,
            live.Sum(one => one.Depth),
            live.Sum(one => one.Stashed),
            Messages,
            Failures,
            Restarts,
            TimesOf(Waits, Handlings),
            live.Count(one => one.Stuck is not null)
        );

    /// <summary>Medians and 99 % points.</summary>
    public static ActorTimes TimesOf(LogHistogram waits, LogHistogram handlings) =>
        new(waits.Quantile(0.5), waits.Quantile(0.99), handlings.Quantile(0.5), handlings.Quantile(0.99));
}
