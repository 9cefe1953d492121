using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EvoNas.Actors;
using EvoNas.Cli.CommandLine;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Storage;
using EvoNas.Storage.Postgres;
using EvoNas.Storage.Sqlite;
using EvoNas.Storage.Verification;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>Real nodes of a test's own: their settings, their journal, a search over a table, and what a client that
/// follows it was told.</summary>
sealed class RealCluster : IAsyncDisposable
{
    /// <summary>The search.</summary>
    public const string Search = "night";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evonas-nodes-");
    readonly List<NodeProcess> _nodes = [];
    readonly Dictionary<string, int> _ports = [];
    readonly string? _server;
    readonly CancellationTokenSource _stop = new();
    readonly SortedDictionary<long, Told> _told = [];
    readonly List<LineageEvent> _happened = [];
    TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task _following = Task.CompletedTask;

    /// <param name="server">Connection string of the nodes' journal; null: a SQLite file.</param>
    /// <param name="lookUp">How long an evaluation takes.</param>
    /// <param name="pause">How long a node may be silent before the others doubt it: of a cluster's patience, cut so
    /// that a test can see it end. Null: all of it is the product's own.</param>
    public RealCluster(string? server = null, string lookUp = "20ms", string? pause = "4s")
    {
        _server = server;
        if (server is not null)
            PostgresTables.Migrate(server);
        Directory.CreateDirectory(Data);
        File.WriteAllText(
            Space,
            """
            { "name": "cubes", "decisions": [
                { "name": "a", "one_of": ["x", "y", "z"] }, { "name": "b", "one_of": ["x", "y", "z"] },
                { "name": "c", "one_of": ["x", "y", "z"] }, { "name": "d", "one_of": ["x", "y", "z"] } ] }
            """
        );
        File.WriteAllLines(
            Table,
            [
                "arch,score",
                .. Enumerable
                    .Range(0, 81)
                    .Select(i =>
                        $"{i / 27}{i / 9 % 3}{i / 3 % 3}{i % 3},{(i / 27 + i / 9 % 3 + i / 3 % 3 + i % 3) / 8.0}"
                    ),
            ]
        );
        File.WriteAllText(
            Settings,
            $$"""
            evonas { log.console = information, node { look-up-time = {{lookUp}} }, data = "{{Data}}" }
            {{(pause is null ? "" : Hasty(pause))}}
            """
        );
    }

    static string Hasty(string pause) =>
        $$"""
            evonas { lease = 16s, drain = 20s }
            akka.cluster {
              failure-detector { heartbeat-interval = 500ms, acceptable-heartbeat-pause = {{pause}} }
              split-brain-resolver.stable-after = 2s
            }
            akka.persistence.journal.sql.circuit-breaker { call-timeout = 5s, reset-timeout = 2s }
            akka.persistence.snapshot-store.sql.circuit-breaker { call-timeout = 5s, reset-timeout = 2s }
            """;

    string Data => Path.Combine(_folder.FullName, "data");

    string Space => Path.Combine(_folder.FullName, "cubes.json");

    string Table => Path.Combine(Data, "cubes.csv");

    /// <summary>Of every node.</summary>
    public string Settings => Path.Combine(_folder.FullName, "nodes.conf");

    public string Journal => Path.Combine(_folder.FullName, "cluster.db");

    /// <summary>The coordinators, the same for every node.</summary>
    public string[] Coordinators { get; init; } = ["one"];

    /// <summary>Where a node listens; 127.0.0.1 unless a test has addresses of its own.</summary>
    public Func<string, string> HostOf { get; init; } = _ => "127.0.0.1";

    /// <summary>What starts a node, such as a program that enters a namespace.</summary>
    public Func<string, string[]> Around { get; init; } = _ => [];

    /// <summary>The certificate of a node; null: without TLS.</summary>
    public Func<string, NodeCertificate?> CertificateOf { get; init; } = _ => null;

    /// <summary>The journal as a node reaches it; null: as everybody does.</summary>
    public Func<string, string?> ServerOf { get; init; } = _ => null;

    /// <summary>Settings of a node's own.</summary>
    public Func<string, string?> SettingsOf { get; init; } = _ => null;

    /// <summary>Roles of a node beside those of a coordinator and an evaluator.</summary>
    public Func<string, string[]> RolesOf { get; init; } = _ => [];

    /// <summary>The port under which the others reach a node; the system chooses it once.</summary>
    public int PortOf(string name)
    {
        if (_ports.TryGetValue(name, out var port))
            return port;
        return _ports[name] = FreePort();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Reaches(string name, int port) => _ports[name] = port;

    public string At(string name) => $"{HostOf(name)}:{PortOf(name)}";

    /// <summary>Starts a node, and waits until it is there; again, after it has ended.</summary>
    /// <param name="port">Where it listens, if the others reach it elsewhere.</param>
    public async Task<NodeProcess> Start(string name, int slots = 0, int? port = null, params string[] more)
    {
        var settings = Settings;
        if (SettingsOf(name) is { } own)
        {
            settings = Path.Combine(_folder.FullName, $"{name}.conf");
            await File.WriteAllTextAsync(settings, await File.ReadAllTextAsync(Settings) + "\n" + own);
        }
        var isCoordinator = Coordinators.Contains(name);
        string[] roles =
        [
            .. isCoordinator ? ["population"] : Array.Empty<string>(),
            .. slots > 0 ? ["evaluator"] : Array.Empty<string>(),
            .. RolesOf(name),
        ];
        var environment = new Dictionary<string, string> { ["EVONAS_HOME"] = Path.Combine(_folder.FullName, name) };
        List<string> args =
        [
            "node",
            "--config",
            settings,
            "--name",
            name,
            "--role",
            string.Join(',', roles),
            "--host",
            HostOf(name),
            "--port",
            $"{port ?? PortOf(name)}",
            .. more,
        ];
        if (Coordinators.Length > 1 || !isCoordinator)
            args.AddRange(["--seeds", string.Join(',', Coordinators.Select(At))]);
        if (slots > 0)
            args.AddRange(["--slots", $"{slots}", "--devices", "cpu"]);
        if (isCoordinator && _server is null)
            args.AddRange(["--journal", Journal]);
        else if (isCoordinator)
            environment["EVONAS_JOURNAL"] = ServerOf(name) ?? _server!; // Not null: asked before.
        if (CertificateOf(name) is { } certificate)
        {
            args.AddRange(["--certificate", certificate.Path]);
            environment["EVONAS_CERTIFICATE_PASSWORD"] = certificate.Password;
            foreach (var (variable, value) in PrivateAuthority.Trusted.Trust)
                environment[variable] = value;
        }
        var node = NodeProcess.Start(name, Around(name), args, environment);
        _nodes.Add(node);
        await node.Said($"{name} at ");
        return node;
    }

    /// <summary>Puts a table where nodes look for it.</summary>
    public void AddTable(string name, string text) => File.WriteAllText(Path.Combine(Data, name), text);

    /// <summary>A node that was started.</summary>
    public NodeProcess Node(string name) => _nodes.Last(node => node.Name == name);

    /// <summary>Waits until every node that was started knows every coordinator that was: a node that knows of two and
    /// loses one of them gives up the other side of its own.</summary>
    public async Task AllKnowTheCoordinators()
    {
        foreach (var coordinator in _nodes.Where(node => Coordinators.Contains(node.Name)))
        foreach (var node in _nodes)
            await node.Said($"{At(coordinator.Name)} is up");
    }

    /// <summary>A client of a node; away from the loopback interface with an address and a certificate of
    /// its own.</summary>
    public SearchClient Client(string node) =>
        ClusterClient.Open(At(node), HostOf("client"), CertificateOf("client"), SmallCluster.Patience);

    /// <summary>Runs one command in this process.</summary>
    public async Task<(int Code, string Out, string Error)> Command(params string[] args)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var terminal = new Terminal
        {
            In = TextReader.Null,
            Out = TextWriter.Synchronized(output),
            Error = TextWriter.Synchronized(error),
            NoColour = true,
            Variable = name =>
                name switch
                {
                    "EVONAS_HOME" => Path.Combine(_folder.FullName, "client"),
                    "EVONAS_JOURNAL" => _server,
                    "EVONAS_CERTIFICATE_PASSWORD" => CertificateOf("client")?.Password,
                    _ => null,
                },
        };
        var code = await Evonas.Run(args, terminal);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>What a command says that must succeed.</summary>
    public async Task<string> Does(params string[] args)
    {
        var (code, said, error) = await Command(args);
        Assert.True(code == 0, $"evonas {string.Join(' ', args)} ended with {code}: {said}{error}");
        return said;
    }

    /// <summary>The options of a search over the table.</summary>
    public string[] OverTable =>
        [
            "--name",
            Search,
            "--space",
            Space,
            "--evaluate",
            $"table:{Table}",
            "--key",
            "arch",
            "--metric",
            "score",
            "--repeat-duplicates",
            "--seed",
            "5",
        ];

    /// <summary>Begins a search, and listens to it from then on; it has a budget that no test spends.</summary>
    /// <param name="contact">A node that lives as long as the test.</param>
    /// <param name="training">Settings of a search that trains; null: the one over the table.</param>
    public async Task Begin(string contact, string? training = null)
    {
        var client = Client(contact);
        var file = Path.Combine(_folder.FullName, "search.conf");
        await File.WriteAllTextAsync(
            file,
            "evonas.search.budget.evaluations = 1000000\n"
                + (training ?? $$"""evonas.search { space = "{{Space}}", repeat-duplicates = true, seed = 5 }""")
        );
        var request = SearchRequest.ToBegin(
            EffectiveSettings.Of(file),
            training is null ? new($"table:{Table}", "arch", ["score"]) : new(null, null, []),
            null
        );
        await client.Do(new Request.Run(SearchOrder.Of(Search, request.Settings, request.SpaceText)));
        _following = Subscribe(client);
    }

    async Task Subscribe(SearchClient client)
    {
        await using (client)
        {
            try
            {
                await foreach (var told in client.Subscribe(Search, _stop.Token))
                {
                    TaskCompletionSource heard;
                    lock (_told)
                    {
                        _told.Add(told.Number, told);
                        _happened.Add(
                            EventSerializer.Read(
                                SearchOrder.PersistenceIdOf(Search),
                                told.Number,
                                told.Manifest,
                                told.Payload
                            )
                        );
                        (heard, _news) = (_news, new(TaskCreationOptions.RunContinuationsAsynchronously));
                    }
                    heard.TrySetResult();
                }
            }
            catch (OperationCanceledException) { } // The test has ended.
        }
    }

    /// <summary>The number of the last event that was told.</summary>
    public long LastTold
    {
        get
        {
            lock (_told)
                return _told.Count == 0 ? 0 : _told.Last().Key;
        }
    }

    /// <summary>Births that were scored, as far as this process was told.</summary>
    public int Scored
    {
        get
        {
            lock (_told)
                return _happened.Count(happened => happened is LineageEvent.Scored);
        }
    }

    /// <summary>What happened, as far as this process was told.</summary>
    public LineageEvent[] Happened
    {
        get
        {
            lock (_told)
                return [.. _happened];
        }
    }

    /// <summary>The number of the last event that the journal has.</summary>
    public async Task<long> LastKept()
    {
        using var journal = Open();
        return journal.Read(SearchOrder.PersistenceIdOf(Search)).Max(row => row.Number);
    }

    /// <summary>Waits for so many ends from now on.</summary>
    /// <param name="on">Only those of slots whose name begins so.</param>
    public Task Ends(int count, string on = "") =>
        Until(
            happened =>
                happened is LineageEvent.Scored { Run.Slot: var slot } && slot.StartsWith(on, StringComparison.Ordinal),
            count,
            $"{count} ends on '{on}'"
        );

    async Task Until(Func<LineageEvent, bool> good, int count, string what)
    {
        using var patience = new CancellationTokenSource(SmallCluster.Patience);
        int from;
        lock (_told)
            from = _happened.Count;
        while (true)
        {
            Task news;
            lock (_told)
            {
                for (; from < _happened.Count; from++)
                    if (good(_happened[from]) && --count == 0)
                        return;
                news = _news.Task;
            }
            try
            {
                await news.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(
                    $"There were never {what}. The nodes said:\n"
                        + $"{string.Join("\n\n", _nodes.Select(node => $"== {node.Name}\n{node.All}"))}"
                );
            }
        }
    }

    /// <summary>Ends the search soon, then the nodes, and holds the journal to the promises.</summary>
    public async Task Finish(string contact)
    {
        await using (var client = Client(contact))
        {
            await client.Do(new Request.Pause(Search));
            var paused = Assert.Single(
                (
                    await SmallCluster.Until(client, report => report.Searches is [{ State: "paused", Slots: 0 }])
                ).Searches
            );
            var finished = Until(happened => happened is LineageEvent.Finished, 1, "an end of the search");
            await client.Do(new Request.Extend(Search, new(paused.Ended + 6)));
            await client.Do(new Request.Resume(Search));
            await finished;
            Budget = paused.Ended + 6;
        }
        await Check();
    }

    /// <summary>In evaluations, once the search is ended.</summary>
    public long Budget { get; private set; }

    /// <summary>P1, P2, P4 and P5, as far as a journal and a listener can show them.</summary>
    public async Task Check()
    {
        EndNodes();
        var id = SearchOrder.PersistenceIdOf(Search);
        var verification = _server is null ? SqliteVerification.Of(Journal, id) : PostgresVerification.Of(_server, id);
        Assert.True(verification.Sound, verification.Advice + string.Join('\n', verification.Findings));
        using var journal = Open();
        var rows = journal.Read(id, 0).ToImmutableSortedDictionary(row => row.Number, row => row);
        // What was told once is there for ever, byte for byte.
        lock (_told)
            foreach (var told in _told.Values)
            {
                Assert.Equal(told.Manifest, rows[told.Number].Manifest);
                Assert.True(
                    rows[told.Number].Payload.Span.SequenceEqual(told.Payload),
                    $"Event {told.Number} is not what was told."
                );
            }
        var events = rows
            .Values.Select(row => EventSerializer.Read(id, row.Number, row.Manifest, row.Payload.Span))
            .ToArray();
        var ended = events
            .Select(happened =>
                happened switch
                {
                    LineageEvent.Scored scored => scored.Birth.Value,
                    LineageEvent.RuledOut ruledOut => ruledOut.Birth.Value,
                    _ => 0,
                }
            )
            .Where(birth => birth > 0)
            .ToArray();
        Assert.Equal(ended.Length, ended.Distinct().Count());
        Assert.Equal(ended.Order(), events.OfType<LineageEvent.Born>().Select(born => born.Birth.Value).Order());
        // With rungs the budget counts full trainings.
        if (Budget > 0 && events is [LineageEvent.Begun { Settings.Rungs: null }, ..])
            Assert.Equal(Budget, ended.Length);
    }

    JournalReader Open() => _server is null ? SqliteReader.Open(Journal) : PostgresReader.Open(_server);

    /// <summary>Kills what still runs.</summary>
    public void EndNodes()
    {
        foreach (var node in _nodes)
            node.Dispose();
        _nodes.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        EndNodes();
        await _following;
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }
}
