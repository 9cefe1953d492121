using Akka.Actor;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Actors;

/// <summary>A report of searches, each of which says by itself how it is.</summary>
/// <param name="trouble">Why no event can be kept, or searches are not known; null: all is well.</param>
sealed class PendingReport(string? trouble)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly List<SearchReport> _known = [];
    readonly List<(string Search, string? Wait, Task<SearchReport> Answer)> _asked = [];

    /// <summary>Adds a search that cannot answer for itself.</summary>
    public void Add(SearchReport report) => _known.Add(report);

    /// <summary>Asks a search.</summary>
    /// <param name="search">Its name.</param>
    /// <param name="actor">Its actor.</param>
    /// <param name="wait">Why no slot works for it, if none does.</param>
    public void Ask(string search, IActorRef actor, string? wait) =>
        _asked.Add((search, wait, actor.Ask<SearchReport>(new Request.Report(), Patience)));

    /// <summary>The report, when all have answered or time is over.</summary>
    public async Task<ClusterReport> Whole()
    {
        foreach (var (search, wait, answer) in _asked)
        {
            try
            {
                _known.Add(Explained(await answer.ConfigureAwait(false), wait));
            }
            catch (AskTimeoutException)
            {
                _known.Add(SearchReport.Closed(search, "recovering", trouble ?? "it waits for its journal"));
            }
        }
        return new([], [.. _known.OrderBy(one => one.Name, StringComparer.Ordinal)], trouble);
    }

    // Slots that train cannot have an outcome kept while there is trouble with the journal.
    SearchReport Explained(SearchReport report, string? wait) =>
        report is { State: "running" }
        && (report.Slots == 0 || trouble is not null)
        && (trouble ?? report.Detail ?? wait) is { } why
            ? report with
            {
                State = "waiting",
                Detail = why,
            }
            : report;
}
