using System.Threading.Channels;
using EvoNas.Actors;

namespace EvoNas.Hosting.InProcess;

/// <summary>A letter on its way.</summary>
readonly record struct Letter(Message Message, Address From);

/// <summary>A cell's letters, bounded. Posting never waits: a full mailbox loses the letter, as a network would, and says so.</summary>
sealed class Mailbox(Address owner, int capacity)
{
    readonly Channel<Letter> _letters = Channel.CreateBounded<Letter>(new BoundedChannelOptions(capacity) { SingleReader = true });

    public Address Owner { get; } = owner;

    public ChannelReader<Letter> Letters => _letters.Reader;

    /// <returns>False if the mailbox is full or closed; who sends it again, and when, is the protocol's business.</returns>
    public bool TryPost(Letter letter)
    {
        if (_letters.Writer.TryWrite(letter)) return true;
        Telemetry.Dropped.Add(1, new KeyValuePair<string, object?>("cell", Owner.Name));
        return false;
    }

    public void Close() => _letters.Writer.TryComplete();
}
