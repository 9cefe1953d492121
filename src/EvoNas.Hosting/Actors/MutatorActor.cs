using Akka.Actor;
using EvoNas.Actors;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using Serilog;
using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Actors;

/// <summary>Breeds for any search that asks. It has no state but the spaces that it has read already.</summary>
sealed class MutatorActor(Draft draft, ILogger log) : InspectedActor
{
    // More searches at a time than that are read again.
    const int KnownMax = 64;

    readonly ILogger _log = log.ForContext("actor", Context.Self.Path.ToStringWithoutAddress());
    readonly Dictionary<string, (Cell<int, int> Cell, string? Search)> _known = new(StringComparer.Ordinal);
    readonly Cell<int, int>.Turn _turn = new();

    protected override void OnReceive(object message)
    {
        if (message is not RoutedMessage.ToMutator received)
        {
            Unhandled(message);
            return;
        }
        try
        {
            var fingerprint = received.Fingerprint ?? received.Order?.Fingerprint() ?? "";
            if (!_known.TryGetValue(fingerprint, out var known))
            {
                if (received.Order is not { } order)
                {
                    Sender.Tell(new RoutedMessage.NeedsOrder(received.Message));
                    return;
                }
                if (_known.Count >= KnownMax)
                    _known.Clear();
                known = _known[fingerprint] = (new(draft(order).MutatorOf(order.Read())), order.Name);
            }
            if (Statistics is not null)
                Statistics.About = known.Search;
            known.Cell.Read(new(received.Message, Address.Population, 0), _turn);
            foreach (var effect in _turn.Effects)
                if (effect is Effect.Send send)
                    Sender.Tell(new RoutedMessage.FromMutator(send.Message));
        }
        catch (RequestException fault)
        {
            // Asked again after a while: another node may know the space.
            _log.Error("cannot breed for {search}: {Reason}", received.Order?.Name, fault.Message);
            Sender.Tell(new RoutedMessage.CannotBreed(fault.Message));
        }
        finally
        {
            _turn.Clear();
        }
    }
}
