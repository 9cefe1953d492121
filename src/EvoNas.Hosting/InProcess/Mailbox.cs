using System.Diagnostics;
using System.Threading.Channels;
using EvoNas.Actors;

namespace EvoNas.Hosting.InProcess;

/// <summary>A message on its way.</summary>
/// <param name="Posted">A timestamp; 0 where nobody measures.</param>
readonly record struct Letter(Message Message, Address From, long Posted = 0);

/// <summary>A cell's messages, bounded. Posting never waits: a full mailbox loses the message, as a network would, and
/// says so.</summary>
/// <param name="owner">Whose.</param>
/// <param name="type">What its owner is, for measurements: slots are of one type.</param>
/// <param name="capacity">Messages that may wait.</param>
sealed class Mailbox(Address owner, string type, int capacity)
{
    readonly Channel<Letter> _messages = Channel.CreateBounded<Letter>(
        new BoundedChannelOptions(capacity) { SingleReader = true }
    );

    public Address Owner { get; } = owner;

    public string Type { get; } = type;

    public ChannelReader<Letter> Messages => _messages.Reader;

    /// <returns>False if the mailbox is full or closed; who sends it again, and when, is the protocol's
    /// business.</returns>
    public bool TryPost(Letter received)
    {
        if (
            _messages.Writer.TryWrite(
                Telemetry.MailboxTime.Enabled ? received with { Posted = Stopwatch.GetTimestamp() } : received
            )
        )
            return true;
        Telemetry.Dropped.Add(1, Telemetry.Tag("message.type", received.Message.GetType().Name));
        return false;
    }

    public void Close() => _messages.Writer.TryComplete();
}
