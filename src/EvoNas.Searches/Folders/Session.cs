using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using EvoNas.Searches.Evaluations;

namespace EvoNas.Searches.Folders;

/// <summary>What one slot does, as the process that runs the search last said.</summary>
/// <param name="Slot">The name of the slot.</param>
/// <param name="Doing">One word: training, reporting, idle, quarantined.</param>
/// <param name="Birth">What it trains; null if nothing.</param>
/// <param name="Attempt">The attempt at that birth, from 1.</param>
/// <param name="Genotype">The genotype of that birth.</param>
/// <param name="Epoch">From 1; 0 before the first progress.</param>
/// <param name="Epochs">Number of epochs.</param>
/// <param name="Step">Steps done in the whole training.</param>
/// <param name="Steps">Number of steps in the whole training.</param>
/// <param name="ImagesPerSecond">Images a second of the last progress report.</param>
/// <param name="Seconds">Seconds since the training began.</param>
/// <param name="Top1">Accuracy after the last epoch, in [0, 1]; null before the first.</param>
/// <param name="Reason">Why the slot is quarantined; null if it is not.</param>
sealed record SlotReport(
    string Slot,
    string Doing,
    long? Birth = null,
    int Attempt = 0,
    string? Genotype = null,
    int Epoch = 0,
    int Epochs = 0,
    long Step = 0,
    long Steps = 0,
    double ImagesPerSecond = 0,
    double Seconds = 0,
    double? Top1 = null,
    string? Reason = null
);

/// <summary>What the process that runs a search is doing: written now and then beside the journal, read by <c>top</c>
/// and <c>status</c>.</summary>
/// <remarks>Nothing depends on it: what it says may be a second old, or of a process that is gone.</remarks>
sealed record Session
{
    public int Process { get; init; }

    /// <summary>UTC.</summary>
    public DateTime Started { get; init; }

    /// <summary>Births that had ended when this process began.</summary>
    public long EndedBefore { get; init; }

    /// <summary>Seconds of this process's run.</summary>
    public double Seconds { get; init; }

    /// <summary>The search's own clock, pauses left out.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>It ended in order: nothing was left running.</summary>
    public bool Drained { get; init; }

    /// <summary>Why nothing is handed out; null while it is.</summary>
    public string? PausedFor { get; init; }

    public ImmutableArray<SlotReport> Slots { get; init; } = [];

    public ImmutableSortedDictionary<string, long> AttemptsLost { get; init; } =
        ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>What stands in a search's folder; null if nothing can be read there.</summary>
    public static Session? Read(SearchFolder search)
    {
        try
        {
            using var stream = File.OpenRead(search.Session);
            return JsonSerializer.Deserialize(stream, SessionJson.Default.Session);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Written under another name first, so that readers never see half of it. A full disk must not end a
    /// search: then it is left out.</summary>
    public void Write(SearchFolder search)
    {
        try
        {
            File.WriteAllBytes(
                search.Session + ".new",
                JsonSerializer.SerializeToUtf8Bytes(this, SessionJson.Default.Session)
            );
            File.Move(search.Session + ".new", search.Session, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Session))]
sealed partial class SessionJson : JsonSerializerContext;
