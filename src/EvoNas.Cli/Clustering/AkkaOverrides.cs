using System.Text.RegularExpressions;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using EvoNas.Hosting.Nodes;
using EvoNas.Searches.Configuration;

namespace EvoNas.Cli.Clustering;

/// <summary>The operator's own settings of Akka.NET: the <c>akka { … }</c> of a settings file. Akka.NET ignores a key
/// that it does not know and reads a wrong duration as none; here both are refused.</summary>
static partial class AkkaOverrides
{
    // Under these an operator makes keys of their own.
    static readonly string[] s_open =
    [
        "akka.actor.deployment",
        "akka.actor.serializers",
        "akka.actor.serialization-bindings",
        "akka.actor.serialization-identifiers",
        "akka.coordinated-shutdown.phases",
    ];

    /// <summary>The settings as HOCON that Akka.NET reads; empty where the file has none.</summary>
    /// <param name="file">The settings file; null: there is none.</param>
    /// <exception cref="RequestException">A key or a value is wrong; names file and line.</exception>
    public static string Of(string? file)
    {
        if (file is null || HoconReader.ReadFile(file).Find("akka") is not { } own)
            return "";
        var faults = new List<string>();
        Check("akka", own, AkkaConfiguration.Reference, faults);
        if (faults is [var first, ..])
            throw new RequestException(first, faults.Count > 1 ? $"And {faults.Count - 1} more." : null);
        return $"akka {Rendered(own)}";
    }

    static void Check(string path, HoconNode node, Config reference, List<string> faults)
    {
        if (s_open.Contains(path))
            return;
        if (!reference.HasPath(path))
        {
            var parent = path[..path.LastIndexOf('.')];
            var siblings = reference.GetValue(parent).GetObject().Items.Keys.Select(key => $"{parent}.{key}");
            var near = Nearest.To(path, siblings);
            faults.Add(
                $"{node.Origin}: Akka.NET has no setting {path}" + (near is null ? "." : $"; did you mean {near}?")
            );
            return;
        }
        var known = reference.GetValue(path);
        if (node is HoconNode.Tree { Children: var children })
        {
            foreach (var (key, child) in children)
                Check($"{path}.{key}", child, reference, faults);
        }
        else if (known.IsObject())
            faults.Add($"{node.Origin}: {path} is {node.Kind}; it takes an object.");
        else if (
            node is HoconNode.Text { Value: var value }
            && known.IsString()
            && Duration().IsMatch(known.GetString())
            && !Duration().IsMatch(value)
            && !Word().IsMatch(value)
        )
            faults.Add($"{node.Origin}: {path} is '{value}'; it takes a duration such as {known.GetString()}.");
    }

    [GeneratedRegex(
        @"^\s*[0-9]+(\.[0-9]+)?\s*(ns|us|ms|s|m|h|d|(nano|micro|milli)?seconds?|minutes?|hours?|days?)\s*$"
    )]
    private static partial Regex Duration();

    // Many durations may be `off` or `infinite`.
    [GeneratedRegex("^[a-z-]+$")]
    private static partial Regex Word();

    /// <summary>A value of a settings file as HOCON that Akka.NET reads again.</summary>
    /// <remarks>One key a line: its parser refuses a comma behind a closing brace.</remarks>
    public static string Rendered(HoconNode node) =>
        node switch
        {
            HoconNode.Tree tree => "{\n"
                + string.Concat(tree.Children.Select(child => $"{Quoted(child.Key)} : {Rendered(child.Value)}\n"))
                + "}",
            HoconNode.List list => $"[{string.Join(", ", list.Items.Select(Rendered))}]",
            HoconNode.Text text => Quoted(text.Value),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
