using System.Runtime.CompilerServices;
using EvoNas.Actors.Monitors;
using EvoNas.Dashboard.Sources;
using EvoNas.Hosting;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Searches.Folders;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Browser.Tests.Support;

/// <summary>A cluster that answers what a test says. Its searches were written, each into a journal of its
/// own.</summary>
/// <param name="home">Where they were written.</param>
sealed class MadeUpCluster(Home home) : SearchCatalog
{
    readonly MadeUpClient _client = new();

    public override string? Cluster => "10.0.0.1:4053";

    public override SearchReports Reports => field ??= new(_client, TimeProvider.System);

    /// <summary>What it answers; null: nothing.</summary>
    public ClusterReport? Report
    {
        set => _client.Says = value;
    }

    /// <summary>What its actors do.</summary>
    public NodeActors[] Actors
    {
        set => _client.Doing = value;
    }

    public override Task<(IReadOnlyList<SearchPlace> Places, string? Trouble)> All() =>
        Task.FromResult<(IReadOnlyList<SearchPlace>, string?)>(
            (
                [
                    .. home.All()
                        .Select(folder => new SearchPlace(
                            folder.Name,
                            folder.PersistenceId,
                            () => SqliteReader.Open(folder.Journal),
                            folder,
                            _client
                        )),
                ],
                null
            )
        );

    public override async Task<SearchPlace?> Find(string name) =>
        (await All()).Places.FirstOrDefault(place => place.Name == name);

    sealed class MadeUpClient : SearchClient
    {
        public ClusterReport? Says { get; set; }

        public NodeActors[] Doing { get; set; } = [];

        public override async IAsyncEnumerable<Told> Subscribe(
            string search,
            [EnumeratorCancellation] CancellationToken stop
        )
        {
            await Task.CompletedTask;
            yield break;
        }

        protected override Task<T> Ask<T>(Request request) =>
            request switch
            {
                Request.Report when Says is T report => Task.FromResult(report),
                Request.Actors when new ActorsAnswer(Doing) is T actors => Task.FromResult(actors),
                _ => throw new SearchStoppedException("No node answers at 10.0.0.1:4053.", "Is it running?"),
            };
    }
}
