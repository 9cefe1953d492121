using System.Globalization;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using Serilog.Core;

namespace EvoNas.Hosting.Tests;

static class Some
{
    public static readonly SearchSpace Space = new(
        "digits",
        [.. Enumerable.Range(0, 8).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2))]
    );

    /// <summary>Fitness is the share of twos; every evaluation takes no time.</summary>
    public static SearchPlan Plan(int budget, int slots) =>
        new()
        {
            Name = "test",
            Space = Space,
            Settings = new SearchSettings
            {
                Space = "digits",
                SpaceFingerprint = "test",
                Seed = 7,
                PopulationSize = 20,
                TournamentSize = 5,
                Budget = new(budget),
            },
            Slots = [.. Enumerable.Range(1, slots).Select(i => new Slot($"slot-{i}", Evaluate, _ => { }))],
        };

    /// <summary>Starts a search over the journal, by default in memory, and notes its events.</summary>
    public static Task<LocalSearch> Start(
        SearchPlan plan,
        KeptEvents? kept = null,
        JournalPlace? journal = null,
        TimeProvider? time = null
    ) => LocalSearch.Start(kept is null ? plan : plan with { Happened = kept.Add }, journal, Logger.None, time);

    /// <summary>A slot whose trainings end only when they are cancelled.</summary>
    public static Slot SlotThatNeverEnds(string name, TaskCompletionSource<BirthNumber> began) =>
        new(
            name,
            async (assignment, _, _, stop) =>
            {
                began.TrySetResult(assignment.Birth);
                await Task.Delay(Timeout.Infinite, stop);
                throw new System.Diagnostics.UnreachableException();
            },
            _ => { }
        );

    /// <summary>A slot whose trainings end after this.</summary>
    public static Slot SlotThatWaits(Slot slot, TaskCompletionSource<BirthNumber> began, Task end) =>
        slot with
        {
            Evaluate = async (assignment, fresh, progress, stop) =>
            {
                began.TrySetResult(assignment.Birth);
                await end.WaitAsync(stop);
                return await slot.Evaluate(assignment, fresh, progress, stop);
            },
        };

    /// <summary>A slot that notes what it evaluates.</summary>
    public static Slot Noting(Slot slot, List<long> births) =>
        slot with
        {
            Evaluate = (assignment, fresh, progress, stop) =>
            {
                lock (births)
                    births.Add(assignment.Birth.Value);
                return slot.Evaluate(assignment, fresh, progress, stop);
            },
        };

    static ValueTask<Evaluation> Evaluate(
        Assignment assignment,
        bool fresh,
        Action<Progress> progress,
        CancellationToken stop
    )
    {
        var genes = assignment.Genotype.Genes;
        var share = genes.Count(gene => gene.Index == 2) / (double)genes.Count;
        return ValueTask.FromResult(new Evaluation(new Outcome.Trained(Metrics.Of((Metrics.Top1, share))), 0));
    }
}

/// <summary>The events of a search, as its process saw them.</summary>
sealed class KeptEvents
{
    readonly List<LineageEvent> _events = [];

    public List<long> Numbers { get; } = [];

    public void Add(long number, LineageEvent happened)
    {
        lock (_events)
        {
            Numbers.Add(number);
            _events.Add(happened);
        }
    }

    public IReadOnlyList<LineageEvent> All
    {
        get
        {
            lock (_events)
                return [.. _events];
        }
    }

    public IEnumerable<T> Of<T>() => All.OfType<T>();

    public IEnumerable<string> WithoutTimes => All.Select(WithoutTime);

    static string WithoutTime(LineageEvent happened) =>
        happened is LineageEvent.Scored scored
            ? (scored with { Run = scored.Run with { Seconds = 0, AtSeconds = 0 } }).ToString()
            : string.Create(CultureInfo.InvariantCulture, $"{happened}");
}

/// <summary>Waits for what another thread brings about.</summary>
static class Until
{
    /// <summary>Asks until it holds; a test that waits for ever is ended by the runner.</summary>
    public static async Task Holds(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(1);
    }
}

/// <summary>A folder that goes with the test.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("evonas-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
