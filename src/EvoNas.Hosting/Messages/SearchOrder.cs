using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EvoNas.Actors;
using EvoNas.Evolution;

namespace EvoNas.Hosting.Messages;

/// <summary>A search as a cluster is asked for it: enough for any node to breed in it and to evaluate for it.</summary>
/// <param name="Name">Of the search; its journal is kept under it.</param>
/// <param name="Settings">How it goes, as JSON: the form that the journal has too.</param>
/// <param name="SpaceText">The text of the space's file; null for a space of the catalog.</param>
public sealed record SearchOrder(string Name, string Settings, string? SpaceText) : INodeMessage
{
    /// <summary>What nodes of this build expect of each other: larger when a slot must do more for a birth than before.
    /// A node gives no work to a slot of a smaller number, which says so.</summary>
    public const int Protocol = 4;

    // The numbers before: all that a full training asks of a slot, and what rungs ask.
    const int ProtocolOfTrainings = 2,
        ProtocolOfRungs = 3;

    /// <summary>What a slot's node must know of at least for a birth: what an earlier version can do goes on while a
    /// cluster is brought to a new one.</summary>
    /// <param name="assignment">What it is to do.</param>
    /// <param name="protocol">What this node knows.</param>
    public static int ProtocolFor(Assignment assignment, int protocol) =>
        protocol != Protocol || assignment.SeedOf is not null || assignment.HeldOut is not null ? protocol
        : assignment.Stage is not null ? ProtocolOfRungs
        : ProtocolOfTrainings;

    /// <summary>Bytes of UTF-8 that the text of a space may have: an order is one message, and must fit into a frame
    /// of 1 MiB with all else that it holds.</summary>
    public const int SpaceBytesMax = 512 << 10;

    /// <summary>The name under which a search's events are kept.</summary>
    public static string PersistenceIdOf(string search) => $"search-{search}";

    /// <summary>The search whose events are kept under this name; null where it is no search's.</summary>
    internal static string? SearchOf(string persistenceId) =>
        persistenceId.StartsWith("search-", StringComparison.Ordinal) ? persistenceId["search-".Length..] : null;

    /// <summary>An order of these settings.</summary>
    /// <exception cref="RequestException">The space's text is too large for one message.</exception>
    public static SearchOrder Of(string name, SearchSettings settings, string? spaceText) =>
        spaceText is not null && Encoding.UTF8.GetByteCount(spaceText) is var size and > SpaceBytesMax
            ? throw new RequestException(
                $"The file of the space '{settings.Space}' has {size} bytes; a cluster takes at most {SpaceBytesMax}.",
                "Write it shorter (blanks count), or search it on one machine."
            )
            : new(name, JsonSerializer.Serialize(settings.Checked(), EventJson.Default.SearchSettings), spaceText);

    /// <summary>Differs between orders that differ in anything: SHA-256 as hexadecimal digits.</summary>
    public string Fingerprint() =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}\n{Settings}\n{SpaceText}")));

    /// <summary>True where both order the same search: nothing but the budget differs.</summary>
    /// <exception cref="RequestException">The settings of one cannot be read.</exception>
    public bool IsOfSameSearch(SearchOrder other) =>
        Name == other.Name
        && SpaceText == other.SpaceText
        && (Settings == other.Settings || Read().AreOfSameSearch(other.Read()));

    /// <summary>The settings.</summary>
    /// <exception cref="RequestException">They are not settings of a search.</exception>
    public SearchSettings Read()
    {
        try
        {
            return (
                JsonSerializer.Deserialize(Settings, EventJson.Default.SearchSettings)
                ?? throw new JsonException("They are null.")
            ).Checked();
        }
        catch (Exception fault)
            when (fault
                    is JsonException
                        or FormatException
                        or ArgumentException
                        or InvalidOperationException
                        or NotSupportedException
            )
        {
            throw new RequestException(
                $"The settings of '{Name}' cannot be read: {fault.Message}",
                "They come from another version of EvoNas."
            );
        }
    }
}

/// <summary>Marks what may travel between nodes. Whatever has no mark is refused on the way out, and what is not on the
/// list of <c>NodeMessageSerializer</c> on the way in.</summary>
public interface INodeMessage;
