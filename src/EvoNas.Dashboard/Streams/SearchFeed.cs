using System.Text.Json;
using EvoNas.Dashboard.Answers;
using EvoNas.Dashboard.Projections;
using EvoNas.Dashboard.Sources;

namespace EvoNas.Dashboard.Streams;

/// <summary>A message of a stream.</summary>
readonly record struct StreamMessage(string Event, string Data);

/// <summary>What one page is told of one search. Nothing waits in a queue: whenever there is room for a message, it is
/// made of what has changed since the last one, so a slow page costs no memory.</summary>
/// <remarks>Not to be shared between threads.</remarks>
sealed class SearchFeed(WatchedSearch search, TimeProvider time)
{
    const int RowsMax = 200,
        BehindMax = 1000;

    // What costs a question to another process or a comparison of texts is not looked at four times a second.
    static readonly TimeSpan BetweenStates = TimeSpan.FromSeconds(1);

    static readonly string[] Kinds = ["evaluation", "state", "slot", "progress"];

    int _next;
    string _state = "",
        _slots = "",
        _progress = "";
    DateTime _stateAsked,
        _slotsAsked;
    (List<SlotAnswer> Slots, string Answered) _said = ([], "none");

    public string Name => search.Place.Name;

    /// <summary>The last event that the page knows.</summary>
    public long Event { get; private set; }

    /// <summary>Begins after an event; null begins with what comes next.</summary>
    public async Task Begin(long? after)
    {
        var last = await search.Ask(projection => projection.Event).ConfigureAwait(false);
        // A number that is too large is of another search of this name.
        Event =
            after is { } known && known <= last ? known
            : after is null ? last
            : 0;
    }

    /// <summary>The next message; null where nothing has changed. Each kind has its turn.</summary>
    public async Task<StreamMessage?> Next()
    {
        for (var i = 0; i < Kinds.Length; i++)
        {
            var kind = Kinds[_next];
            _next = (_next + 1) % Kinds.Length;
            var message = kind switch
            {
                "evaluation" => await Evaluations().ConfigureAwait(false),
                "state" => await State().ConfigureAwait(false),
                "slot" => await Slots().ConfigureAwait(false),
                _ => Progress(),
            };
            if (message is not null)
                return message;
        }
        return null;
    }

    Task<StreamMessage?> Evaluations() =>
        search.Ask(
            (Func<Projection, StreamMessage?>)(
                projection =>
                {
                    if (projection.Event == Event)
                        return null;
                    if (projection.Event < Event || projection.Event - Event > BehindMax)
                    {
                        Event = projection.Event;
                        return Message("resync", new { search = Name, @event = Event });
                    }
                    var (births, upTo) = Changed(projection, Event);
                    Event = upTo;
                    return Message(
                        "evaluation",
                        new
                        {
                            search = Name,
                            @event = Event,
                            rows = EvaluationRows.Of(projection, births),
                            best = projection.Best > 0 ? projection.Best : (int?)null,
                        }
                    );
                }
            )
        );

    /// <summary>The births that an event after this one is about, as many as one message holds, and the event up to
    /// which they are all there.</summary>
    internal static (List<int> Births, long UpTo) Changed(Projection projection, long after)
    {
        // Both lists are in the order of their events: only what is new is looked at.
        var changes = new List<(int Event, int Birth)>();
        for (var birth = projection.Count; birth > 0 && projection.BornAt[birth - 1] > after; birth--)
            changes.Add((projection.BornAt[birth - 1], birth));
        for (var i = projection.Ends.Count - 1; i >= 0; i--)
        {
            var birth = projection.Ends[i];
            if (projection.EndedAt[birth - 1] <= after)
                break;
            changes.Add((projection.EndedAt[birth - 1], birth));
        }
        changes.Sort();
        var taken = changes.Take(RowsMax).ToArray();
        return (
            [.. taken.Select(change => change.Birth).Distinct()],
            changes.Count > RowsMax ? taken[^1].Event : projection.Event
        );
    }

    async Task<StreamMessage?> State()
    {
        if (Now - _stateAsked < BetweenStates)
            return null;
        _stateAsked = Now;
        return Changed("state", await search.Summary().ConfigureAwait(false), ref _state);
    }

    async Task<StreamMessage?> Slots()
    {
        if (Now - _slotsAsked < BetweenStates)
            return null;
        _slotsAsked = Now;
        _said = await search.Slots().ConfigureAwait(false);
        // How far a training is, is progress; all else is news.
        var known = JsonSerializer.Serialize(
            new
            {
                _said.Answered,
                slots = _said.Slots.Select(slot => new
                {
                    slot.Name,
                    slot.Node,
                    slot.Does,
                    slot.Search,
                    slot.Birth,
                    slot.Attempt,
                    detail = slot.Progress is null ? slot.Detail : null,
                    slot.Curve.Length,
                }),
            }
        );
        if (known == _slots)
            return null;
        _slots = known;
        return Message(
            "slot",
            new
            {
                search = Name,
                slots = _said.Slots,
                report = _said.Answered,
            }
        );
    }

    StreamMessage? Progress()
    {
        var trained = _said
            .Slots.Where(slot => slot.Progress is not null)
            .Select(slot => new
            {
                slot.Name,
                slot.Birth,
                slot.Seconds,
                slot.Progress,
            })
            .ToArray();
        return trained.Length == 0 ? null : Changed("progress", new { search = Name, slots = trained }, ref _progress);
    }

    DateTime Now => time.GetUtcNow().UtcDateTime;

    static StreamMessage? Changed<T>(string kind, T value, ref string last)
    {
        var message = Message(kind, value);
        if (message.Data == last)
            return null;
        last = message.Data;
        return message;
    }

    /// <summary>A message of a value as JSON.</summary>
    public static StreamMessage Message<T>(string kind, T value) =>
        new(kind, JsonSerializer.Serialize(value, JsonSerializerOptions.Web));
}
