using System.Globalization;

namespace EvoNas.Cli.CommandLine;

/// <summary>How many files this process may have open. With too few, not even its own libraries can be loaded, and what
/// fails then names anything but the cause.</summary>
static class FileLimit
{
    /// <summary>Enough for a search on one machine; a node needs a few more for each connection.</summary>
    internal const int Min = 512;

    /// <summary>Why the process cannot run; null: it can, or the system does not say.</summary>
    public static string? Fault()
    {
        try
        {
            return Fault(File.ReadLines("/proc/self/limits"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="limits">The lines of <c>/proc/self/limits</c>: a name, the soft and the hard limit, a unit.</param>
    internal static string? Fault(IEnumerable<string> limits)
    {
        const string Name = "Max open files";
        foreach (var line in limits)
            if (
                line.StartsWith(Name, StringComparison.Ordinal)
                && line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var hard, ..]
                && int.TryParse(hard, CultureInfo.InvariantCulture, out var most)
                && most < Min
            )
                return $"This process may have {most} files open; EvoNas needs {Min}.\n"
                    + "hint: Raise the limit: ulimit -n 1024.";
        return null;
    }
}
