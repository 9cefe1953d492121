using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Actors.Monitors;
using EvoNas.Hosting.Actors;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Inspection;

/// <summary>The last messages about births that the actors of one actor system have handled. Progress of trainings is
/// left out: it is told again and again.</summary>
/// <remarks>May be shared between threads.</remarks>
sealed class BirthSteps
{
    /// <summary>A birth has about seven messages: these are those of the last thousand births, in a megabyte.</summary>
    public const int StepsMax = 8192;

    readonly Lock _lock = new();
    Step[]? _steps;
    long _count;

    /// <summary>Keeps a message, if it is about a birth.</summary>
    /// <param name="actor">Who has handled it.</param>
    /// <param name="message">As it was sent.</param>
    /// <param name="wait">Ticks that it lay in the mailbox; negative: not known.</param>
    /// <param name="took">Ticks that it took.</param>
    /// <param name="failure">The type of the exception that it ended with; null: none.</param>
    /// <param name="now">By <see cref="Stopwatch"/>.</param>
    public void Add(ActorStatistics actor, object message, long wait, long took, string? failure, long now)
    {
        if (message is not (RoutedMessage or SlotActor.FromWorker))
            return;
        var (search, said) = message switch
        {
            RoutedMessage.FromSlot from => (from.Search, from.Message),
            RoutedMessage.ToSlot to => (to.Search, to.Message),
            RoutedMessage.ToMutator to => (to.Order?.Name, to.Message),
            RoutedMessage.FromMutator from => (null, from.Message),
            SlotActor.FromWorker from => (null, from.Message),
            _ => ((string?)null, (Message?)null),
        };
        var (birth, attempt) = About(said);
        if (birth == 0)
            return;
        var step = new Step(
            search ?? actor.About ?? actor.Subject,
            birth,
            attempt,
            actor.Path,
            actor.Type,
            said!.GetType(), // Without a message it is about no birth.
            wait,
            took,
            failure,
            now
        );
        lock (_lock)
            (_steps ??= new Step[StepsMax])[_count++ % StepsMax] = step;
    }

    /// <summary>What is kept of a birth, and how far back anything is kept.</summary>
    /// <param name="search">Its search.</param>
    /// <param name="birth">Its number.</param>
    /// <param name="now">By <see cref="Stopwatch"/>.</param>
    public (BirthStep[] Steps, double? KeptSeconds) Of(string search, long birth, long now)
    {
        Step[] all;
        lock (_lock)
            all = _steps is null
                ? []
                :
                [
                    .. Enumerable
                        .Range(0, (int)Math.Min(_count, StepsMax))
                        .Select(i => _steps[(Math.Max(_count - StepsMax, 0) + i) % StepsMax]),
                ];
        return (
            [
                // A mutator that has not read the search's order yet does not know its name.
                .. all.Where(step => step.Birth == birth && (step.Search is null || step.Search == search))
                    .Select(step => new BirthStep(
                        step.Path,
                        step.Actor,
                        step.Message.Name,
                        step.Attempt,
                        step.Wait < 0 ? null : Seconds(step.Wait),
                        Seconds(step.Took),
                        step.Failure,
                        Seconds(now - step.At)
                    )),
            ],
            all.Length < StepsMax ? null : Seconds(now - all[0].At)
        );
    }

    static (long Birth, int Attempt) About(Message? message) =>
        message switch
        {
            Message.Mutate asked => (asked.Birth.Value, 0),
            Message.Mutated bred => (bred.Birth.Value, 0),
            Message.DrawnInVain drawn => (drawn.Birth.Value, 0),
            Message.Barren barren => (barren.Birth.Value, 0),
            Message.Ready { Holding: { } held } ready => (held.Value, ready.Attempt),
            Message.Evaluate { Assignment: var work } => (work.Birth.Value, work.Attempt),
            Message.Declined declined => (declined.Birth.Value, 0),
            Message.Ended ended => (ended.Birth.Value, ended.Attempt),
            Message.Evaluated done => (done.Birth.Value, done.Attempt),
            Message.Recorded recorded => (recorded.Birth.Value, 0),
            Message.Released released => (released.Birth.Value, 0),
            _ => (0, 0),
        };

    static double Seconds(long ticks) => Math.Max(0, (double)ticks / Stopwatch.Frequency);

    readonly record struct Step(
        string? Search,
        long Birth,
        int Attempt,
        string Path,
        string Actor,
        Type Message,
        long Wait,
        long Took,
        string? Failure,
        long At
    );
}
