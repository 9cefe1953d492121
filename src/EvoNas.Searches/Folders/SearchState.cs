using EvoNas.Lineages;

namespace EvoNas.Searches.Folders;

/// <summary>What a search is doing, in one word. Scripts read it.</summary>
static class SearchState
{
    public const string Running = "running",
        Waiting = "waiting",
        Paused = "paused",
        Finished = "finished",
        Interrupted = "interrupted";

    /// <summary>Running: a process writes it. Waiting: a cluster has no slot for it. Paused: it was drained.
    /// Interrupted: its process ended in another way; nothing is lost.</summary>
    public static string Of(SearchFolder search, Lineage lineage, Session? session) =>
        Of(lineage.Finished is not null, search.IsRunning, session?.Drained == true);

    /// <param name="finished">Its last event says so.</param>
    /// <param name="running">A process has it open to write.</param>
    /// <param name="inOrder">Nothing was left running.</param>
    public static string Of(bool finished, bool running, bool inOrder) =>
        finished ? Finished
        : running ? Running
        : inOrder ? Paused
        : Interrupted;
}
