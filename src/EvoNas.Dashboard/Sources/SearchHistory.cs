using EvoNas.Genetics;
using EvoNas.Hosting.Messages;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Storage;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Dashboard.Sources;

/// <summary>Reads what a report or a drawing shows.</summary>
static class SearchHistory
{
    /// <summary>A search with its whole history.</summary>
    /// <param name="home">The searches of this machine.</param>
    /// <param name="name">The search.</param>
    /// <param name="cluster">The journal of a cluster that holds it; null: it is one of this machine.</param>
    /// <exception cref="RequestException">There is none of this name.</exception>
    public static ReportedSearch Read(Home home, string name, JournalReader? cluster) =>
        cluster is null ? OfMachine(home.Find(name)) : OfCluster(cluster, home.At(name).Name);

    /// <summary>A search that a dashboard shows, with its whole history.</summary>
    /// <param name="place">Where it is found.</param>
    public static ReportedSearch Read(SearchPlace place)
    {
        using var journal = place.Open();
        return place.Folder is { } folder ? OfMachine(folder, journal) : OfCluster(journal, place.Name);
    }

    static ReportedSearch OfMachine(SearchFolder search)
    {
        using var journal = SqliteReader.Open(search.Journal);
        return OfMachine(search, journal);
    }

    static ReportedSearch OfMachine(SearchFolder search, JournalReader journal)
    {
        var read = Read(search.Name, journal, search.PersistenceId);
        var drained = Session.Read(search)?.Drained == true;
        return read with
        {
            State = SearchState.Of(read.View.Finished is not null, search.IsRunning, drained),
            Version = Resumption.Noted(search, "version"),
            Environment = Resumption.NotedPairs(search, "environment"),
            RunSettings = Resumption.NotedPairs(search, "settings"),
            Policies = PolicyComparison.KeptIn(search.Folder),
            Space = SpaceOf(read, File.Exists(search.Space) ? File.ReadAllText(search.Space) : null),
        };
    }

    static ReportedSearch OfCluster(JournalReader cluster, string name)
    {
        var id = SearchOrder.PersistenceIdOf(name);
        if (cluster.Last(id) == 0)
            throw new RequestException($"There is no search called '{name}' in {cluster.Place}.");
        var read = Read(name, cluster, id);
        // Whether a node runs it, only the cluster knows.
        return read with
        {
            State = read.View.Finished is null ? "not finished" : SearchState.Finished,
            Space = SpaceOf(read, text: null),
        };
    }

    static ReportedSearch Read(string name, JournalReader journal, string persistenceId) =>
        ReportedSearch.Of(name, journal.Happenings(persistenceId, after: 0).Select(one => (one.Time, one.Event)));

    // A report without the space says less; that is no reason to refuse it.
    static SearchSpace? SpaceOf(ReportedSearch read, string? text)
    {
        try
        {
            return read.View.Settings is { } settings ? Resumption.SpaceOf(read.Name, settings, text).Decisions : null;
        }
        catch (RequestException)
        {
            return null;
        }
    }
}
