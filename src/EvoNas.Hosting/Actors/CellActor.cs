using Akka.Actor;
using EvoNas.Actors;
using Serilog;
using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Actors;

/// <summary>An Akka actor that runs a cell which is not durable: read, evolve, then the effects. Its events go to the
/// node's monitor.</summary>
/// <param name="type">What it is, for measurements.</param>
abstract class CellActor<TState, TEvent>(Behavior<TState, TEvent> behavior, string type, TimeProvider time)
    : InspectedActor,
        IWithTimers
    where TEvent : notnull
{
    readonly Cell<TState, TEvent> _cell = new(behavior);
    readonly Cell<TState, TEvent>.Turn _turn = new();
    readonly long _started = time.GetTimestamp();

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!; // Akka sets it before the first message.

    protected TState State => _cell.State;

    protected TimeProvider Time { get; } = time;

    protected override void PreStart()
    {
        foreach (var effect in _cell.Resume())
            CarryOut(effect);
        Read(new Message.Wake(), Address.Host);
    }

    /// <summary>Has the cell read a message, and does what it wants.</summary>
    protected void Read(Message message, Address from)
    {
        try
        {
            using (Measured.Turn(type, message))
                _cell.Read(new(message, from, Time.GetElapsedTime(_started).TotalSeconds), _turn);
            foreach (var happened in _turn.Events)
                Tell(happened);
            foreach (var effect in _turn.Effects)
                CarryOut(effect);
        }
        finally
        {
            _turn.Clear();
        }
    }

    protected override void OnReceive(object message)
    {
        if (message is Reminder reminder)
            Read(reminder.Message, Address.Host);
        else
            Unhandled(message);
    }

    /// <summary>An event, after the state is the one that it leads to.</summary>
    protected virtual void Tell(TEvent happened) { }

    /// <summary>Reminders are done here; the rest is the cell's own.</summary>
    protected virtual void CarryOut(Effect effect)
    {
        if (effect is Effect.Remind remind)
            Timers.StartSingleTimer(
                remind.Key,
                new Reminder(remind.Message),
                TimeSpan.FromSeconds(remind.AfterSeconds)
            );
        else
            throw new System.Diagnostics.UnreachableException(
                $"{GetType().Name} does not carry out {effect.GetType().Name}."
            );
    }
}

/// <summary>A message to a cell by itself, when it is due.</summary>
sealed record Reminder(Message Message);
