namespace EvoNas.Searches.Configuration;

// The forms of the training settings. They hold no fields: those are made in the order in which they stand in one file.
static partial class KnownSettings
{
    static Setting Time(string path, string description) => new(path, new Takes.Duration(), null, "TIME", description);

    static Setting Number(string name, long min, long max, string description) =>
        new($"evonas.training.{name}", new Takes.Whole(min, max), $"--{name}", "N", description);

    static Setting Real(string name, double min, double max, Takes.Bound excluded, string description) =>
        new($"evonas.training.{name}", new Takes.Real(min, max, excluded), $"--{name}", "X", description);

    static Setting Text(string name, string example, string helpName, string description) =>
        new($"evonas.training.{name}", new Takes.Text(example), $"--{name}", helpName, description, Absent: "none");

    static Setting Optional(string name, double max, string description) =>
        Optional(name, new Takes.Real(0, max, Takes.Bound.Min), "X", description);

    static Setting Optional(string name, Takes takes, string helpName, string description) =>
        new($"evonas.training.{name}", takes, $"--{name}", helpName, description, Absent: "none");

    static Setting Optional(string name, string description) => Optional(name, new Takes.Flag(), "", description);

    static Setting Flag(string name, string description) =>
        new($"evonas.training.{name}", new Takes.Flag(), $"--{name}", "", description);

    static Setting Choice<T>(string name, string description)
        where T : struct, Enum =>
        Choice(name, description, [.. Enum.GetNames<T>().Select(word => word.ToLowerInvariant())]);

    static Setting Choice(string name, string description, params string[] choices) =>
        new($"evonas.training.{name}", new Takes.Word(choices), $"--{name}", string.Join('|', choices), description);
}
