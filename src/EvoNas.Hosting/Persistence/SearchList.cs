using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using EvoNas.Evolution;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Persistence;

/// <summary>A search that the cluster is to run.</summary>
/// <param name="HaltedFor">Why nothing is handed out; null while it is.</param>
sealed record ListedSearch(SearchOrder Order, string? HaltedFor);

/// <summary>The searches of a cluster: whichever coordinator takes over runs these. The names of its events are for
/// ever.</summary>
sealed record SearchList(ImmutableSortedDictionary<string, ListedSearch> Searches)
{
    public const string Ordered = "search-ordered",
        Dismissed = "search-dismissed",
        Halted = "search-halted";

    // Characters kept of who paused a search.
    const int WhoMax = 100;

    public static readonly SearchList Empty = new(
        ImmutableSortedDictionary.Create<string, ListedSearch>(StringComparer.Ordinal)
    );

    public static StoredRow.Listed Order(SearchOrder order) =>
        new(Ordered, JsonSerializer.SerializeToUtf8Bytes(order, SearchListJson.Default.SearchOrder));

    public static StoredRow.Listed Dismiss(string search) =>
        new(Dismissed, JsonSerializer.SerializeToUtf8Bytes(new Halt(search, null), SearchListJson.Default.Halt));

    public static StoredRow.Listed Hold(string search, string? reason) =>
        new(Halted, JsonSerializer.SerializeToUtf8Bytes(new Halt(search, reason), SearchListJson.Default.Halt));

    /// <summary>The row that a request adds to the list; null for one that does not concern it.</summary>
    public static StoredRow.Listed? RowOf(object request) =>
        request switch
        {
            Request.Run run => Order(run.Order),
            Request.Pause { By: { } who } pause => Hold(pause.Search, $"paused by {Printable(who)}"),
            Request.Pause pause => Hold(pause.Search, "paused by hand"),
            Request.Resume resume => Hold(resume.Search, null),
            Request.Stop stop => Dismiss(stop.Search),
            _ => null,
        };

    /// <summary>Why an order cannot be taken; null if it can, as far as this list knows.</summary>
    /// <param name="order">The order.</param>
    /// <param name="begun">What the journal has of a search of this name; null: nothing, or it is on this list.</param>
    public Answer? Refusal(SearchOrder order, SearchSettings? begun)
    {
        try
        {
            var asked = order.Read();
            if (Searches.TryGetValue(order.Name, out var listed))
                begun = listed.Order.Read();
            return begun is null || begun.AreOfSameSearch(asked)
                ? null
                : new(
                    $"'{order.Name}' was begun with other settings.",
                    "Give the new search another name, or extend the old one: evonas extend."
                );
        }
        catch (RequestException fault)
        {
            return new(fault.Message, fault.Hint);
        }
    }

    /// <exception cref="JsonException">The row was not written by EvoNas.</exception>
    public SearchList Evolve(StoredRow.Listed row)
    {
        if (row.Manifest == Ordered)
        {
            var order =
                JsonSerializer.Deserialize(row.Payload, SearchListJson.Default.SearchOrder)
                ?? throw new JsonException("An order is null.");
            return new(Searches.SetItem(order.Name, new(order, Searches.GetValueOrDefault(order.Name)?.HaltedFor)));
        }
        var halt =
            JsonSerializer.Deserialize(row.Payload, SearchListJson.Default.Halt)
            ?? throw new JsonException("A halt is null.");
        if (row.Manifest == Dismissed)
            return new(Searches.Remove(halt.Search));
        return Searches.TryGetValue(halt.Search, out var listed)
            ? new(Searches.SetItem(halt.Search, listed with { HaltedFor = halt.Reason }))
            : this;
    }

    // A client says what it likes, and terminals show it.
    static string Printable(string who) =>
        string.Concat(who.Take(WhoMax).Select(sign => char.IsControl(sign) || char.IsSurrogate(sign) ? '?' : sign));

    internal sealed record Halt(string Search, string? Reason);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SearchOrder))]
[JsonSerializable(typeof(SearchList.Halt))]
sealed partial class SearchListJson : JsonSerializerContext;
