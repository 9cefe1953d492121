using System.Data;
using System.Data.Common;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Persistence.Sql.Config;
using EvoNas.Actors;
using LinqToDB;
using LinqToDB.Data;
using LinqToDB.Interceptors;

namespace EvoNas.Hosting.Persistence;

/// <summary>The connections of one actor system to its journal: Akka.Persistence.Sql writes SQLite and PostgreSQL
/// through them, and each is prepared as its <see cref="JournalPlace"/> says.</summary>
/// <remarks>An actor system ends before the last statement of its journal has. The owner of the database
/// awaits <see cref="DisposeAsync"/> first.</remarks>
public sealed class JournalConnections : IAsyncDisposable
{
    static readonly string[] Plugins = ["akka.persistence.journal.sql", "akka.persistence.snapshot-store.sql"];

    readonly DataOptions _options;
    readonly Lock _gate = new();
    TaskCompletionSource? _allClosed;
    int _open;

    /// <param name="place">The journal.</param>
    public JournalConnections(JournalPlace place)
    {
        Place = place;
        _options = new DataOptions()
            .UseConnectionString(place.Provider, place.ConnectionString)
            .UseInterceptor(new Interceptor(this));
        Setup = ActorSystemSetup.Create(new DataOptionsSetup(_options), new JournalSetup(place));
    }

    /// <summary>The journal.</summary>
    public JournalPlace Place { get; }

    /// <summary>What an actor system must be created with to write this journal, besides
    /// <see cref="Settings"/>.</summary>
    public ActorSystemSetup Setup { get; }

    /// <summary>The settings that go with <see cref="Setup"/>, as HOCON keys and values. The connection string, which
    /// may hold a password, is not among them.</summary>
    public IEnumerable<(string Key, string Value)> Settings => Plugins.SelectMany(SettingsOf);

    /// <summary>Asks whether the journal can be appended to now, over a connection as the actor system has
    /// them.</summary>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="JournalException">It cannot; the message says why.</exception>
    public async Task Probe(CancellationToken stop)
    {
        try
        {
            await using var connection = new DataConnection(_options);
            var said = await connection.QueryToListAsync<string?>(Place.Probe, stop).ConfigureAwait(false);
            if (said is [{ } why, ..])
                throw new JournalException(
                    JournalTrouble.Unavailable,
                    $"The journal takes no writes: {why}.",
                    "The searches go on by themselves when it can be written again."
                );
        }
        catch (Exception fault) when (fault is not (JournalException or OperationCanceledException))
        {
            throw JournalFailure.Of(fault, Place);
        }
    }

    /// <summary>Completes when no connection is in use; the actor system must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        Task closed;
        lock (_gate)
        {
            if (_open == 0)
                return;
            _allClosed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            closed = _allClosed.Task;
        }
        await closed.ConfigureAwait(false);
    }

    IEnumerable<(string Key, string Value)> SettingsOf(string plugin)
    {
        yield return ($"{plugin}.provider-name", Place.Provider);
        if (!Place.IsFile)
            yield break;
        // A file has one writer, and a reading transaction must not wait for it.
        yield return ($"{plugin}.parallelism", "1");
        yield return ($"{plugin}.read-isolation-level", "read-uncommitted");
        // The plugin writes rows as text. 32 of them stay below 85,000 bytes, from where on memory is freed by full
        // collections only.
        if (plugin == Plugins[0])
            yield return ($"{plugin}.db-round-trip-max-batch-size", "32");
    }

    void Prepare(DbConnection connection)
    {
        lock (_gate)
            _open++;
        connection.StateChange += Count;
        Place.Opened(connection);
    }

    void Count(object? sender, StateChangeEventArgs change)
    {
        if (change.CurrentState is not (ConnectionState.Closed or ConnectionState.Broken))
            return;
        ((DbConnection)sender!).StateChange -= Count; // A connection reports its own state.
        lock (_gate)
            if (--_open == 0)
                _allClosed?.TrySetResult();
    }

    sealed class Interceptor(JournalConnections connections) : ConnectionInterceptor
    {
        public override void ConnectionOpening(ConnectionEventData eventData, DbConnection connection) =>
            connections.Place.Opening();

        public override Task ConnectionOpeningAsync(
            ConnectionEventData eventData,
            DbConnection connection,
            CancellationToken cancellationToken
        )
        {
            connections.Place.Opening();
            return Task.CompletedTask;
        }

        public override void ConnectionOpened(ConnectionEventData eventData, DbConnection connection) =>
            connections.Prepare(connection);

        public override Task ConnectionOpenedAsync(
            ConnectionEventData eventData,
            DbConnection connection,
            CancellationToken cancellationToken
        )
        {
            connections.Prepare(connection);
            return Task.CompletedTask;
        }
    }
}

/// <summary>Tells the actors of a system where its journal is.</summary>
sealed class JournalSetup(JournalPlace place) : Setup
{
    /// <summary>The journal.</summary>
    public JournalPlace Place => place;

    /// <summary>The journal of a system that was created with <see cref="JournalConnections.Setup"/>; null where the
    /// journal is in the memory of the process.</summary>
    public static JournalPlace? Of(ActorSystem system) =>
        system.Settings.Setup.Get<JournalSetup>() is { HasValue: true, Value: var setup } ? setup.Place : null;
}
