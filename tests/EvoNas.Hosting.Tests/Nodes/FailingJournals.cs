using System.Collections.Immutable;
using System.Globalization;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using EvoNas.Actors;
using EvoNas.Hosting.Nodes;
using EvoNas.Hosting.Persistence;
using EvoNas.Lineages;
using Serilog.Core;
using Serilog.Events;

namespace EvoNas.Hosting.Tests.Nodes;

/// <summary>A journal in memory whose appends can be made to fail. Each test has an instance of its own, found by the
/// name in the plugin's settings.</summary>
abstract class FailingJournal : MemoryJournal
{
    protected static Exception Fault => new IOException("No answer.");

    protected sealed override async Task<IImmutableList<Exception?>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages,
        CancellationToken stop
    )
    {
        AtomicWrite[] writes = [.. messages];
        Before(writes);
        var kept = await base.WriteMessagesAsync(writes, stop);
        After(writes);
        return kept;
    }

    protected Task<IImmutableList<Exception?>> Write(IEnumerable<AtomicWrite> writes) =>
        base.WriteMessagesAsync(writes, CancellationToken.None);

    /// <summary>Throws where the append is not to be committed.</summary>
    protected virtual void Before(AtomicWrite[] writes) { }

    /// <summary>Throws where the append is committed, and must not seem so.</summary>
    protected virtual void After(AtomicWrite[] writes) { }

    /// <summary>Runs a search over a journal of this type.</summary>
    public static Task<LocalSearch> Start<TJournal>(SearchPlan plan, Logger? log = null, string settings = "")
        where TJournal : FailingJournal =>
        LocalSearch.Start(
            plan,
            journal: null,
            log ?? Logger.None,
            new HurriedTime(),
            $$"""
            {{HurriedScheduler.Settings}}
            akka.persistence.journal.plugin = "failing"
            failing {
              class = "{{typeof(TJournal).AssemblyQualifiedName}}"
              plugin-dispatcher = "akka.actor.default-dispatcher"
              circuit-breaker.call-timeout = 10h
              recovery-event-timeout = 10h
              {{settings}}
            }
            """
        );
}

/// <summary>Commits everything but the first append.</summary>
sealed class FailingOnce : FailingJournal
{
    bool _failed;

    protected override void Before(AtomicWrite[] writes)
    {
        if (_failed)
            return;
        _failed = true;
        throw Fault;
    }
}

/// <summary>Commits everything, but fails to say so of the append that ends the search.</summary>
sealed class UnseenEnd : FailingJournal
{
    protected override void After(AtomicWrite[] writes)
    {
        var last = ((IImmutableList<IPersistentRepresentation>)writes[^1].Payload)[^1];
        var row = (StoredRow)last.Payload;
        if (
            EventSerializer.Read(last.PersistenceId, last.SequenceNr, row.Manifest, row.Payload)
            is LineageEvent.Finished
        )
            throw Fault;
    }
}

/// <summary>Loses one append in four, every second of these after it was committed, as a network or a full disk
/// would.</summary>
/// <param name="settings">With a <c>seed</c>.</param>
sealed class UncertainJournal(Config settings) : FailingJournal
{
    readonly Random _chance = new(settings.GetInt("seed"));
    int _fate;

    /// <summary>By seed: appends that were committed unseen, and appends that were undone.</summary>
    public static System.Collections.Concurrent.ConcurrentDictionary<int, (int Unseen, int Undone)> Lost { get; } =
        new();

    int Seed => settings.GetInt("seed");

    protected override void Before(AtomicWrite[] writes)
    {
        _fate = _chance.Next(8);
        if (_fate != 0)
            return;
        Lost.AddOrUpdate(Seed, (0, 1), (_, lost) => (lost.Unseen, lost.Undone + 1));
        throw Fault;
    }

    protected override void After(AtomicWrite[] writes)
    {
        if (_fate != 1)
            return;
        Lost.AddOrUpdate(Seed, (1, 0), (_, lost) => (lost.Unseen + 1, lost.Undone));
        throw Fault;
    }
}

/// <summary>Remembers whether a line was logged.</summary>
sealed class Heard(string line) : ILogEventSink
{
    volatile bool _was;

    public bool Was => _was;

    public void Emit(LogEvent logEvent) =>
        _was |= logEvent.RenderMessage(CultureInfo.InvariantCulture).Contains(line, StringComparison.Ordinal);
}
