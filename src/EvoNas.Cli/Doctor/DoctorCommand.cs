using System.CommandLine;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Folders;
using Spectre.Console;

namespace EvoNas.Cli.Doctor;

/// <summary><c>evonas doctor</c>: is everything there that a search needs, and what to do where it is not.</summary>
static class DoctorCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config)
    {
        var settings = Options.Flag("--settings", "Instead: every setting with its value and where it was written");
        var json = Options.Json("The findings");
        return new Verb("doctor", "Check this machine: torch, GPUs, data sets, disk")
            .Takes("Output", settings, json)
            .Example("evonas doctor", "what is there, what is missing, what to do")
            .Example("evonas doctor --settings --config night.conf", "the settings that a search would have")
            .Does(parsed =>
            {
                var effective = EffectiveSettings.Of(parsed.GetValue(config));
                if (parsed.GetValue(settings))
                    return ShowSettings(terminal, effective, parsed.GetValue(json));
                var home = Home.Of(terminal.Variable, effective.Text(KnownSettings.Home)!); // It has a default.
                var findings = Examination
                    .Of(home, home.DataFolder(terminal.Variable, effective), effective.Size(KnownSettings.DiskReserve))
                    .ToArray();
                if (parsed.GetValue(json))
                    terminal.WriteJson(
                        new JsonArray([
                            .. findings.Select(finding => new JsonObject
                            {
                                ["name"] = finding.Name,
                                ["health"] = finding.Health.ToString().ToLowerInvariant(),
                                ["found"] = finding.Found,
                                ["wayOut"] = finding.WayOut,
                            }),
                        ])
                    );
                else
                    Show(terminal, findings);
                return findings.Any(finding => finding.Health == Health.Fail) ? Exit.Failed : Exit.Done;
            });
    }

    static void Show(Terminal terminal, Finding[] findings)
    {
        var width = findings.Max(finding => finding.Name.Length);
        foreach (var finding in findings)
        {
            var mark = finding.Health switch
            {
                Health.Ok => "[green]ok  [/]",
                Health.Warn => "[yellow]warn[/]",
                _ => "[red]fail[/]",
            };
            terminal.Pretty.Markup($"{mark}  [bold]{Markup.Escape(finding.Name.PadRight(width))}[/]  ");
            terminal.Out.WriteLine(finding.Found);
            if (finding.WayOut is { } way)
                terminal.Out.WriteLine($"{new string(' ', width + 8)}→ {way}");
        }
    }

    static int ShowSettings(Terminal terminal, EffectiveSettings effective, bool json)
    {
        if (json)
        {
            var all = new JsonObject();
            foreach (var setting in KnownSettings.All)
                all[setting.Path] = new JsonObject
                {
                    ["value"] = effective.Shown(setting),
                    ["origin"] = effective.OriginOf(setting).ToString(),
                };
            terminal.WriteJson(all);
            return Exit.Done;
        }
        var rows = new Listing(
            ("SETTING", Listing.Kind.Text),
            ("VALUE", Listing.Kind.Text),
            ("WRITTEN IN", Listing.Kind.Text),
            ("OPTION", Listing.Kind.Text)
        );
        foreach (var setting in KnownSettings.All)
            rows.AddIn(
                effective.IsGiven(setting) ? "bold" : null,
                setting.Path,
                effective.Shown(setting),
                effective.OriginOf(setting).ToString(),
                setting.Option ?? ""
            );
        rows.Write(terminal);
        return Exit.Done;
    }
}
