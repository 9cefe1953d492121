using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Lineages;
using EvoNas.Cli.Running;
using EvoNas.Dashboard.Sources;
using EvoNas.Lineages;
using EvoNas.Reports.Surveys;
using EvoNas.Searches;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;

namespace EvoNas.Cli.Surveys;

/// <summary>A survey of this machine: a search of random networks for each of its spaces.</summary>
/// <param name="terminal">Where the searches are shown.</param>
/// <param name="home">Where they live.</param>
/// <param name="name">The name of the survey.</param>
sealed class SurveyRun(Terminal terminal, Home home, string name)
{
    // Of several surveys of one space by different seeds, each has a search of its own.
    readonly string _prefix = $"{name}.";
    readonly List<string> _searches = [];

    // Written by the runtime's thread of signals.
    volatile bool _isInterrupted;

    /// <summary>Evaluates what is missing, space by space.</summary>
    /// <param name="options">What is sampled.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="config">The file of settings; null: none.</param>
    /// <returns>False where it was interrupted.</returns>
    public async Task<bool> Evaluate(SurveyOptions options, ParseResult parsed, string? config)
    {
        var wanted = options.Spaces(parsed);
        if (wanted.Length == 0)
        {
            home.At(name); // A name that is none is refused.
            _searches.AddRange(
                home.All().Select(search => search.Name).Where(one => one.StartsWith(_prefix, StringComparison.Ordinal))
            );
            return _searches.Count > 0
                ? true
                : throw new RequestException(
                    $"There is no survey called '{name}' in {home.Folder}.",
                    $"Begin it: evonas survey {name} --space anynet-a,regnet-x."
                );
        }
        // All requests are checked before the first training.
        var (asked, table) = (new List<(SearchFolder Search, EffectiveSettings Settings)>(), options.Table.Of(parsed));
        foreach (var space in wanted)
        {
            var effective = options.Effective(parsed, config, space);
            var search = home.At(_prefix + SearchName(SearchRequest.SpaceOf(effective).Space.Name));
            if (asked.Any(one => one.Search == search))
                throw new RequestException(
                    $"Two of the spaces are called '{SearchRequest.SpaceOf(effective).Space.Name}'.",
                    "Give one of them another name, or survey them one by one and join them with --merge."
                );
            Check(search, effective, table, options.Preset(parsed));
            asked.Add((search, effective));
        }
        _searches.AddRange(asked.Select(one => one.Search.Name));
        // A signal in the last training of a space lets its search finish; no other one may begin then.
        using var interruptions = new Interruptions(() => _isInterrupted = true, static () => { });
        foreach (var (search, effective) in asked)
        {
            if (IsDone(search, effective))
                continue;
            if (_isInterrupted)
                return false;
            var preset = options.Preset(parsed);
            if (search.Exists)
                await SearchCommand.Resume(terminal, home, search, effective, table, preset, default);
            else
                await SearchCommand.Begin(terminal, home, search, effective, table, preset, default);
            if (!IsDone(search, effective))
                return false;
        }
        return true;
    }

    /// <summary>What the searches found.</summary>
    /// <param name="perfect">The score of a perfect network.</param>
    public IReadOnlyList<SurveyedSpace> Read(double perfect) =>
        [
            .. _searches
                .Where(search => home.At(search).Exists)
                .Select(search => SurveyedSpace.Of(SearchHistory.Read(home, search, null), perfect)),
        ];

    void Check(SearchFolder search, EffectiveSettings effective, TableOptions table, string? preset)
    {
        var lineage = search.Exists ? History.Lineage(search) : null;
        if (lineage?.Settings is null)
        {
            SearchRequest.ToBegin(effective, table, preset, new(home.DataFolder(terminal.Variable, effective)));
            return;
        }
        var request = Resumption.Of(search, lineage, table.FilePath);
        Resumption.Check(search, request, effective, table, preset);
        Resumption.Raised(search, request.Settings.Budget, effective);
    }

    static bool IsDone(SearchFolder search, EffectiveSettings effective) =>
        search.Exists
        && History.Lineage(search) is { Finished: { } reason, Settings: { } settings }
        && (reason != FinishedReason.Budget || Resumption.Raised(search, settings.Budget, effective) is null);

    // A space of a user's own may be called anything.
    static string SearchName(string space) =>
        string.Concat(
            space
                .ToLowerInvariant()
                .Select(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '_' or '-' ? one : '-')
        );
}
