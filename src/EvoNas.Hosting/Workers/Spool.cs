using System.Text.Json;
using EvoNas.Genetics;

namespace EvoNas.Hosting.Workers;

/// <summary>The folder in which outcomes lie from the end of a training until the journal has them: written, flushed,
/// renamed, and only then said.</summary>
/// <param name="folder">Of one search.</param>
public sealed class Spool(string folder)
{
    /// <summary>Keeps an outcome; it outlives the process and a loss of power when this returns.</summary>
    internal void Keep(WorkerLine ended)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(new(ended.Birth));
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(ended.ToBytes());
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Forgets an outcome that the journal has.</summary>
    public void Forget(BirthNumber birth)
    {
        // A birth that was lost each time left nothing, perhaps not even the folder.
        if (File.Exists(PathOf(birth)))
            File.Delete(PathOf(birth));
    }

    /// <summary>The outcomes that were kept and never acknowledged. A file that cannot be read is an evaluation that is
    /// done again.</summary>
    /// <param name="warn">Told of every file that cannot be read.</param>
    public IEnumerable<SpooledOutcome> Leftovers(Action<string> warn)
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (var stale in Directory.EnumerateFiles(folder, "*.tmp"))
            File.Delete(stale);
        foreach (var path in Directory.EnumerateFiles(folder, "birth-*.json").Order(StringComparer.Ordinal))
        {
            SpooledOutcome kept;
            try
            {
                var line = WorkerLine.From(File.ReadAllText(path));
                kept = new(new(line.Birth), line.Attempt, line.ToOutcome(), line.Seconds, () => File.Delete(path));
            }
            catch (JsonException fault)
            {
                warn($"{path} cannot be read and is left out: {fault.Message}");
                continue;
            }
            yield return kept;
        }
    }

    string PathOf(BirthNumber birth) => Path.Combine(folder, $"birth-{birth.Value}.json");
}
