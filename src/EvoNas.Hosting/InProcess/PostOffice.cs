using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EvoNas.Actors;

namespace EvoNas.Hosting.InProcess;

/// <summary>Brings messages from cell to cell in one process, and reminders when they are due.</summary>
sealed class PostOffice : IDisposable
{
    readonly TimeProvider _time;
    readonly IDisposable _depths;
    readonly ConcurrentDictionary<Address, Mailbox> _boxes = new();
    readonly ConcurrentDictionary<(Address, string), ITimer> _reminders = new();
    volatile bool _closed;

    public PostOffice(TimeProvider time)
    {
        _time = time;
        _depths = Telemetry.Mailboxes.Add(() =>
            from box in _boxes.Values
            group box by box.Type into same
            select new Measurement<long>(
                same.Sum(box => box.Messages.Count),
                Telemetry.Tag("actor.type", same.Key),
                Telemetry.Tag("node", CellRunner.Node)
            )
        );
    }

    public Mailbox Open(Address owner, string type, int capacity) => _boxes[owner] = new(owner, type, capacity);

    public void Send(Address to, Message message, Address from)
    {
        if (_boxes.TryGetValue(to, out var box))
            box.TryPost(new(message, from));
        else
            Telemetry.Dead.Add(1, Telemetry.Tag("message.type", message.GetType().Name));
    }

    /// <summary>A reminder replaces one of the same key.</summary>
    public void Remind(Address to, Effect.Remind reminder)
    {
        var due = TimeSpan.FromSeconds(reminder.AfterSeconds);
        // One timer a key, moved: an evaluator sets its reminder anew at every message.
        var timer = _reminders.GetOrAdd(
            (to, reminder.Key),
            static (key, made) =>
                made.Time.CreateTimer(
                    static state =>
                    {
                        var (office, to, message) = ((PostOffice, Address, Message))state!;
                        office.Send(to, message, to);
                    },
                    (made.Office, key.Item1, made.Message),
                    Timeout.InfiniteTimeSpan,
                    Timeout.InfiniteTimeSpan
                ),
            (Time: _time, Office: this, reminder.Message)
        );
        if (!_closed)
            timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A cell gets no more messages; those it has, it reads.</summary>
    public void Close(Address owner)
    {
        if (_boxes.TryGetValue(owner, out var box))
            box.Close();
    }

    public void Dispose()
    {
        _closed = true;
        _depths.Dispose();
        foreach (var timer in _reminders.Values)
            timer.Dispose();
        foreach (var box in _boxes.Values)
            box.Close();
    }
}
