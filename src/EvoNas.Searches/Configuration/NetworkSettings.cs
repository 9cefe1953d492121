namespace EvoNas.Searches.Configuration;

/// <summary>Keys of searches that build on a network that was found earlier.</summary>
static class NetworkSettings
{
    public static readonly Setting NetworkOf = new(
        "evonas.search.network-of",
        new Takes.Text("night/best"),
        "--network-of",
        "NAME[/BIRTH]",
        "An earlier search whose network is trained by policies, scaled by spinenet_scaling, or carries nasfpn",
        Absent: "none"
    );

    public static readonly Setting PolicyRepeats = new(
        "evonas.search.policy-repeats",
        new Takes.Whole(0, 100),
        "--policy-repeats",
        "N",
        "Trainings by the best policy, and without one, that are compared at the end; 0: none"
    );

    /// <summary>Both.</summary>
    public static readonly Setting[] All = [NetworkOf, PolicyRepeats];
}
