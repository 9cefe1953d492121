using System.CommandLine;
using EvoNas.Reports;
using EvoNas.Searches.Configuration;

namespace EvoNas.Cli.CommandLine;

/// <summary>Settings as options of a command.</summary>
sealed class SettingOptions
{
    readonly List<(Setting Setting, Option Option, bool Negated)> _options = [];

    /// <summary>The options of these settings, in order.</summary>
    public Option[] For(params IEnumerable<Setting> settings)
    {
        var made = new List<Option>();
        foreach (var setting in settings)
        {
            if (setting.Option is null)
                continue;
            Option option = setting.Takes switch
            {
                Takes.Flag => new Option<bool>(setting.Option) { Description = setting.Description },
                Takes.Texts => CommandLine.Options.Texts(setting.Option, setting.HelpName, setting.Description),
                _ => CommandLine.Options.Text(setting.Option, setting.HelpName, setting.Description),
            };
            Add(setting, option, negated: false);
            if (setting.Takes is not Takes.Flag)
                continue;
            Add(setting, Hidden("--no-" + setting.Option[2..]), negated: true);
            if (setting.FormerOption is not { } former)
                continue;
            Add(setting, Hidden(former), negated: false);
            Add(setting, Hidden("--no-" + former[2..]), negated: true);
        }
        return [.. made];

        void Add(Setting setting, Option option, bool negated)
        {
            made.Add(option);
            _options.Add((setting, option, negated));
        }

        static Option<bool> Hidden(string name) => new(name) { Hidden = true };
    }

    /// <summary>What the command line says.</summary>
    public IEnumerable<(Setting Setting, HoconNode Value)> Given(ParseResult parsed)
    {
        foreach (var (setting, option, negated) in _options)
        {
            if (parsed.GetResult(option) is not { Implicit: false })
                continue;
            var origin = new Origin(option.Name);
            if (option is Option<bool> flag)
                yield return (
                    setting,
                    new HoconNode.Text(origin, parsed.GetValue(flag) != negated ? "true" : "false", Quoted: false)
                );
            else if (option is Option<string[]> list)
                yield return (
                    setting,
                    new HoconNode.List(
                        origin,
                        [
                            .. (parsed.GetValue(list) ?? [])
                                .SelectMany(text =>
                                    setting.Takes is Takes.Texts { HasCommas: true }
                                        ? [text]
                                        : CommandLine.Options.Items(text)
                                )
                                .Select(text => new HoconNode.Text(origin, text, Quoted: true)),
                        ]
                    )
                );
            else
                yield return (
                    setting,
                    new HoconNode.Text(origin, parsed.GetValue((Option<string?>)option) ?? "", Quoted: false)
                );
        }
    }
}
