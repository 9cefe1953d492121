using System.CommandLine;
using System.Text.Json.Nodes;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.CommandLine;
using EvoNas.Hosting.Messages;
using EvoNas.Reports;
using EvoNas.Searches.Folders;
using EvoNas.Storage.Postgres;
using EvoNas.Storage.Sqlite;
using EvoNas.Storage.Verification;
using Spectre.Console;

namespace EvoNas.Cli.Lineages;

/// <summary><c>evonas lineage NAME verify</c>: reads the whole journal, and tells everything that is wrong with
/// it.</summary>
static class VerifyCommand
{
    const int Shown = 50;

    public static Verb Make(Terminal terminal, Func<ParseResult, Home> home, Argument<string> name)
    {
        var json = Options.Json("The findings");
        var cluster = new ClusterJournal();
        return new Verb("verify", "Check every event of the journal; exit code 1 if something is wrong")
            .Takes("Journal of a cluster", cluster.All)
            .Takes("Output", json)
            .Does(parsed =>
            {
                var id = SearchOrder.PersistenceIdOf(parsed.GetValue(name)!); // A required argument.
                if (cluster.IsServer(parsed, out var kept))
                    return Show(
                        terminal,
                        parsed.GetValue(name)!,
                        PostgresVerification.Of(ClusterCommand.Server(terminal), id),
                        parsed.GetValue(json)
                    );
                if (kept is not null)
                    return Show(
                        terminal,
                        parsed.GetValue(name)!,
                        SqliteVerification.Of(kept, id),
                        parsed.GetValue(json)
                    );
                // Not only whole searches: every journal there is checked.
                var search = home(parsed).At(parsed.GetValue(name)!); // A required argument.
                if (!search.Exists)
                    home(parsed).Find(search.Name);
                return Show(
                    terminal,
                    search.Name,
                    SqliteVerification.Of(search.Journal, search.PersistenceId),
                    parsed.GetValue(json)
                );
            });
    }

    /// <summary>Writes what was found; the exit code says whether anything was.</summary>
    public static int Show(Terminal terminal, string name, JournalVerification verification, bool json)
    {
        if (json)
            terminal.WriteJson(JsonNode.Parse(verification.ToJson())!); // A record is an object.
        else
        {
            foreach (var finding in verification.Findings.Take(Shown))
                terminal.Out.WriteLine($"{PlaceOf(finding)}: {finding.What}");
            if (verification.FindingCount > Shown)
                terminal.Out.WriteLine(
                    $"and {Figures.Exact(verification.FindingCount - Shown)} more; all of them: --json"
                );
            var counts = string.Join(
                ", ",
                verification
                    .Manifests.OrderByDescending(pair => pair.Value)
                    .Select(pair => $"{Figures.Exact(pair.Value)} {pair.Key}")
            );
            var kinds = counts == "" ? "" : $" ({counts})";
            terminal.Pretty.MarkupLine(
                verification.Sound
                    ? $"[green]sound[/]  {Markup.Escape(name)}: {Figures.Counted(verification.Rows, "event")}{kinds}, "
                        + $"{Figures.Counted(verification.SnapshotsCompared, "snapshot")} compared, "
                        + Figures.Bytes(verification.PayloadBytes)
                    : $"[red]damaged[/]  {Markup.Escape(name)}: "
                        + $"{Figures.Counted(verification.FindingCount, "finding")} in "
                        + $"{Figures.Counted(verification.Rows, "event")}; "
                        + $"to be trusted up to event {verification.TrustedTo}"
            );
            if (!verification.Sound)
                terminal.Out.WriteLine(verification.Advice);
        }
        return verification.Sound ? Exit.Done : Exit.Failed;
    }

    static string PlaceOf(Finding finding) =>
        finding.First is not { } first ? "file"
        : finding.Last is { } last && last != first ? $"events {first} to {last}"
        : $"event {first}";
}
