using EvoNas.Lineages;

namespace EvoNas.Cli.Searches;

/// <summary>What a search is doing, in one word. Scripts read it.</summary>
static class SearchState
{
    public const string Running = "running", Paused = "paused", Finished = "finished", Interrupted = "interrupted";

    /// <summary>Running: a process writes it. Paused: it was drained. Interrupted: its process ended in another way; nothing is lost.</summary>
    public static string Of(SearchFolder search, Lineage lineage, Session? session) =>
        lineage.Finished is not null ? Finished
        : search.IsRunning ? Running
        : session?.Drained == true || lineage.Pending.IsEmpty ? Paused
        : Interrupted;

    /// <summary>With its colour.</summary>
    public static string Markup(string state) => state switch
    {
        Running => "[green]running[/]",
        Finished => "[aqua]finished[/]",
        Interrupted => "[yellow]interrupted[/]",
        _ => state,
    };
}
