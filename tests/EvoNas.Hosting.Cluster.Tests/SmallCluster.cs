using System.Collections.Immutable;
using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;
using EvoNas.Storage.Verification;

namespace EvoNas.Hosting.Cluster.Tests;

/// <summary>A cluster of several actor systems in this process, over the loopback interface and one SQLite
/// file.</summary>
sealed class SmallCluster : IAsyncDisposable
{
    /// <summary>A cluster's patience, cut so that a test can see it end.</summary>
    public const string Hasty = """
        akka.cluster {
          failure-detector { heartbeat-interval = 500ms, acceptable-heartbeat-pause = 3s }
          split-brain-resolver.stable-after = 2s
        }
        """;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evonas-cluster-");
    readonly List<ClusterNode> _nodes = [];
    SqliteJournalFile? _file;

    /// <summary>Score of a candidate; may wait.</summary>
    public Func<Assignment, CancellationToken, ValueTask<Outcome>> Evaluate { get; init; } =
        (assignment, _) => ValueTask.FromResult(Score(assignment));

    /// <summary>Why a node cannot work for an order; null: it can.</summary>
    public Func<string, SearchOrder, string?> Lacks { get; init; } = (_, _) => null;

    /// <summary>Reads an order to breed; may fail.</summary>
    public Draft Draft { get; init; } = _ => new(RehearsalSearch.Space, _ => default);

    /// <summary>Where a node keeps drawings of the samples of a search; null: nowhere.</summary>
    public Func<string, string, string?> SamplesFolder { get; init; } = (_, _) => null;

    /// <summary>How long a node that leaves waits for its trainings.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(10);

    public string JournalFile => Path.Combine(_folder.FullName, "search.db");

    public static Outcome Score(Assignment assignment) =>
        new Outcome.Trained(
            Metrics.Of(
                (
                    Metrics.Top1,
                    assignment.Genotype.Genes.Count(gene => gene.Index == 2) / (double)assignment.Genotype.Genes.Count
                )
            ),
            [0.5]
        );

    public static SearchSettings Settings(int budget, ulong seed = 7) =>
        new()
        {
            Space = "digits",
            SpaceFingerprint = "rehearsal",
            SpaceSize = 6561,
            Seed = seed,
            PopulationSize = 10,
            TournamentSize = 3,
            Budget = new(budget),
        };

    public static SearchOrder Order(int budget, string name = "rehearsal", ulong seed = 7) =>
        SearchOrder.Of(name, Settings(budget, seed), null);

    /// <summary>Starts a node; the first one begins the cluster.</summary>
    public ClusterNode Start(string name, int slots, params ImmutableArray<string> roles) =>
        Start(name, slots, SearchOrder.Protocol, roles);

    /// <param name="protocol">What its build knows.</param>
    public ClusterNode Start(string name, int slots, int protocol, params ImmutableArray<string> roles)
    {
        var node = ClusterNode.Start(
            new()
            {
                Name = name,
                Roles = roles,
                Slots = slots,
                Protocol = protocol,
                DrainTime = DrainTime,
                Overrides = Hasty,
                Terms = new(LeaseSeconds: 12),
                Seeds = _nodes.Count == 0 ? [] : [_nodes[0].Endpoint],
                Journal = roles.Contains(NodeRole.Population)
                    ? (_file ??= SqliteJournalFile.Open(JournalFile)).Place
                    : null,
                Draft = Draft,
                SamplesFolder = search => SamplesFolder(name, search),
                WorkerFactory = (_, slot, order) =>
                    Lacks(name, order) is { } lack
                        ? throw new RequestException(lack)
                        : new(
                            new(
                                slot,
                                async (assignment, _, _, stop) => new(await Evaluate(assignment, stop), 0.001),
                                _ => { }
                            ),
                            () => ValueTask.CompletedTask
                        ),
            },
            Serilog.Core.Logger.None
        );
        _nodes.Add(node);
        return node;
    }

    /// <summary>How long a test waits for what must come: it ends only a test that has failed, so that a busy machine
    /// fails none.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>A client of the first node, which waits for it.</summary>
    public SearchClient Client() => ClusterClient.Open(_nodes[0].Endpoint, "127.0.0.1", null, Patience);

    /// <summary>Follows a search until it has finished.</summary>
    public static async Task<List<LineageEvent>> UntilFinished(SearchClient client, string search = "rehearsal")
    {
        using var patience = new CancellationTokenSource(Patience);
        var events = new List<LineageEvent>();
        await foreach (var told in client.Subscribe(search, patience.Token))
        {
            events.Add(
                EventSerializer.Read(SearchOrder.PersistenceIdOf(search), told.Number, told.Manifest, told.Payload)
            );
            if (events[^1] is LineageEvent.Finished)
                break;
        }
        return events;
    }

    /// <summary>Asks what the cluster does, again as soon as it has answered, until it is what it should be.</summary>
    public static async Task<ClusterReport> Until(SearchClient client, Func<ClusterReport, bool> good)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var report = await client.Report().WaitAsync(patience.Token);
            if (good(report))
                return report;
        }
    }

    public JournalVerification Verify(string search = "rehearsal") =>
        SqliteVerification.Of(JournalFile, SearchOrder.PersistenceIdOf(search));

    public Lineage Lineage(string search = "rehearsal")
    {
        using var reader = SqliteReader.Open(JournalFile);
        return reader.Recover(SearchOrder.PersistenceIdOf(search));
    }

    /// <summary>Runs the search in this process, without a cluster, until it has spent this budget.</summary>
    public async Task RunInProcess(int budget)
    {
        using var file = SqliteJournalFile.Open(JournalFile);
        await using var host = await LocalSearch.Start(
            new()
            {
                Name = "rehearsal",
                Space = RehearsalSearch.Space,
                Settings = Settings(budget),
                Slots =
                [
                    new(
                        "slot-1",
                        async (assignment, _, _, stop) => new(await Evaluate(assignment, stop), 0.001),
                        _ => { }
                    ),
                ],
            },
            file.Place,
            Serilog.Core.Logger.None
        );
        await host.Completion;
    }

    /// <summary>How many events a journal has.</summary>
    public long Rows(string persistenceId)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={JournalFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM journal WHERE persistence_id = $id";
        command.Parameters.AddWithValue("$id", persistenceId);
        return (long)command.ExecuteScalar()!; // A count is one row.
    }

    /// <summary>Changes the journal behind everybody's back.</summary>
    public void Damage(string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={JournalFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }

    /// <summary>Ends every node, the youngest first.</summary>
    public async Task Stop()
    {
        foreach (var node in Enumerable.Reverse(_nodes))
            await node.DisposeAsync();
        _nodes.Clear();
        _file?.Dispose();
        _file = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _folder.Delete(recursive: true);
    }
}
