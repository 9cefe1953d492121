using System.Text.RegularExpressions;

namespace EvoNas.Tidy.Tests;

/// <summary>A link of a page to a file of the tree.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Text">As written.</param>
/// <param name="Target">Path from the root; the page itself for a bare anchor.</param>
/// <param name="Anchor">Without #; empty if none.</param>
sealed record Link(int Line, string Text, string Target, string Anchor);

static partial class Links
{
    public static IEnumerable<Link> In(SourceFile page)
    {
        var fenced = false;
        foreach (var (index, line) in page.Lines.Index())
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                fenced = !fenced;
            if (fenced)
                continue;
            foreach (Match match in Written().Matches(Code().Replace(line, "")))
            {
                var text = match.Groups["link"].Value;
                if (text.Contains("://") || text.StartsWith("mailto:", StringComparison.Ordinal))
                    continue;
                var parts = text.Split('#', 2);
                var target = parts[0] == "" ? page.Name : Resolve(page.Folder, parts[0]);
                yield return new(index + 1, text, target, parts.Length == 2 ? parts[1] : "");
            }
        }
    }

    /// <summary>The anchors of a page's headings, as forges make them.</summary>
    public static IEnumerable<string> AnchorsOf(SourceFile page) =>
        page
            .Lines.Where(line => line.StartsWith('#'))
            .Select(line => Dropped().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    static string Resolve(string folder, string path) =>
        Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, folder, path)))
            .Replace('\\', '/');

    [GeneratedRegex(@"\]\((?<link>[^)\s]+)\)")]
    private static partial Regex Written();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Dropped();
}
