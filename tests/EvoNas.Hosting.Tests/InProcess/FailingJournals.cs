using System.Globalization;
using EvoNas.Actors;
using EvoNas.Lineages;
using Serilog.Core;
using Serilog.Events;

namespace EvoNas.Hosting.Tests.InProcess;

/// <summary>Another journal whose appends can be made to fail.</summary>
abstract class FailingJournal(IJournal inner) : IJournal
{
    protected static JournalException Fault => new(JournalTrouble.Unavailable, "No answer.");

    protected IJournal Inner => inner;

    public abstract void Append(string persistenceId, long first, IReadOnlyList<SerializedEvent> events, DateTime created);

    public IEnumerable<JournalRow> Read(string persistenceId, long after = 0) => inner.Read(persistenceId, after);

    public long Last(string persistenceId) => inner.Last(persistenceId);

    public void Keep(string persistenceId, JournalSnapshot snapshot) => inner.Keep(persistenceId, snapshot);

    public IEnumerable<JournalSnapshot> Snapshots(string persistenceId) => inner.Snapshots(persistenceId);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

/// <summary>Commits everything but the first append.</summary>
sealed class FailingOnce(IJournal inner) : FailingJournal(inner)
{
    bool _failed;

    public override void Append(string persistenceId, long first, IReadOnlyList<SerializedEvent> events, DateTime created)
    {
        if (!_failed)
        {
            _failed = true;
            throw Fault;
        }
        Inner.Append(persistenceId, first, events, created);
    }
}

/// <summary>Commits everything, but fails to say so of the append that ends the search.</summary>
sealed class UnseenEnd(IJournal inner) : FailingJournal(inner)
{
    public bool Lost { get; private set; }

    public override void Append(string persistenceId, long first, IReadOnlyList<SerializedEvent> events, DateTime created)
    {
        Inner.Append(persistenceId, first, events, created);
        var last = first + events.Count - 1;
        if (EventSerializer.Read(persistenceId, last, events[^1].Manifest, events[^1].Payload.Span) is not LineageEvent.Finished)
            return;
        Lost = true;
        throw Fault;
    }
}

/// <summary>Loses appends, before or after they are committed, as a network or a full disk would.</summary>
sealed class UncertainJournal(IJournal inner, Random chance) : FailingJournal(inner)
{
    public int Unknown { get; private set; }

    public int Undone { get; private set; }

    public override void Append(string persistenceId, long first, IReadOnlyList<SerializedEvent> events, DateTime created)
    {
        var fate = chance.Next(8);
        if (fate == 0)
        {
            Undone++;
            throw Fault;
        }
        Inner.Append(persistenceId, first, events, created);
        if (fate != 1)
            return;
        Unknown++;
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
