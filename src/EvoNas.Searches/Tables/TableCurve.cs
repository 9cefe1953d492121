using System.Globalization;

namespace EvoNas.Searches.Tables;

/// <summary>The columns of a table that hold the score after an epoch.</summary>
/// <param name="Pattern">As given, such as <c>acc_{epoch}</c>.</param>
/// <param name="Columns">Their names, by rising epoch.</param>
/// <param name="Epochs">The epoch of each, from 1.</param>
sealed record TableCurve(string Pattern, Sequence<string> Columns, Sequence<int> Epochs)
{
    const string Epoch = "{epoch}";

    /// <summary>The columns of a table that a pattern names.</summary>
    /// <param name="path">The table, for messages.</param>
    /// <param name="head">Its columns.</param>
    /// <param name="key">The one with the genotypes.</param>
    /// <param name="pattern">With <c>{epoch}</c> once.</param>
    /// <param name="metrics">The values of <c>--metric</c>: there must be none.</param>
    /// <exception cref="RequestException">The pattern names no curve.</exception>
    public static TableCurve Of(string path, string[] head, string key, string pattern, string[] metrics)
    {
        if (metrics.Length > 0)
            throw new RequestException(
                $"--curve '{pattern}' and --metric '{string.Join(',', metrics)}' both name the score.",
                "Leave out --metric: the score is the value of the curve."
            );
        var at = pattern.IndexOf(Epoch, StringComparison.Ordinal);
        if (at < 0 || pattern.IndexOf(Epoch, at + 1, StringComparison.Ordinal) >= 0)
            throw new RequestException(
                $"--curve '{pattern}' has no place for the epoch, or several.",
                "Write {epoch} once, such as --curve \"acc_{epoch}\" for the columns acc_1, acc_2, …"
            );
        var (before, after) = (pattern[..at], pattern[(at + Epoch.Length)..]);
        var columns = new SortedDictionary<int, string>();
        foreach (var name in head)
            if (
                name != key
                && name.Length > before.Length + after.Length
                && name.StartsWith(before, StringComparison.Ordinal)
                && name.EndsWith(after, StringComparison.Ordinal)
                && int.TryParse(
                    name.AsSpan(before.Length..^after.Length),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var epoch
                )
                && epoch > 0
                && !columns.TryAdd(epoch, name)
            )
                throw new RequestException(
                    $"'{path}': the columns '{columns[epoch]}' and '{name}' are both of epoch {epoch} of --curve.",
                    "Rename one of them."
                );
        if (columns.Count < 2)
            throw new RequestException(
                $"--curve '{pattern}': '{path}' has {(columns.Count == 0 ? "no such column" : "one such column")}; "
                    + "a curve has at least two.",
                $"Columns: {string.Join(", ", head)}."
            );
        return new(pattern, [.. columns.Values], [.. columns.Keys]);
    }
}
