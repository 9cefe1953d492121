using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EvoNas.Torch.Training;

public sealed partial record TrainingSettings
{
    /// <summary>The names of all settings in JSON, in the order of their declaration.</summary>
    public static Sequence<string> Names { get; } =
    [.. TrainingJson.Default.TrainingSettings.Properties.Select(property => property.Name)];

    /// <summary>All settings that have a value, in the order of their declaration, camel case, no spaces. Equal
    /// settings give equal text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, TrainingJson.Default.TrainingSettings);

    /// <summary>Reads <see cref="ToJson"/>'s text; what it leaves out is as in other settings.</summary>
    /// <param name="json">An object.</param>
    /// <param name="over">Such as a preset; null: the defaults.</param>
    /// <exception cref="RequestException">The text is no JSON, a key is unknown or twice, or a value is of the wrong
    /// kind or out of range.</exception>
    public static TrainingSettings FromJson(string json, TrainingSettings? over = null)
    {
        try
        {
            var given =
                JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new RequestException("The training settings are an object of JSON.");
            // Laid over all fields: generated readers give what is left out the default of its type.
            var fields = Fields(over ?? new());
            foreach (var (name, value) in given)
                fields[name] = Names.Contains(name)
                    ? value?.DeepClone()
                    : throw Nearest.Unknown("training setting", name, Names);
            return fields.Deserialize(TrainingJson.Default.TrainingSettings)!.Checked(); // an object is never null
        }
        catch (JsonException error)
        {
            throw new RequestException($"The training settings cannot be read: {error.Message}");
        }
    }

    /// <summary>The settings in which two differ, in the order of declaration, as JSON.</summary>
    public IEnumerable<(string Name, string Ours, string Theirs)> DifferencesFrom(TrainingSettings other)
    {
        var (ours, theirs) = (Fields(this), Fields(other));
        foreach (var name in Names)
            if (!JsonNode.DeepEquals(ours[name], theirs[name]))
                yield return (name, ours[name]?.ToJsonString() ?? "null", theirs[name]?.ToJsonString() ?? "null");
    }

    static JsonObject Fields(TrainingSettings settings) =>
        // A record is never null in JSON.
        JsonSerializer.SerializeToNode(settings, TrainingJson.Default.TrainingSettings)!.AsObject();
}

sealed class CamelCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    Converters = [
        typeof(CamelCase<OptimizerKind>),
        typeof(CamelCase<DiceKind>),
        typeof(CamelCase<ScheduleKind>),
        typeof(CamelCase<Precision>),
        typeof(CamelCase<Initialization>),
    ]
)]
[JsonSerializable(typeof(TrainingSettings))]
sealed partial class TrainingJson : JsonSerializerContext;
