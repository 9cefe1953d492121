using System.Collections.Immutable;
using System.Text.Json;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting;
using EvoNas.Hosting.Nodes;
using EvoNas.Hosting.Workers;
using EvoNas.Lineages;
using EvoNas.Storage.Sqlite;
using Serilog;

namespace EvoNas.Rehearsal;

/// <summary>A small search over worker processes and a journal on disk, as fault tests run it: in the test's process,
/// or in one that the test kills.</summary>
public sealed record RehearsalSearch(string Folder)
{
    /// <summary>Births that end.</summary>
    public int Budget { get; init; } = 20;

    /// <summary>Worker processes.</summary>
    public int Slots { get; init; } = 2;

    /// <summary>What <see cref="RehearsalTrainer"/> is told.</summary>
    public string Evaluation { get; init; } = """{"milliseconds": 5}""";

    /// <summary>Silence after which a worker is ended.</summary>
    public TimeSpan ProgressTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a worker that was killed has to be gone.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Births of one worker process.</summary>
    public int RecycleBirths { get; init; } = 50;

    /// <summary>Laid over the workers' environment.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The name and the journal's id of the search.</summary>
    public const string Name = "rehearsal";

    /// <summary>Eight digits of three.</summary>
    public static readonly SearchSpace Space = new(
        "digits",
        [.. Enumerable.Range(0, 8).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2))]
    );

    /// <summary>The journal's file.</summary>
    public string JournalFile => Path.Combine(Folder, "search.db");

    /// <summary>The workers, not started.</summary>
    public ImmutableArray<WorkerSlot> Workers()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "EvoNas.Rehearsal.dll");
        var terms = new WorkerTerms
        {
            Command = ["dotnet", program, "worker"],
            RecycleBirths = RecycleBirths,
            ProgressTimeout = ProgressTimeout,
            TermGrace = TimeSpan.FromSeconds(1),
            KillGrace = KillGrace,
            Environment = Environment,
        };
        return
        [
            .. Enumerable
                .Range(1, Slots)
                .Select(i => new WorkerSlot(
                    new(Name, $"slot-{i}", Path.Combine(Folder, "spool"), "digits", Evaluation, Folder, "cpu", 1, 7),
                    terms,
                    Log.Logger
                )),
        ];
    }

    /// <summary>The plan over these slots.</summary>
    public SearchPlan Plan(IEnumerable<Slot> slots) =>
        new()
        {
            Name = Name,
            Space = Space,
            Settings = new()
            {
                Space = "digits",
                SpaceFingerprint = "rehearsal",
                SpaceSize = 6561,
                Seed = 7,
                PopulationSize = 10,
                TournamentSize = 3,
                Budget = new(Budget),
            },
            Slots = [.. slots],
            Spooled =
            [
                .. new Spool(Path.Combine(Folder, "spool")).Leftovers(warn => Log.Warning("spool: {Warning}", warn)),
            ],
        };

    /// <summary>Runs the search to its end, and says after every durable event how many there are.</summary>
    public async Task Run(Action<long>? told = null)
    {
        var workers = Workers();
        try
        {
            await using var host = await Start(workers.Select(worker => worker.Slot), told);
            await host.Completion;
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }
    }

    /// <summary>Starts the search over these slots, and the journal's file.</summary>
    /// <param name="slots">Where births are evaluated.</param>
    /// <param name="told">Called with the number of every durable event, before its effects.</param>
    public async Task<RunningRehearsal> Start(IEnumerable<Slot> slots, Action<long>? told = null)
    {
        var file = SqliteJournalFile.Open(JournalFile);
        var plan = Plan(slots) with { Happened = (number, _) => told?.Invoke(number) };
        return new(await LocalSearch.Start(plan, file.Place, Log.Logger), file);
    }

    /// <summary>The arguments that make the program run this search.</summary>
    public string[] Arguments => ["search", Folder, $"{Budget}", $"{Slots}", Evaluation];

    /// <summary>Reads <see cref="Arguments"/>.</summary>
    public static RehearsalSearch From(string[] arguments) =>
        new(arguments[1])
        {
            Budget = int.Parse(arguments[2], System.Globalization.CultureInfo.InvariantCulture),
            Slots = int.Parse(arguments[3], System.Globalization.CultureInfo.InvariantCulture),
            Evaluation = JsonDocument.Parse(arguments[4]).RootElement.GetRawText(),
        };
}

/// <summary>A search that runs, and the file that it writes.</summary>
/// <param name="Search">The search.</param>
/// <param name="File">The journal.</param>
public sealed record RunningRehearsal(LocalSearch Search, SqliteJournalFile File) : IAsyncDisposable
{
    /// <summary>As <see cref="LocalSearch.Completion"/>.</summary>
    public Task<FinishedReason?> Completion => Search.Completion;

    /// <summary>Ends the search, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await Search.DisposeAsync();
        File.Dispose();
    }
}
