using EvoNas.Searches;

namespace EvoNas.Cli.CommandLine;

/// <summary>A file that a command makes: it is there as a whole, or not at all.</summary>
static class OutputFile
{
    /// <summary>The full path of a file that can be made, asked before the work.</summary>
    /// <param name="path">As it was written on the command line.</param>
    /// <param name="what">What goes there, as <c>A report</c>.</param>
    /// <param name="extensions">Those that it may have.</param>
    /// <exception cref="RequestException">It is a folder, its folder does not exist or cannot be written, or its
    /// extension is another.</exception>
    public static string Checked(string path, string what, params string[] extensions)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new RequestException($"'{path}' is a folder.", "Name a file with --output.");
        if (!extensions.Contains(Path.GetExtension(full).ToLowerInvariant()))
            throw new RequestException(
                $"{what} is not written as '{Path.GetExtension(full)}'.",
                $"End --output in {extensions[0]}."
            );
        if (Path.GetDirectoryName(full) is { } folder && !Directory.Exists(folder))
            throw new RequestException($"There is no folder '{folder}'.", "Create it, or name another with --output.");
        if (WhyNot(full) is { } reason)
            throw new RequestException(
                $"'{path}' cannot be written: {reason}",
                "Name a file with --output that you may write."
            );
        return full;
    }

    // Asked by doing it: permissions, read-only file systems and names that are too long have no better question.
    static string? WhyNot(string full)
    {
        try
        {
            File.Create(Unfinished(full), 1, FileOptions.DeleteOnClose).Dispose();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }

    static string Unfinished(string path) => $"{path}.{Environment.ProcessId}.new";

    /// <summary>Writes a text under another name first, so that the file is never read half.</summary>
    /// <exception cref="FailedException">It cannot be written; what was there is still there.</exception>
    public static void Write(string path, string text)
    {
        var unfinished = Unfinished(path);
        try
        {
            File.WriteAllText(unfinished, text);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Forget(unfinished);
            throw new FailedException(
                $"{path} cannot be written: {fault.Message}",
                "Check that there is room, and that you may write there.",
                fault
            );
        }
    }

    static void Forget(string unfinished)
    {
        try
        {
            File.Delete(unfinished);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to tell.
            return;
        }
    }
}
