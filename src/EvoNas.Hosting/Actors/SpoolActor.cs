using Akka.Actor;
using EvoNas.Actors;
using EvoNas.Genetics;
using EvoNas.Hosting.Messages;
using Serilog;
using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Actors;

/// <summary>Says the outcomes that an earlier process of this node kept on disk, until each is in the journal or of no
/// use.</summary>
sealed class SpoolActor : InspectedActor, IWithTimers
{
    static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    readonly Dictionary<(string Search, BirthNumber Birth), SpooledOutcome> _kept;
    readonly Address _self;
    readonly IActorRef _population;

    public SpoolActor(
        Address self,
        IEnumerable<(string Search, SpooledOutcome Outcome)> kept,
        IActorRef population,
        ILogger log
    )
    {
        (_self, _population) = (self, population);
        _kept = kept.ToDictionary(one => (one.Search, one.Outcome.Birth), one => one.Outcome);
        if (_kept.Count > 0)
            log.ForContext("actor", Self.Path.ToStringWithoutAddress())
                .Information("{Count} outcomes were kept by an earlier process and are said again", _kept.Count);
    }

    public ITimerScheduler Timers { get; set; } = null!; // Akka sets it before the first message.

    protected override void PreStart() => Say();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RoutedMessage.ToSlot { Search: var search, Message: Message.Recorded recorded }:
                Forget(search, recorded.Birth);
                break;
            case RoutedMessage.ToSlot { Search: var search, Message: Message.Released released }:
                Forget(search, released.Birth);
                break;
            case Reminder:
                Say();
                break;
            case AskSaid:
                Sender.Tell(new Said());
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void Say()
    {
        if (_kept.Count == 0)
        {
            Context.Stop(Self);
            return;
        }
        foreach (var (key, outcome) in _kept)
            _population.Tell(
                new RoutedMessage.FromSlot(
                    key.Search,
                    _self,
                    new Message.Evaluated(
                        outcome.Birth,
                        outcome.Attempt,
                        outcome.Outcome,
                        outcome.Seconds,
                        Leaving: true
                    )
                )
            );
        Timers.StartSingleTimer("again", new Reminder(new Message.SayAgain()), Again);
    }

    void Forget(string search, BirthNumber birth)
    {
        if (_kept.Remove((search, birth), out var outcome))
            outcome.Forget();
    }

    /// <summary>Answered by <see cref="Said"/> once every outcome was sent for the first time.</summary>
    public sealed record AskSaid;

    /// <summary>Every outcome was sent for the first time: slots that start now cannot overtake them.</summary>
    public sealed record Said;
}
