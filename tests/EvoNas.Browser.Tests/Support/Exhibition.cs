using EvoNas.Actors;
using EvoNas.Actors.Monitors;
using EvoNas.Hosting.Messages;
using Microsoft.Playwright;

namespace EvoNas.Browser.Tests.Support;

/// <summary>A dashboard with something on every page: two searches, a cluster with slots that train, wait and are
/// quarantined, and a node that does not answer.</summary>
public sealed class Exhibition : Watched, IAsyncLifetime
{
    /// <summary>The actor whose last messages are shown.</summary>
    public const string WatchedActor = "/user/day/population";

    IBrowserContext? _window;
    ShownPage? _shown;

    static readonly ActorTimes Times = new(12e-6, 3e-3, 40e-6, 9e-3);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Chromium.Missing is not null)
            return;
        Write("day", History(400));
        Write("night", History(300, seed: 8));
        await Start(new MadeUpCluster(Home) { Report = Report, Actors = Actors }, allowControl: true);
    }

    /// <summary>A page of it, in a tab that all tests of a class share: to open a window takes longer than to show a
    /// page.</summary>
    internal async Task<ShownPage> Shared(Chromium chromium, string address, ColorScheme scheme)
    {
        _window ??= await chromium.Browser.NewContextAsync();
        _shown ??= await Show(_window);
        await _shown.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await _shown.Go(address);
        return _shown;
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        if (_window is not null)
            await _window.DisposeAsync();
        await DisposeAsync();
    }

    static ClusterReport Report =>
        new(
            [
                new(
                    "gpu-1",
                    "akka.tcp://evonas@10.0.0.1:4053",
                    "Up",
                    "population,evaluator",
                    [
                        Slot("slot-1", "training") with
                        {
                            Progress = new(3, 5, 40, 120, 812.5, 1.25, 0.61),
                        },
                        Slot("slot-2", "quarantined") with
                        {
                            Search = null,
                            Detail = "until 14:05: CUDA error 700, an illegal memory access",
                        },
                    ],
                    [new("memory", 3), new("lost", 1)]
                ),
                new("gpu-2", "akka.tcp://evonas@10.0.0.2:4053", "unreachable", "evaluator", [], []),
            ],
            [
                new("day", "running", "mnasnet", 1199, 396, 4, 1000, 0.81, null, 1, null),
                new("night", "waiting", "mnasnet", 899, 296, 4, 1000, 0.80, null, 0, "no slot is free"),
            ]
        );

    static SlotLine Slot(string name, string does) => new(name, does, "day", 397, 2, null, "0,1,2", null, 12.5);

    static NodeActors[] Actors =>
        [
            new(
                "gpu-1",
                "akka.tcp://evonas@10.0.0.1:4053",
                "Up",
                null,
                null,
                [
                    Actor("/user/day", "supervisor"),
                    Actor(WatchedActor, "population") with
                    {
                        Subject = "day",
                        Current = "Evaluated",
                        CurrentSeconds = 3e-3,
                        Recent =
                        [
                            new("Evaluated", 2e-5, 4e-4, null, 4),
                            new("Mutated", null, 2e-4, "InvalidOperationException", 2),
                        ],
                    },
                    Actor("/user/day/slot-1", "slot") with
                    {
                        Depth = 12,
                        Stashed = 3,
                        Failures = 2,
                        Restarts = 1,
                        Current = "Train",
                        CurrentSeconds = 400,
                        LastFailure = "IOException: No space left on device",
                        FailedSecondsAgo = 65,
                        Stuck = "handles Train for 6 min 40 s",
                    },
                ],
                3,
                [
                    new("population", 1, 0, 0, 5310, 0, 0, Times, 0),
                    new("slot", 1, 12, 3, 800, 2, 1, Times, 1),
                    new("supervisor", 1, 0, 0, 12, 0, 0, Times, 0),
                ],
                [new("dead", "Progress", "/user/day/gone", "/user/day/slot-1", 61)],
                [new("dead", 1)]
            ),
            NodeActors.Without("gpu-2", "akka.tcp://evonas@10.0.0.2:4053", "unreachable", 42, null),
            NodeActors.Without("gpu-3", "akka.tcp://evonas@10.0.0.3:4053", "Up", null, "It runs an earlier version."),
        ];

    static ActorLine Actor(string path, string type) =>
        new(path, type, null, 0, 0, 100, 0, 0, Times, null, 0, null, null, null, []);
}
