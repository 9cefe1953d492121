using System.Text.Json;
using System.Text.Json.Serialization;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors;

/// <summary>How values of the science look in JSON: births as numbers, genotypes as their text.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(BirthNumberJson), typeof(GenotypeJson), typeof(MetricsJson), typeof(FingerprintSetJson), typeof(SequenceJson)])]
[JsonSerializable(typeof(LineageEvent.Begun))]
[JsonSerializable(typeof(LineageEvent.Born))]
[JsonSerializable(typeof(LineageEvent.Scored))]
[JsonSerializable(typeof(LineageEvent.RuledOut))]
[JsonSerializable(typeof(LineageEvent.Retired))]
[JsonSerializable(typeof(LineageEvent.Extended))]
[JsonSerializable(typeof(LineageEvent.Finished))]
[JsonSerializable(typeof(LineageSnapshot))]
[JsonSerializable(typeof(SearchSettings))]
[JsonSerializable(typeof(Term[]))]
[JsonSerializable(typeof(Limit[]))]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(double[][]))]
[JsonSerializable(typeof(Individual[]))]
[JsonSerializable(typeof(Sequence<double>[]))]
public sealed partial class WireJson : JsonSerializerContext;

/// <summary>A birth is its number.</summary>
public sealed class BirthNumberJson : JsonConverter<BirthNumber>
{
    /// <inheritdoc/>
    public override BirthNumber Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetInt64());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, BirthNumber value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

/// <summary>A genotype is its text.</summary>
public sealed class GenotypeJson : JsonConverter<Genotype>
{
    // A value has a point or an exponent, an index has neither: the text can be read without its space.
    /// <inheritdoc/>
    public override Genotype Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        var text = reader.GetString() ?? throw new JsonException("A genotype is a text.");
        var genes = new List<Gene>();
        foreach (var range in text.AsSpan().Split(','))
        {
            var word = text.AsSpan(range);
            genes.Add(word.IndexOfAny('.', 'E') < 0
                ? Gene.Of(int.Parse(word, System.Globalization.CultureInfo.InvariantCulture))
                : Gene.Real(double.Parse(word, System.Globalization.CultureInfo.InvariantCulture)));
        }
        return new([.. genes]);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Genotype value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>Metrics are an object of numbers.</summary>
public sealed class MetricsJson : JsonConverter<Metrics>
{
    /// <inheritdoc/>
    public override Metrics Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        var pairs = new List<KeyValuePair<string, double>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!; // A property name is a string.
            reader.Read();
            pairs.Add(new(name, reader.GetDouble()));
        }
        return Metrics.Of(pairs);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Metrics value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, number) in value) writer.WriteNumber(name, number);
        writer.WriteEndObject();
    }
}

sealed class FingerprintSetJson : JsonConverter<FingerprintSet>
{
    /// <inheritdoc/>
    public override FingerprintSet Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => FingerprintSet.FromBytes(reader.GetBytesFromBase64());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, FingerprintSet value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.ToBytes());
}

/// <summary>Sequences are arrays.</summary>
public sealed class SequenceJson : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Sequence<>);

    // The closed list of sequences that lie in a journal: no reflection over what comes in.
    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
        type == typeof(Sequence<double>) ? new Of<double>()
        : type == typeof(Sequence<Term>) ? new Of<Term>()
        : type == typeof(Sequence<Limit>) ? new Of<Limit>()
        : type == typeof(Sequence<Individual>) ? new Of<Individual>()
        : type == typeof(Sequence<Pending>) ? new Of<Pending>()
        : type == typeof(Sequence<Sequence<double>>) ? new Of<Sequence<double>>()
        : throw new NotSupportedException($"{type} does not lie in a journal.");

    sealed class Of<T> : JsonConverter<Sequence<T>>
    {
        public override Sequence<T> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var items = System.Collections.Immutable.ImmutableArray.CreateBuilder<T>();
            if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("A list is expected.");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                items.Add(JsonSerializer.Deserialize<T>(ref reader, Info(options)) ?? throw new JsonException("A list holds null."));
            return new(items.ToImmutable());
        }

        public override void Write(Utf8JsonWriter writer, Sequence<T> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var item in value) JsonSerializer.Serialize(writer, item, Info(options));
            writer.WriteEndArray();
        }

        static System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> Info(JsonSerializerOptions options) =>
            (System.Text.Json.Serialization.Metadata.JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }
}
