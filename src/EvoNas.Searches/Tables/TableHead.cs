using System.Text;

namespace EvoNas.Searches.Tables;

/// <summary>The names of a table's columns, and the errors about them.</summary>
static class TableHead
{
    /// <summary>Refuses a head with equal names, or without a key.</summary>
    /// <returns>Where the key's column is.</returns>
    public static int KeyColumn(string path, int line, string[] head, string key)
    {
        if (head.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new RequestException($"{path}:{line}: two columns are called '{twice.Key}'.");
        return Column(path, head, key, "--key");
    }

    /// <summary>The columns that are named.</summary>
    /// <param name="path">The table.</param>
    /// <param name="head">Its columns.</param>
    /// <param name="metrics">Names of columns; one that is none is a list of names with commas between, where a name
    /// with a comma stands in double quotes.</param>
    public static string[] Names(string path, string[] head, IEnumerable<string> metrics)
    {
        string[] names = [.. metrics.SelectMany(text => text != "" && head.Contains(text) ? [text] : Split(text))];
        if (names.Length == 0)
            throw new RequestException(
                "A table needs --metric: the column that is maximised.",
                $"Columns of '{path}': {string.Join(", ", head)}."
            );
        foreach (var name in names)
            Column(path, head, name, "--metric");
        return names;
    }

    /// <summary>What is wrong with a cell that should be a number.</summary>
    public static string NoNumber(string column, string text) =>
        text.Contains(',') && double.TryParse(text.Replace(',', '.'), Invariant, out _)
            ? $"'{text}' in column '{column}' has a decimal comma; write a point."
            : $"'{text}' in column '{column}' is not a finite number.";

    static readonly System.Globalization.CultureInfo Invariant = System.Globalization.CultureInfo.InvariantCulture;

    static int Column(string path, string[] head, string name, string option) =>
        Array.IndexOf(head, name) is var at and >= 0
            ? at
            : throw new RequestException(
                $"{option}: '{path}' has no column '{name}'.",
                (Nearest.To(name, head) is { } near ? $"Did you mean '{near}'? " : "")
                    + $"Columns: {string.Join(", ", head)}."
            );

    static IEnumerable<string> Split(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var cells = new TableCells((byte)',');
        return cells.Cut(bytes) ? cells.Texts(bytes).Where(name => name.Length > 0) : [text];
    }
}
