using Akka.Actor;
using Akka.Persistence;
using EvoNas.Actors;
using EvoNas.Hosting.Nodes;
using EvoNas.Hosting.Persistence;
using EvoNas.Lineages;

namespace EvoNas.Rehearsal;

/// <summary>The journal as production writes it: Akka.Persistence.Sql in an actor system of its own, with the
/// production settings. Tests append and recover through a persistent actor for each persistence id.</summary>
public sealed class AkkaJournal : IAsyncDisposable
{
    const string Quiet = "akka { loglevel = OFF, loggers = [], log-dead-letters = off }";

    readonly JournalConnections _connections;
    readonly ActorSystem _system;
    readonly Dictionary<string, (IActorRef Actor, Task<Lineage> Failed)> _writers = [];

    AkkaJournal(JournalPlace place, string overrides)
    {
        _connections = new(place);
        var settings = AkkaConfiguration.OfOneProcess(_connections, $"{Quiet}\n{overrides}");
        _system = ActorSystem.Create("journal", _connections.Setup.And(BootstrapSetup.Create().WithConfig(settings)));
    }

    /// <summary>Starts an actor system on a journal.</summary>
    /// <param name="place">The journal.</param>
    /// <param name="overrides">HOCON that is laid over the production settings.</param>
    public static AkkaJournal Open(JournalPlace place, string overrides = "") => new(place, overrides);

    /// <summary>Appends events, all or none, after the last event that the persistence id's actor knows.</summary>
    /// <exception cref="JournalException">Whether they were appended is unknown; the next call recovers.</exception>
    public Task Append(string persistenceId, IReadOnlyList<SerializedEvent> events) =>
        Ask(persistenceId, answer => new Persist([.. events.Select(Row)], answer));

    /// <summary>Keeps a snapshot of the last event, and of the older ones only the last.</summary>
    /// <exception cref="JournalException">The snapshot could not be kept.</exception>
    public Task Keep(string persistenceId, ReadOnlyMemory<byte> payload) =>
        Ask(persistenceId, answer => new Save(new(LineageSnapshot.Manifest, payload.ToArray()), answer));

    /// <summary>Recovers a search in a new actor.</summary>
    /// <exception cref="JournalException">The journal cannot be read, or cannot be trusted.</exception>
    public async Task<Lineage> Recover(string persistenceId)
    {
        if (_writers.Remove(persistenceId, out var known))
            await known.Actor.GracefulStop(TimeSpan.FromSeconds(30)).ConfigureAwait(false);
        return await Ask(persistenceId, answer => new Report(answer)).ConfigureAwait(false);
    }

    /// <summary>Ends the actor system, and waits until its journal is no longer in use.</summary>
    public async ValueTask DisposeAsync()
    {
        await _system.Terminate().ConfigureAwait(false);
        await _connections.DisposeAsync().ConfigureAwait(false);
    }

    async Task<Lineage> Ask(string persistenceId, Func<TaskCompletionSource<Lineage>, object> request)
    {
        if (!_writers.TryGetValue(persistenceId, out var writer))
        {
            var failed = NewAnswer();
            var place = _connections.Place;
            var actor = _system.ActorOf(Props.Create(() => new Writing(persistenceId, place, failed)));
            _writers[persistenceId] = writer = (actor, failed.Task);
        }
        var answer = NewAnswer();
        writer.Actor.Tell(request(answer));
        try
        {
            var first = await Task.WhenAny(answer.Task, writer.Failed).ConfigureAwait(false);
            return await first.ConfigureAwait(false);
        }
        catch (JournalException)
        {
            _writers.Remove(persistenceId);
            throw;
        }
    }

    static StoredRow.Event Row(SerializedEvent happened) => new(happened.Manifest, happened.Payload.ToArray());

    static TaskCompletionSource<Lineage> NewAnswer() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    sealed record Persist(StoredRow.Event[] Rows, TaskCompletionSource<Lineage> Answer);

    sealed record Save(StoredRow.Snapshot Snapshot, TaskCompletionSource<Lineage> Answer);

    sealed record Report(TaskCompletionSource<Lineage> Answer);

    /// <summary>The one writer of a persistence id, until it fails.</summary>
    sealed class Writing(string persistenceId, JournalPlace place, TaskCompletionSource<Lineage> failed)
        : UntypedPersistentActor
    {
        readonly List<long> _snapshots = [];
        Lineage _recovered = Lineage.Empty;
        TaskCompletionSource<Lineage>? _saving;

        public override string PersistenceId => persistenceId;

        protected override void PreStart()
        {
            try
            {
                place.Recovering(persistenceId);
                base.PreStart();
            }
            catch (JournalException fault)
            {
                Fail(fault);
            }
        }

        protected override void OnRecover(object message)
        {
            switch (message)
            {
                case SnapshotOffer { Snapshot: StoredRow.Snapshot kept, Metadata: var at }:
                    _recovered = LineageSnapshot.Read(persistenceId, at.SequenceNr, kept.Manifest, kept.Payload);
                    _snapshots.Add(at.SequenceNr);
                    break;
                case StoredRow.Event row when LastSequenceNr != _recovered.Events + 1:
                    throw new EventSerializationException(_recovered.Events + 1, $"is missing before {row.Manifest}");
                case StoredRow.Event row:
                    var happened = EventSerializer.Read(persistenceId, LastSequenceNr, row.Manifest, row.Payload);
                    _recovered = _recovered.Evolve(happened);
                    break;
                case RecoveryCompleted when LastSequenceNr != _recovered.Events:
                    var missing = new EventSerializationException(_recovered.Events + 1, "is missing at the end");
                    Fail(JournalFailure.Of(missing, place));
                    break;
            }
        }

        protected override void OnCommand(object message)
        {
            switch (message)
            {
                case SaveSnapshotSuccess saved:
                    Forget(saved.Metadata.SequenceNr);
                    break;
                case SaveSnapshotFailure failed:
                    Fail(JournalFailure.Of(failed.Cause, place));
                    break;
                case DeleteSnapshotsSuccess or DeleteSnapshotsFailure:
                    _saving?.TrySetResult(_recovered);
                    break;
                case Report report:
                    report.Answer.TrySetResult(_recovered);
                    break;
                case Persist persist:
                    Append(persist);
                    break;
                case Save save:
                    _saving = save.Answer;
                    SaveSnapshot(save.Snapshot);
                    break;
            }
        }

        void Append(Persist persist)
        {
            var left = persist.Rows.Length;
            PersistAll(
                persist.Rows,
                _ =>
                {
                    if (--left == 0)
                        persist.Answer.TrySetResult(_recovered);
                }
            );
        }

        void Forget(long saved)
        {
            _snapshots.Remove(saved);
            _snapshots.Add(saved);
            DeleteSnapshots(new SnapshotSelectionCriteria(_snapshots.Count > 1 ? _snapshots[^2] - 1 : 0));
        }

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
            Fail(JournalFailure.Of(cause, place));

        protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
            Fail(JournalFailure.Of(cause, place));

        protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
            Fail(JournalFailure.Of(reason, place));

        void Fail(JournalException failure)
        {
            failed.TrySetException(failure);
            Context.Stop(Self);
        }
    }
}
