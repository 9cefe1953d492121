using System.Text.Json;
using System.Text.Json.Serialization;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Hosting.Workers;

/// <summary>What a worker is told once, when it starts.</summary>
/// <param name="Search">The search's name, for logs.</param>
/// <param name="Slot">The slot's name.</param>
/// <param name="Spool">The folder in which outcomes are kept before they are said.</param>
/// <param name="Space">The space: a catalogue name, or the text of a space in JSON.</param>
/// <param name="Evaluation">How to evaluate, as canonical JSON; opaque here.</param>
/// <param name="Data">The folder of the data sets.</param>
/// <param name="Device">Such as <c>cpu</c> or <c>cuda:0</c>; a GPU worker sees only its own GPU.</param>
/// <param name="Threads">Threads for computing; at least 1.</param>
/// <param name="Seed">The search's seed.</param>
public sealed record WorkerOrders(
    string Search,
    string Slot,
    string Spool,
    string Space,
    string Evaluation,
    string Data,
    string Device,
    int Threads,
    ulong Seed
)
{
    /// <summary>The folder of a <see cref="SampleShelf"/>; null: nothing is drawn.</summary>
    public string? Samples { get; init; }

    /// <summary>The folder of a <see cref="CheckpointShelf"/>; null: no training is kept between two rungs.</summary>
    public string? Checkpoints { get; init; }
}

/// <summary>A line that a worker says.</summary>
/// <param name="Kind"><c>ready</c>, <c>progress</c>, <c>ended</c>, <c>warning</c> or <c>refused</c>.</param>
public sealed record WorkerLine(string Kind)
{
    /// <summary>Of <c>progress</c> and <c>ended</c>.</summary>
    public long Birth { get; init; }

    /// <summary>Of <c>progress</c> and <c>ended</c>.</summary>
    public int Attempt { get; init; }

    /// <summary>Of <c>progress</c>.</summary>
    public Progress? Progress { get; init; }

    /// <summary>Of <c>ended</c>: <c>trained</c>, <c>failed</c> or <c>memory</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>Of <c>trained</c>.</summary>
    public Metrics Metrics { get; init; }

    /// <summary>Of <c>trained</c>.</summary>
    public Sequence<double> Curve { get; init; }

    /// <summary>Of <c>trained</c>.</summary>
    public int? StoppedAtEpoch { get; init; }

    /// <summary>Of <c>trained</c>: the epoch after which a stage went on, where that is not the one that was asked
    /// for.</summary>
    [JsonPropertyName("from")]
    public int? WentOnFrom { get; init; }

    /// <summary>Of <c>failed</c>.</summary>
    public RuledOutReason? Reason { get; init; }

    /// <summary>Of <c>failed</c>, <c>memory</c>, <c>warning</c> and <c>refused</c>.</summary>
    public string? Detail { get; init; }

    /// <summary>Of <c>ended</c>.</summary>
    public double Seconds { get; init; }

    internal static WorkerLine Ended(BirthNumber birth, int attempt, Outcome outcome, double seconds)
    {
        var line = new WorkerLine("ended")
        {
            Birth = birth.Value,
            Attempt = attempt,
            Seconds = seconds,
        };
        return outcome switch
        {
            EvoNas.Actors.Outcome.Trained trained => line with
            {
                Outcome = "trained",
                Metrics = trained.Metrics,
                Curve = trained.Curve,
                StoppedAtEpoch = trained.StoppedAtEpoch,
                WentOnFrom = trained.From,
            },
            EvoNas.Actors.Outcome.Failed failed => line with
            {
                Outcome = "failed",
                Reason = failed.Reason,
                Detail = failed.Detail,
            },
            EvoNas.Actors.Outcome.OutOfMemory memory => line with { Outcome = "memory", Detail = memory.Detail },
            _ => throw new System.Diagnostics.UnreachableException(
                $"A worker does not report {outcome.GetType().Name}; its parent does."
            ),
        };
    }

    /// <summary>The outcome of an <c>ended</c> line.</summary>
    /// <exception cref="JsonException">The line has none.</exception>
    internal Outcome ToOutcome() =>
        Outcome switch
        {
            "trained" when Curve.All(double.IsFinite) => new EvoNas.Actors.Outcome.Trained(
                Metrics,
                Curve,
                StoppedAtEpoch,
                WentOnFrom
            ),
            "failed" when Reason is { } reason => new EvoNas.Actors.Outcome.Failed(reason, Detail ?? ""),
            "memory" => new EvoNas.Actors.Outcome.OutOfMemory(Detail ?? ""),
            _ => throw new JsonException($"'{Outcome}' is no outcome."),
        };

    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, WorkerJson.Default.WorkerLine);

    /// <exception cref="JsonException">It is not a line of the protocol.</exception>
    internal static WorkerLine From(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, WorkerJson.Default.WorkerLine)
                ?? throw new JsonException("It is null.");
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new JsonException(fault.Message, fault);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true,
    Converters = [typeof(BirthNumberJson), typeof(GenotypeJson), typeof(MetricsJson), typeof(SequenceJson)]
)]
[JsonSerializable(typeof(WorkerOrders))]
[JsonSerializable(typeof(WorkerLine))]
[JsonSerializable(typeof(Assignment))]
[JsonSerializable(typeof(double))]
sealed partial class WorkerJson : JsonSerializerContext;
