using EvoNas.Actors;

namespace EvoNas.Hosting.Messages;

/// <summary>What cells of different nodes say to each other: the message of the protocol, and for which
/// search.</summary>
abstract record RoutedMessage : INodeMessage
{
    RoutedMessage() { }

    /// <summary>A slot to the population; the searches' actor passes it on.</summary>
    /// <param name="Search">Whose birth it speaks of; null for a slot that is free and serves any search.</param>
    public sealed record FromSlot(string? Search, Address Slot, Message Message) : RoutedMessage;

    /// <summary>A population to a slot.</summary>
    /// <param name="Search">Whose work it is.</param>
    /// <param name="Order">With the first work: how to evaluate. Null afterwards: the slot has it.</param>
    /// <param name="Message">What is said.</param>
    /// <param name="Protocol">With work only: what the slot's node must know of at least.</param>
    /// <param name="Fingerprint">With work only: of the order.</param>
    public sealed record ToSlot(
        string Search,
        SearchOrder? Order,
        Message Message,
        int Protocol = 0,
        string? Fingerprint = null
    ) : RoutedMessage;

    /// <summary>A population to any mutator.</summary>
    /// <param name="Order">How to breed; null: the mutator may have it.</param>
    /// <param name="Message">What is asked for.</param>
    /// <param name="Fingerprint">Of the order.</param>
    public sealed record ToMutator(SearchOrder? Order, Message.Mutate Message, string? Fingerprint = null)
        : RoutedMessage;

    /// <summary>A slot or a mutator to a population: it does not have the order of this fingerprint. Answered by the
    /// same message, with the order.</summary>
    public sealed record NeedsOrder(Message Message) : RoutedMessage;

    /// <summary>A mutator's answer.</summary>
    public sealed record FromMutator(Message Message) : RoutedMessage;

    /// <summary>A mutator has no answer: its node lacks something, such as a table.</summary>
    public sealed record CannotBreed(string Reason) : RoutedMessage;

    /// <summary>To the gate of a node; answered by its <see cref="NodeReport"/>.</summary>
    public sealed record AskNode : RoutedMessage;

    /// <summary>To the gate of a node; answered by <see cref="ActorsAnswer"/>, and by an earlier version not at
    /// all.</summary>
    /// <param name="Watched">See <see cref="Request.Actors"/>.</param>
    /// <param name="WithPayloads">See <see cref="Request.Actors.WithPayloads"/>.</param>
    public sealed record AskActors(string? Watched, bool WithPayloads = false) : RoutedMessage;

    /// <summary>To the gate of a node; answered by <see cref="TraceAnswer"/>, and by an earlier version not at
    /// all.</summary>
    /// <param name="Search">See <see cref="Request.Trace"/>.</param>
    /// <param name="Birth">See <see cref="Request.Trace"/>.</param>
    public sealed record AskTrace(string Search, long Birth) : RoutedMessage;

    /// <summary>To the gate of a node; answered by <see cref="SamplesAnswer"/>, and by an earlier version not at
    /// all.</summary>
    /// <param name="Search">See <see cref="Request.Samples"/>.</param>
    /// <param name="Birth">See <see cref="Request.Samples"/>.</param>
    public sealed record AskSamples(string Search, long Birth) : RoutedMessage;

    /// <summary>To the gate of a node: take no more work, and leave.</summary>
    public sealed record LeaveNow : RoutedMessage;
}
