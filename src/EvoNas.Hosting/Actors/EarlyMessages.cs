using Akka.Actor;
using EvoNas.Actors;
using EvoNas.Genetics;
using EvoNas.Hosting.Messages;
using Address = EvoNas.Actors.Address;
using Answer = EvoNas.Hosting.Messages.Answer;

namespace EvoNas.Hosting.Actors;

/// <summary>What came while the list of searches could not be used.</summary>
sealed class EarlyMessages
{
    readonly List<(Request Request, IActorRef Sender)> _requests = [];

    // The last of each slot and birth, as slots repeat themselves.
    readonly Dictionary<(Address, string?, BirthNumber?), (RoutedMessage.FromSlot, IActorRef)> _slots = [];

    /// <summary>Keeps a request.</summary>
    public void Add(Request request, IActorRef sender) => _requests.Add((request, sender));

    /// <summary>Keeps what a slot says.</summary>
    public void Add(RoutedMessage.FromSlot received, IActorRef sender) =>
        _slots[(received.Slot, received.Search, (received.Message as Message.Evaluated)?.Birth)] = (received, sender);

    /// <summary>Tells all who asked for something why it is not done.</summary>
    public void Refuse(JournalException trouble)
    {
        foreach (var (_, sender) in _requests)
            sender.Tell(new Answer(SearchListActor.Unanswered(trouble.Message), trouble.Hint, MayPass: true));
        _requests.Clear();
    }

    /// <summary>Sends everything again, to an actor that can deal with it now.</summary>
    public void SendTo(IActorRef actor)
    {
        foreach (var (request, sender) in _requests)
            actor.Tell(request, sender);
        foreach (var (received, slot) in _slots.Values)
            actor.Tell(received, slot);
        _requests.Clear();
        _slots.Clear();
    }
}
