namespace EvoNas.Cli.Doctor;

/// <summary>How well something is.</summary>
enum Health
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>A search runs, but slower, or with less than there could be.</summary>
    Warn,

    /// <summary>A search cannot run.</summary>
    Fail,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">One word; scripts look for it.</param>
/// <param name="Health">How well it is.</param>
/// <param name="Found">What is there.</param>
/// <param name="WayOut">What to do; null where nothing is to be done.</param>
sealed record Finding(string Name, Health Health, string Found, string? WayOut = null);
