using System.Diagnostics;
using EvoNas.Actors;

namespace EvoNas.Hosting.InProcess;

/// <summary>What all cells of this process have in common.</summary>
static class CellRunner
{
    /// <summary>The node's name in measurements.</summary>
    public const string Node = "local";
}

/// <summary>Runs one cell: takes the messages that are there, decides and evolves, has the events kept, and only then
/// carries out the effects.</summary>
sealed class CellRunner<TState, TEvent>
{
    // More messages a turn would make one append longer, not cheaper.
    const int MessagesMax = 4096;

    readonly Address _self;
    readonly Mailbox _mailbox;
    readonly PostOffice _post;
    readonly TimeProvider _time;
    readonly Action<IReadOnlyList<TEvent>> _keep;
    readonly Action<TState, IReadOnlyList<TEvent>> _tell;
    readonly Action<Effect> _carryOut;
    readonly Cell<TState, TEvent>.Turn _turn = new();
    long _started;
    Cell<TState, TEvent> _cell;

    /// <param name="self">Its address.</param>
    /// <param name="mailbox">Its messages.</param>
    /// <param name="post">For messages and reminders.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="cell">The cell, recovered.</param>
    /// <param name="keep">Makes durable what of a turn's events is to be; throws if it cannot.</param>
    /// <param name="tell">Told of the kept events, after <see cref="State"/> is the one that they lead to.</param>
    /// <param name="carryOut">Does what is neither a message nor a reminder.</param>
    public CellRunner(
        Address self,
        Mailbox mailbox,
        PostOffice post,
        TimeProvider time,
        Cell<TState, TEvent> cell,
        Action<IReadOnlyList<TEvent>> keep,
        Action<TState, IReadOnlyList<TEvent>> tell,
        Action<Effect> carryOut
    )
    {
        (_self, _mailbox, _post, _time, _cell, _keep, _tell, _carryOut) = (
            self,
            mailbox,
            post,
            time,
            cell,
            keep,
            tell,
            carryOut
        );
        _started = time.GetTimestamp();
        State = cell.State;
    }

    /// <summary>As of the last turn that was kept; may be read by any thread.</summary>
    public TState State
    {
        get => Volatile.Read(ref _published).Value;
        private set => Volatile.Write(ref _published, new(value));
    }

    // A box, so that a large state is published at once.
    sealed record Published(TState Value);

    Published _published = new(default!); // Set before the constructor returns.

    /// <summary>Starts another cell in the place of one that cannot be trusted; its clock starts at 0.</summary>
    public void Replace(Cell<TState, TEvent> cell) =>
        (_cell, State, _started) = (cell, cell.State, _time.GetTimestamp());

    /// <summary>Told of every message, with the turn's events so far and the index of the first that it led
    /// to.</summary>
    public Action<Message, IReadOnlyList<TEvent>, int>? Heard { get; init; }

    /// <summary>Reads messages until the mailbox is closed.</summary>
    /// <param name="recover">Asked when the events could not be kept: waits, and puts another cell in place; throws to
    /// end the cell.</param>
    /// <param name="stop">Ends the cell between two turns.</param>
    public async Task Run(Func<Exception, Task>? recover, CancellationToken stop)
    {
        var type = Telemetry.Tag("actor.type", _mailbox.Type);
        Telemetry.Live.Add(1, type, Telemetry.Tag("node", CellRunner.Node));
        try
        {
            await Read(recover, type, stop).ConfigureAwait(false);
        }
        finally
        {
            Telemetry.Live.Add(-1, type, Telemetry.Tag("node", CellRunner.Node));
        }
    }

    async Task Read(Func<Exception, Task>? recover, KeyValuePair<string, object?> type, CancellationToken stop)
    {
        Wake();
        while (await _mailbox.Messages.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            try
            {
                var messages = ReadMessages(0, type);
                // An append costs by the flush, not by the event: who can run now says first what it has to say. Nobody
                // is waited for.
                for (
                    var before = 0;
                    recover is not null && _turn.Events.Count > 0 && messages > before && messages < MessagesMax;

                )
                {
                    before = messages;
                    await Task.Yield();
                    messages = ReadMessages(messages, type);
                }
                if (_turn.Events.Count > 0)
                    _keep(_turn.Events);
                State = _cell.State;
                if (_turn.Events.Count > 0)
                    _tell(_cell.State, _turn.Events);
                foreach (var effect in _turn.Effects)
                    CarryOut(effect);
            }
            catch (Exception fault) when (recover is not null && fault is not OperationCanceledException)
            {
                Telemetry.Restarts.Add(1, type, Telemetry.Tag("exception.type", fault.GetType().Name));
                await recover(fault).ConfigureAwait(false);
                Wake();
            }
            finally
            {
                _turn.Clear();
            }
        }
    }

    int ReadMessages(int before, KeyValuePair<string, object?> type)
    {
        var messages = before;
        while (messages < MessagesMax && _mailbox.Messages.TryRead(out var received))
        {
            messages++;
            Read(received, type);
        }
        return messages;
    }

    void Read(Letter received, KeyValuePair<string, object?> type)
    {
        var (first, began) = (_turn.Events.Count, Telemetry.ProcessingTime.Enabled ? Stopwatch.GetTimestamp() : 0);
        _cell.Read(new(received.Message, received.From, At), _turn);
        Heard?.Invoke(received.Message, _turn.Events, first);
        if (began == 0 && received.Posted == 0 && !Telemetry.Messages.Enabled)
            return;
        var message = Telemetry.Tag("message.type", received.Message.GetType().Name);
        Telemetry.Messages.Add(1, type, message);
        if (began == 0)
            return;
        Telemetry.ProcessingTime.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, type, message);
        if (received.Posted != 0)
            Telemetry.MailboxTime.Record(Stopwatch.GetElapsedTime(received.Posted, began).TotalSeconds, type);
    }

    /// <summary>Seconds since the cell started.</summary>
    public double At => _time.GetElapsedTime(_started).TotalSeconds;

    void Wake()
    {
        foreach (var effect in _cell.Resume())
            CarryOut(effect);
        _post.Send(_self, new Message.Wake(), Address.Host);
    }

    void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Send send:
                _post.Send(send.To, send.Message, _self);
                break;
            case Effect.Remind remind:
                _post.Remind(_self, remind);
                break;
            default:
                _carryOut(effect);
                break;
        }
    }
}
