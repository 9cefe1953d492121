namespace EvoNas.Tasks.Data;

/// <summary>What the parts of data sets are called.</summary>
static class DataParts
{
    /// <summary>Learnt from.</summary>
    public static readonly string[] Train = ["train", "training"];

    /// <summary>Judges a search.</summary>
    public static readonly string[] Validation = ["val", "valid", "validation"];

    /// <summary>Judges what a search found.</summary>
    public static readonly string[] Test = ["test", "testing"];

    /// <summary>Whether a name is that of a part, perhaps with a year: <c>val2017</c>.</summary>
    public static bool Is(string[] part, string name) =>
        part.Contains(name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'), StringComparer.OrdinalIgnoreCase);
}
