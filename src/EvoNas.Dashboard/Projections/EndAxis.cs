namespace EvoNas.Dashboard.Projections;

/// <summary>Where the ends of a search stand along an axis.</summary>
sealed record EndAxis(string Name, Func<Projection, int, double> Of)
{
    /// <summary>Milliseconds since 1 January 1970, UTC.</summary>
    public static double UnixMilliseconds(long ticks) =>
        (double)(ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    /// <summary>The axes of a single search, by the name in an address.</summary>
    public static readonly IReadOnlyList<EndAxis> All =
    [
        new("evaluations", (search, place) => search.Ordinal[place]),
        new("hours", (search, place) => search.AtSeconds[place] / 3600),
        new("clock", (search, place) => UnixMilliseconds(search.EndedTicks[place])),
    ];

    /// <summary>The axis of a name.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    public static EndAxis Named(string name) =>
        All.FirstOrDefault(axis => axis.Name == name)
        ?? throw new RequestException($"x is '{name}'; it takes {string.Join(", ", All.Select(axis => axis.Name))}.");
}
