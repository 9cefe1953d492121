using System.CommandLine;
using System.Globalization;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Running;
using EvoNas.Evolution;
using EvoNas.Searches.Configuration;

namespace EvoNas.Cli.Surveys;

/// <summary>What is sampled and how it is evaluated, as options.</summary>
sealed class SurveyOptions
{
    // Of a cost, on both sides: networks of one size.
    const double Band = 0.05;

    readonly SettingOptions _settings = new();
    readonly Option<string[]> _spaces = Options.Texts(
        "--space",
        "SPACE[,SPACE…]",
        "A space to sample: a name of evonas spaces, a JSON file, or LIBRARY.dll#TYPE; may be repeated"
    );
    readonly Option<string?> _networks = Options.Text("--networks", "N", "Networks of each space [50]");
    readonly Option<string[]> _where = Options.Texts(
        "--where",
        "LIMIT",
        "Only networks that keep a bound on their cost: \"madds<=3M\", \"parameters>=1M\"; may be repeated"
    );
    readonly Option<string?> _band = Options.Text(
        "--band",
        "COST",
        "Only networks of one cost, within 5 %: \"madds=3M\""
    );
    readonly Option<string?> _perfect = Options.Text(
        "--perfect",
        "SCORE",
        "The score of a perfect network, from which errors are counted; 100 for percentages [1]"
    );
    readonly Option<string?> _preset = Options.Text("--preset", "NAME", "Training settings to begin with");

    public SurveyOptions()
    {
        Survey = [_spaces, _networks, .. _settings.For(KnownSettings.Seed), _where, _band, _perfect];
        Slots = [.. _settings.For(KnownSettings.Slot), .. _settings.For(KnownSettings.Data, KnownSettings.LogFile)];
        Training = [_preset, .. _settings.For(KnownSettings.Training)];
    }

    /// <summary>What is sampled.</summary>
    public Option[] Survey { get; }

    /// <summary>Where it is evaluated.</summary>
    public Option[] Slots { get; }

    /// <summary>How it is trained.</summary>
    public Option[] Training { get; }

    /// <summary>How it is looked up.</summary>
    public TableArguments Table { get; } = new();

    /// <summary>The spaces that are asked for; none where the survey is only to be reported.</summary>
    public string[] Spaces(ParseResult parsed) =>
        [.. (parsed.GetValue(_spaces) ?? []).SelectMany(Options.Items).Distinct(StringComparer.Ordinal)];

    /// <summary>The preset of the training.</summary>
    public string? Preset(ParseResult parsed) => parsed.GetValue(_preset);

    /// <summary>The score of a perfect network.</summary>
    public double Perfect(ParseResult parsed) =>
        parsed.GetValue(_perfect) is not { } text ? 1
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value)
            ? value
        : throw new RequestException($"{_perfect.Name} is '{text}'; it takes a number, such as 1 or 100.");

    /// <summary>The settings of the command and its file, without a space.</summary>
    public EffectiveSettings Effective(ParseResult parsed, string? config) =>
        EffectiveSettings.Of(config, _settings.Given(parsed));

    /// <summary>The settings of the search of one space.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="config">The file of settings; null: none.</param>
    /// <param name="space">As it was written.</param>
    public EffectiveSettings Effective(ParseResult parsed, string? config, string space) =>
        EffectiveSettings.Of(
            config,
            [
                .. _settings.Given(parsed),
                (KnownSettings.Space, Text(_spaces, space)),
                (KnownSettings.Algorithm, Text(_spaces, "random")),
                (KnownSettings.EarlyStopping, Text(_spaces, "false")),
                (KnownSettings.Finalists, Text(_spaces, "none")),
                (
                    KnownSettings.Evaluations,
                    Text(_networks, parsed.Whole(_networks, 50, 1, 1_000_000).ToString(CultureInfo.InvariantCulture))
                ),
                (
                    KnownSettings.Limits,
                    new HoconNode.List(new(_where.Name), [.. Limits(parsed).Select(limit => Text(_where, limit))])
                ),
            ]
        );

    static HoconNode.Text Text(Option option, string value) => new(new Origin(option.Name), value, Quoted: true);

    IEnumerable<string> Limits(ParseResult parsed)
    {
        string[] written = [.. (parsed.GetValue(_where) ?? []).SelectMany(Options.Items)];
        foreach (var (text, limit) in written.Zip(Objective.ParseLimits(written, Metrics.Computed)))
        {
            CheckCost(limit);
            if (!limit.Hard)
                throw new RequestException(
                    $"{_where.Name} '{text}' is soft: a survey samples only what keeps its bounds.",
                    "Leave out what stands behind the number."
                );
            yield return text;
        }
        if (parsed.GetValue(_band) is not { } band)
            yield break;
        var parts = band.Split('=', StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || parts[0].IndexOfAny(['<', '>']) >= 0)
            throw new RequestException($"{_band.Name} is '{band}'; it takes a cost, such as \"madds=3M\".");
        var middle = Objective.ParseLimits([$"{parts[0]}<={parts[1]}"], Metrics.Computed)[0];
        CheckCost(middle);
        yield return (middle with { AtLeast = true, Bound = middle.Bound * (1 - Band) }).ToString();
        yield return (middle with { Bound = middle.Bound * (1 + Band) }).ToString();
    }

    static void CheckCost(Limit limit)
    {
        if (!Metrics.Computed.Contains(limit.Metric))
            throw Nearest.Unknown("cost", limit.Metric, Metrics.Computed);
    }

    /// <summary>Refuses what has no meaning where pieces are joined.</summary>
    public void RefuseBesideMerge(ParseResult parsed)
    {
        if (
            Survey
                .Concat(Slots)
                .Concat(Training)
                .Concat(Table.All)
                .FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is
            { } given
        )
            throw new RequestException(
                $"{given.Name} and --merge are given: pieces are joined as they were sampled.",
                $"Leave out {given.Name}."
            );
    }
}
