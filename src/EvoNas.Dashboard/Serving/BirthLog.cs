using System.Text;
using System.Text.Json;
using EvoNas.Dashboard.Answers;

namespace EvoNas.Dashboard.Serving;

/// <summary>The lines of a search's log that are about one birth.</summary>
static class BirthLog
{
    const int MessageCharactersMax = 4096;

    // Of each file the end, and of all files the newest: a log of a week is not read whole for a page.
    const long BytesMax = 8 << 20;

    /// <summary>Reads the last lines about a birth, the oldest first.</summary>
    public static LogAnswer Read(string folder, long birth, int count)
    {
        var (lines, left, truncated) = (new List<LogLine>(), BytesMax, false);
        try
        {
            foreach (var file in Files(folder))
            {
                if (left <= 0 || lines.Count >= count)
                {
                    truncated = true;
                    break;
                }
                var (found, read, whole) = Read(file, birth, left);
                left -= read;
                truncated |= !whole;
                lines.InsertRange(0, found);
            }
        }
        // A file may be deleted while its folder is read.
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            truncated = true;
        }
        return lines.Count <= count ? new(lines, truncated) : new(lines[^count..], true);
    }

    static IEnumerable<FileInfo> Files(string folder) =>
        new DirectoryInfo(folder) is { Exists: true } logs
            ? logs.EnumerateFiles("*.jsonl")
                .Where(file => file.LinkTarget is null)
                .OrderByDescending(file => file.Name, StringComparer.Ordinal)
            : [];

    static (List<LogLine> Lines, long Read, bool Whole) Read(FileInfo file, long birth, long bytesMax)
    {
        using var stream = new FileStream(
            file.FullName,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        var start = Math.Max(0, stream.Length - bytesMax);
        stream.Seek(start, SeekOrigin.Begin);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        if (start > 0)
            reader.ReadLine(); // Its beginning is not there.
        // Most lines are about others: they are told apart before they are parsed.
        var (lines, mark) = (new List<LogLine>(), $"\"birth\":{birth}");
        while (reader.ReadLine() is { } line)
            if (line.Contains(mark, StringComparison.Ordinal) && Parse(line, birth) is { } parsed)
                lines.Add(parsed);
        return (lines, stream.Length - start, start == 0);
    }

    static LogLine? Parse(string line, long birth)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("Properties", out var fields)
                || fields.ValueKind != JsonValueKind.Object
                || !fields.TryGetProperty("birth", out var number)
                || !number.TryGetInt64(out var about)
                || about != birth
            )
                return null;
            return new(
                Text(root, "Timestamp"),
                Text(root, "Level")?.ToLowerInvariant(),
                Text(root, "RenderedMessage") ?? Text(root, "MessageTemplate") ?? "",
                Text(fields, "slot"),
                Text(root, "Exception")
            );
        }
        // The last line may be half written.
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value)
            ? value.ToString() is { Length: > MessageCharactersMax } text
                ? text[..MessageCharactersMax] + "…"
                : value.ToString()
            : null;
}
