using System.Text.Json;
using System.Text.Json.Serialization;
using EvoNas.Evolution;
using EvoNas.Lineages;

namespace EvoNas.Actors;

/// <summary>A fitness is an object. Read by hand, as every score and every member of a snapshot has one: the general
/// reader of constructors takes several times as long.</summary>
sealed class FitnessJson : JsonConverter<Fitness>
{
    /// <inheritdoc/>
    public override Fitness Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A fitness is an object.");
        var (value, feasible) = (0.0, true);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Found(ref reader, "value"u8))
                value = reader.GetDouble();
            else if (Found(ref reader, "feasible"u8))
                feasible = reader.GetBoolean();
            else
                reader.Skip();
        }
        return new(value, feasible);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Fitness value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("value"u8, value.Value);
        writer.WriteBoolean("feasible"u8, value.Feasible);
        writer.WriteEndObject();
    }

    /// <summary>True if the property is this one; then its value is read next. What a newer EvoNas has added is passed
    /// over.</summary>
    internal static bool Found(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.ValueTextEquals(name) && reader.Read();
}

/// <summary>The circumstances of an evaluation are an object; see <see cref="FitnessJson"/> for why by hand.</summary>
sealed class RunJson : JsonConverter<Run>
{
    /// <inheritdoc/>
    public override Run Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("The circumstances of an evaluation are an object.");
        var (attempt, slot, seconds, at) = (0, "", 0.0, 0.0);
        string? evaluation = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (FitnessJson.Found(ref reader, "attempt"u8))
                attempt = reader.GetInt32();
            else if (FitnessJson.Found(ref reader, "slot"u8))
                slot = reader.GetString() ?? throw new JsonException("A slot has a name.");
            else if (FitnessJson.Found(ref reader, "seconds"u8))
                seconds = reader.GetDouble();
            else if (FitnessJson.Found(ref reader, "atSeconds"u8))
                at = reader.GetDouble();
            else if (FitnessJson.Found(ref reader, "evaluation"u8))
                evaluation = reader.GetString();
            else
                reader.Skip();
        }
        return new(attempt, slot, seconds, at, evaluation);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Run value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("attempt"u8, value.Attempt);
        writer.WriteString("slot"u8, value.Slot);
        writer.WriteNumber("seconds"u8, value.Seconds);
        writer.WriteNumber("atSeconds"u8, value.AtSeconds);
        if (value.Evaluation is { } evaluation)
            writer.WriteString("evaluation"u8, evaluation);
        writer.WriteEndObject();
    }
}
