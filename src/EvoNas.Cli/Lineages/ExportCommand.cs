using System.CommandLine;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches.Folders;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Cli.Lineages;

/// <summary><c>evonas lineage NAME export</c>: candidates as CSV or JSON, events as JSON lines.</summary>
static class ExportCommand
{
    static readonly string[] Formats = ["csv", "json", "jsonl"];

    public static Verb Make(Terminal terminal, Func<ParseResult, Home> home, Argument<string> name)
    {
        var format = Options.Text(
            "--format",
            string.Join('|', Formats),
            "csv: a row a candidate; json: an array of candidates; jsonl: a line an event [csv]"
        );
        return new Verb("export", "Candidates as CSV or JSON, events as JSON lines")
            .Takes("Output", format)
            .Does(async parsed =>
            {
                var search = home(parsed).Find(parsed.GetValue(name)!); // A required argument.
                switch (parsed.GetValue(format) ?? "csv")
                {
                    case "csv":
                        WriteCsv(terminal, History.Ancestry(search), History.Lineage(search));
                        break;
                    case "json":
                        var ancestry = History.Ancestry(search);
                        terminal.WriteJson(
                            new JsonArray([.. ancestry.Everyone.Select(one => CandidateJson.Of(ancestry, one))])
                        );
                        break;
                    case "jsonl":
                        WriteEvents(terminal, search);
                        break;
                    case var other:
                        throw Nearest.Unknown("format", other, Formats);
                }
                return Exit.Done;
            });
    }

    // Straight from the journal: a search of a million births needs no memory.
    static void WriteEvents(Terminal terminal, SearchFolder search)
    {
        using var journal = SqliteReader.Open(search.Journal);
        foreach (var (number, time, _, happened) in journal.Read(search, after: 0))
            terminal.WriteJsonLine(CandidateJson.Of(number, time, happened));
    }

    static void WriteCsv(Terminal terminal, Ancestry ancestry, Lineage lineage)
    {
        var metrics = ancestry
            .Everyone.SelectMany(one => one.Scored?.Metrics.Select(pair => pair.Key) ?? [])
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToArray();
        // Columns that only a search of several objectives has.
        var several = lineage.Settings is { Pareto: not null };
        var finalists = lineage.Settings is { Finalists: not null };
        var rungs = lineage.Settings is { Rungs: not null };
        var front = lineage.Front.Select(one => one.Individual.Birth).ToHashSet();
        terminal.Out.Write(
            CandidateCsv.Head([
                .. several ? CandidateCsv.OfFront : [],
                .. finalists ? CandidateCsv.OfFinalists : [],
                .. rungs ? CandidateCsv.OfRungs : [],
                .. metrics,
            ])
        );
        var repeats = ancestry
            .Everyone.Where(one => one is { Scored: not null, Born: { RepeatOf: not null, Guards: null } })
            .ToLookup(one => one.Born.RepeatOf!.Value, one => one.Scored!.Fitness.Value); // Filtered above.
        // A row a candidate: what only evaluates another one again is told with that one. With rungs every training has
        // a row, whatever became of it.
        foreach (var one in ancestry.Everyone.Where(one => one.Born.RepeatOf is null))
        {
            var (born, scored, run) = (one.Born, one.Scored, one.Scored?.Run ?? one.RuledOut?.Run);
            terminal.Out.Write(
                CandidateCsv.Row([
                    born.Birth.Value,
                    born.Parent?.Value,
                    born.Genotype,
                    born.Draw,
                    born.Change?.Decision,
                    born.Change?.From,
                    born.Change?.To,
                    scored is not null ? "scored" : one.RuledOut?.Reason.ToString().ToLowerInvariant() ?? "pending",
                    scored?.Fitness.Value,
                    scored?.Fitness.Feasible,
                    ancestry.Gain(born.Birth),
                    scored?.StoppedAtEpoch,
                    run?.Attempt,
                    run?.Slot,
                    run?.Seconds,
                    run?.AtSeconds,
                    one.BornAt,
                    one.EndedAt,
                    .. several ? new object?[] { born.Mate?.Value, front.Contains(born.Birth) } : [],
                    .. finalists ? Again(repeats[born.Birth].ToArray()) : [],
                    .. rungs ? new object?[] { born.Rung ?? 0, born.Promoted?.Value, scored?.From } : [],
                    .. metrics.Select(metric => (object?)scored?.Metrics[metric]),
                ])
            );
        }
    }

    static object?[] Again(double[] values) => [values.Length, values.Length == 0 ? null : values.Average()];
}
