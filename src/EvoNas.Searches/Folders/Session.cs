using System.Text.Json;
using System.Text.Json.Serialization;

namespace EvoNas.Searches.Folders;

/// <summary>How the last run of a search ended: written beside the journal when a run begins and when it
/// ends.</summary>
/// <remarks>No decision depends on it. What a run is doing is asked at its socket.</remarks>
sealed record Session
{
    /// <summary>The process of the run.</summary>
    public int Process { get; init; }

    /// <summary>When the run began, UTC.</summary>
    public DateTime Started { get; init; }

    /// <summary>It ended in order: nothing was left running.</summary>
    public bool Drained { get; init; }

    /// <summary>What is in a search's folder; null if nothing can be read there.</summary>
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

    /// <summary>Writes it under another name first, so that it is never read half. A full disk must not end a search:
    /// then it is left out.</summary>
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
