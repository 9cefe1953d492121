using System.Diagnostics;
using System.Text.Json;
using EvoNas.Actors;
using EvoNas.Dashboard.Answers;
using EvoNas.Dashboard.Projections;
using EvoNas.Evolution;
using EvoNas.Hosting.Messages;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches.Folders;
using EvoNas.Storage;
using Serilog;

namespace EvoNas.Dashboard.Sources;

/// <summary>One search as the dashboard knows it: its numbers, and once a page of it is opened its whole history as
/// columns.</summary>
/// <remarks>May be shared between threads. It reads the journal when it is asked and has not just done so; while nobody
/// asks it does nothing.</remarks>
sealed class WatchedSearch(
    SearchPlace place,
    SearchReports reports,
    ProjectionFile? kept,
    TimeProvider time,
    ILogger log
) : IDisposable
{
    // What was read so recently is new enough.
    static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(100);

    // Of a search of a cluster that does not answer.
    const string Unknown = "no node tells what it does; what follows is what its journal holds";

    readonly Lock _reading = new(),
        _folding = new();
    readonly SlotCurves _curves = new();
    SearchPulse _pulse = new(place.PersistenceId);
    JournalReader? _pulseJournal,
        _journal;
    Projection? _projection;
    SearchSpaces? _spaces;
    DateTime _pulseRead,
        _folded;
    JournalIdentity _pulseOf,
        _foldedOf;
    double _foldSeconds;

    public SearchPlace Place => place;

    /// <summary>Where its process, or its cluster, is asked.</summary>
    public SearchReports Reports => reports;

    /// <summary>When its history was last asked for, UTC.</summary>
    public DateTime Asked { get; private set; }

    /// <summary>What the process of the search says; null where it runs in none or does not answer.</summary>
    public async Task<(ClusterReport? Report, string Answered)> Report()
    {
        if (!place.MayRun)
            return (null, "none");
        var report = await reports.Get().ConfigureAwait(false);
        return (report, report is null ? "silent" : "answered");
    }

    /// <summary>The slots that work for this search, or for none.</summary>
    public async Task<(List<SlotAnswer> Slots, string Answered)> Slots()
    {
        var (report, answered) = await Report().ConfigureAwait(false);
        return (
            [
                .. (report?.Nodes ?? [])
                    .SelectMany(node => node.Slots.Select(slot => (node, slot)))
                    .Where(pair => pair.slot.Search == place.Name || pair.slot.Search is null)
                    .OrderBy(pair => pair.slot.Name, StringComparer.Ordinal)
                    .Select(pair => SearchReports.Slot(pair.node, pair.slot, _curves.See(pair.node.Name, pair.slot))),
            ],
            answered
        );
    }

    /// <summary>The search in numbers. A journal that cannot be read is a state, no error.</summary>
    public async Task<SearchSummary> Summary()
    {
        var (report, _) = await Report().ConfigureAwait(false);
        var said = report?.Searches.FirstOrDefault(search => search.Name == place.Name);
        try
        {
            lock (_reading)
            {
                if (Now - _pulseRead >= Fresh)
                {
                    if (IsReplaced(ref _pulseOf, _pulse.Lineage.Events))
                    {
                        _pulseJournal?.Dispose();
                        (_pulseJournal, _pulse) = (null, new(place.PersistenceId));
                    }
                    Refresh(ref _pulseJournal, journal => _pulse.CatchUp(journal));
                    _pulseRead = Now;
                }
                return SummaryOf(said);
            }
        }
        catch (Exception fault) when (fault is JournalException or EventSerializationException or LineageException)
        {
            // Read from the start the next time: what is half read is no lineage.
            lock (_reading)
                _pulse = new(place.PersistenceId);
            return new()
            {
                Name = place.Name,
                State = "broken",
                Detail = fault.Message,
            };
        }
    }

    /// <summary>Asks the whole history, after what was appended has been folded in.</summary>
    /// <param name="query">Is asked while nothing else reads or folds; must be short.</param>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public Task<T> Ask<T>(Func<Projection, T> query) => Task.Run(() => AskNow(query));

    /// <summary>The same, with the space of the search.</summary>
    public Task<T> Ask<T>(Func<Projection, SearchSpaces, T> query) =>
        Task.Run(() =>
            AskNow(projection => query(projection, _spaces ??= SearchSpaces.Of(place, projection.Settings, log)))
        );

    /// <summary>Reads one event again, with what is not kept in columns.</summary>
    /// <param name="number">The event's number.</param>
    /// <exception cref="JournalException">The journal cannot be read, or has no such event.</exception>
    public LineageEvent EventAt(long number)
    {
        using var journal = place.Open();
        foreach (var row in journal.Read(place.PersistenceId, number - 1))
            return EventSerializer.Read(place.PersistenceId, row.Number, row.Manifest, row.Payload.Span);
        throw new JournalException(
            JournalTrouble.Broken,
            $"The journal {journal.Place} has no event {number} of {place.PersistenceId}."
        );
    }

    /// <summary>A few events as they lie in the journal.</summary>
    public Task<(List<JournalRow> Rows, long Last, string At)> Rows(long after, int count) =>
        Task.Run(() =>
        {
            using var journal = place.Open();
            var last = journal.Last(place.PersistenceId);
            var rows = journal.Read(place.PersistenceId, Math.Clamp(after, 0, last)).Take(count).ToList();
            return (rows, last, journal.Place);
        });

    /// <summary>How far the history is folded, and what that took.</summary>
    public (long Event, double FoldSeconds) Folded => (_projection?.Event ?? 0, _foldSeconds);

    /// <summary>Forgets the history; the next question reads it again.</summary>
    public void Forget()
    {
        lock (_folding)
        {
            _projection = null;
            _spaces = null;
            _journal?.Dispose();
            _journal = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        lock (_reading)
            _pulseJournal?.Dispose();
    }

    DateTime Now => time.GetUtcNow().UtcDateTime;

    T AskNow<T>(Func<Projection, T> query)
    {
        Asked = Now;
        lock (_folding)
        {
            if (_projection is null || Now - _folded >= Fresh)
            {
                if (IsReplaced(ref _foldedOf, _projection?.Event ?? 0))
                    Forget();
                Fold();
                _folded = Now;
            }
            return query(_projection!); // Fold sets it.
        }
    }

    void Fold()
    {
        var clock = Stopwatch.StartNew();
        var first = _projection is null;
        try
        {
            Refresh(
                ref _journal,
                journal =>
                {
                    var projection = _projection ??= kept?.Load(journal, place.PersistenceId) ?? new();
                    if (journal.Last(place.PersistenceId) is var last && last < projection.Event)
                        throw new LineageException(last, $"is the last one, but event {projection.Event} was read");
                    foreach (var row in journal.Read(place.PersistenceId, projection.Event))
                    {
                        var happened = EventSerializer.Read(
                            place.PersistenceId,
                            row.Number,
                            row.Manifest,
                            row.Payload.Span
                        );
                        projection.See(row.Number, row.Created, happened);
                        kept?.Add(row, happened);
                    }
                }
            );
        }
        catch
        {
            // Another search may lie under this name by now: it is read from its first event.
            _projection = null;
            kept?.Forget();
            throw;
        }
        kept?.Keep();
        if (first)
            _foldSeconds = clock.Elapsed.TotalSeconds;
    }

    // A search that was deleted and begun again: an open connection would read the old file for ever. A file system
    // without times of birth gives that of the last change instead, so the events have the last word.
    bool IsReplaced(ref JournalIdentity known, long seen)
    {
        if (place.Folder is not { } folder)
            return false;
        var made = File.GetCreationTimeUtc(folder.Journal);
        if (made == known.Made)
            return false;
        using var journal = place.Open();
        var begun = journal.Read(place.PersistenceId, after: 0).Select(row => row.Created).FirstOrDefault();
        var isReplaced = known.Begun != default && (begun != known.Begun || journal.Last(place.PersistenceId) < seen);
        known = new(made, begun);
        return isReplaced;
    }

    /// <summary>What tells the journal of a search from another one in its place.</summary>
    /// <param name="Made">When its file was, UTC.</param>
    /// <param name="Begun">When its first event was kept, UTC; default: it has none.</param>
    readonly record struct JournalIdentity(DateTime Made, DateTime Begun);

    // After a failure it is opened anew.
    void Refresh(ref JournalReader? journal, Action<JournalReader> read)
    {
        try
        {
            read(journal ??= place.Open());
        }
        catch
        {
            journal?.Dispose();
            journal = null;
            throw;
        }
    }

    SearchSummary SummaryOf(SearchReport? said)
    {
        var lineage = _pulse.Lineage;
        var settings = lineage.Settings;
        var session = place.Folder is { } folder ? Session.Read(folder) : null;
        var state = place.Folder is null
            ? said?.State ?? (lineage.Finished is null ? SearchState.Waiting : SearchState.Finished)
            : SearchState.Of(place.Folder, lineage, session);
        return new()
        {
            Name = place.Name,
            State = state == SearchState.Running && said is not null ? said.State : state,
            Detail = said is null && place.Folder is null && lineage.Finished is null ? Unknown : said?.Detail,
            Space = settings?.Space,
            Objective = settings is null ? null : ObjectiveList.Text(settings.Objectives),
            Limits = [.. settings?.Objective.Limits.Select(limit => limit.ToString()) ?? []],
            Algorithm = settings?.Algorithm.ToString().ToLowerInvariant(),
            Seed = settings?.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Events = lineage.Events,
            Rungs = settings?.Rungs is { } rules
                ? [.. rules.Epochs.Zip(lineage.RungCounts, (epoch, count) => new RungAnswer(epoch, count))]
                : null,
            Births = lineage.Born,
            Ended = lineage.Ended,
            Scored = lineage.Scored,
            RuledOut = lineage.RuledOut,
            Pending = lineage.Pending.Count,
            Population = lineage.Population.Count,
            Budget = settings?.Budget is { } budget ? new(budget.Evaluations, budget.Hours, budget.SlotHours) : null,
            Spent = settings?.Budget.Spent(lineage.Evaluations, lineage.ElapsedSeconds, lineage.SlotSeconds),
            Announced = Champion(lineage.Announced) is { } announced
                ? announced with
                {
                    Fitness = lineage.AnnouncedFitness ?? announced.Fitness,
                }
                : null,
            Winner = lineage.Winner is { } winner ? WinnerAnswer.Of(winner) : null,
            Best = Champion(lineage.Best),
            BestFeasible = Champion(lineage.BestFeasible),
            Pareto = FrontView.Of(lineage) is { } front ? FrontAnswer.Of(front) : null,
            PerHour = _pulse.PerHour,
            SecondsLeft = _pulse.Left(said?.Slots ?? 0),
            ElapsedSeconds = lineage.ElapsedSeconds,
            SlotSeconds = lineage.SlotSeconds,
            Started = _pulse.Started,
            LastEventAt = _pulse.LastEventAt,
            Finished = lineage.Finished?.ToString().ToLowerInvariant(),
            FinishedDetail = SearchEnd.InWords(lineage.Finished, lineage.Spent),
            Slots = said?.Slots ?? 0,
            Version = place.Folder is { } at ? SettingsFile.Read(at)?.Version : null,
        };
    }

    static ChampionAnswer? Champion(Champion? champion) =>
        champion is null
            ? null
            : new(
                champion.Individual.Birth.Value,
                champion.Individual.Fitness.Value,
                champion.Individual.Fitness.Feasible,
                champion.Individual.Genotype.ToString(),
                champion.Metrics.ToDictionary(pair => pair.Key, pair => pair.Value)
            );
}

/// <summary>The curves of trainings that run, as far as they were seen: a report tells only the last epoch.</summary>
sealed class SlotCurves
{
    readonly Lock _lock = new();
    readonly Dictionary<(string Node, string Slot), (long Birth, int Attempt, List<double> Curve)> _curves = [];

    /// <summary>Adds what a slot reports now.</summary>
    /// <returns>Top-1 after each epoch that was seen.</returns>
    public double[] See(string node, SlotLine slot)
    {
        lock (_lock)
        {
            if (slot.Search is null)
            {
                _curves.Remove((node, slot.Name));
                return [];
            }
            if (
                !_curves.TryGetValue((node, slot.Name), out var seen)
                || (seen.Birth, seen.Attempt) != (slot.Birth, slot.Attempt)
            )
                _curves[(node, slot.Name)] = seen = (slot.Birth, slot.Attempt, []);
            // The value of an epoch is there when the next one runs.
            if (
                slot.Progress is { Top1: { } top1, Epoch: var epoch }
                && (seen.Curve.Count == 0 || (epoch - 1 > seen.Curve.Count && epoch < 10_000))
            )
                seen.Curve.Add(top1);
            return [.. seen.Curve];
        }
    }
}

/// <summary>The settings file beside a journal: what was in effect when the search last began.</summary>
sealed record SettingsFile(string? Version, IReadOnlyDictionary<string, string?> Settings)
{
    const int BytesMax = 1 << 20;

    /// <summary>What is in a search's folder; null if nothing can be read there.</summary>
    public static SettingsFile? Read(SearchFolder search)
    {
        try
        {
            if (new FileInfo(search.Settings) is not { Exists: true, Length: <= BytesMax })
                return null;
            using var stream = File.OpenRead(search.Settings);
            using var json = JsonDocument.Parse(stream);
            var settings = new Dictionary<string, string?>(StringComparer.Ordinal);
            if (json.RootElement.TryGetProperty("settings", out var fields) && fields.ValueKind == JsonValueKind.Object)
                foreach (var field in fields.EnumerateObject())
                    settings[field.Name] = field.Value.ValueKind switch
                    {
                        JsonValueKind.Null => null,
                        JsonValueKind.String => field.Value.GetString(),
                        _ => field.Value.GetRawText(),
                    };
            var version =
                json.RootElement.TryGetProperty("version", out var written) && written.ValueKind == JsonValueKind.String
                    ? written.GetString()
                    : null;
            return new(version, settings);
        }
        catch (Exception fault)
            when (fault is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
