using System.Globalization;

namespace EvoNas.Tasks.Data;

/// <summary>Lines and numbers of text files that data sets are made of.</summary>
static class TextLines
{
    /// <summary>The lines, whatever ends them; a byte order mark is no content.</summary>
    /// <exception cref="RequestException">The file cannot be read.</exception>
    public static string[] Read(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"Cannot read '{path}': {error.Message}");
        }
    }

    /// <summary>A finite number.</summary>
    /// <exception cref="RequestException">It is none; the message names file, line and column.</exception>
    public static double Number(string path, int line, int column, string word) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new RequestException(
                $"'{path}', line {line}, column {column}: a finite number was expected, found '{word}'."
            );

    /// <summary>Names of the files of a folder with one of the endings, whatever their case, by ordinal
    /// order.</summary>
    /// <remarks>Files that macOS leaves in archives (<c>._name</c>) are passed over.</remarks>
    /// <exception cref="RequestException">There is no such folder.</exception>
    public static string[] Files(string folder, params string[] endings)
    {
        if (!Directory.Exists(folder))
            throw new RequestException(
                File.Exists(folder)
                    ? $"'{folder}' is a file; a folder was expected."
                    : $"There is no folder '{folder}'."
            );
        try
        {
            return
            [
                .. Directory
                    .EnumerateFiles(folder)
                    .Select(path => Path.GetFileName(path))
                    .Where(name => !name.StartsWith("._", StringComparison.Ordinal))
                    .Where(name => endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"Cannot list '{folder}': {error.Message}");
        }
    }
}
