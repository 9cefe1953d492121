namespace EvoNas.Hosting.Actors;

/// <summary>Waits between recoveries: 1 s doubling to 30 s, spread by a fifth.</summary>
struct BackOff
{
    const double Min = 1,
        Max = 30,
        Jitter = 0.2;

    double _last;

    public TimeSpan Next()
    {
        _last = _last == 0 ? Min : Math.Min(Max, _last * 2);
        return TimeSpan.FromSeconds(_last * (1 + Jitter * (2 * Random.Shared.NextDouble() - 1)));
    }
}
