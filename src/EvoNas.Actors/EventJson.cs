using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
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
    Converters = [
        typeof(BirthNumberJson),
        typeof(GenotypeJson),
        typeof(MetricsJson),
        typeof(FitnessJson),
        typeof(RunJson),
        typeof(FingerprintSetJson),
        typeof(SequenceJson),
    ]
)]
[JsonSerializable(typeof(LineageEvent.Begun))]
[JsonSerializable(typeof(LineageEvent.Born))]
[JsonSerializable(typeof(LineageEvent.Proposed))]
[JsonSerializable(typeof(LineageEvent.Scored))]
[JsonSerializable(typeof(LineageEvent.RuledOut))]
[JsonSerializable(typeof(LineageEvent.Retired))]
[JsonSerializable(typeof(LineageEvent.Exhausted))]
[JsonSerializable(typeof(LineageEvent.Extended))]
[JsonSerializable(typeof(LineageEvent.Finished))]
[JsonSerializable(typeof(LineageSnapshot))]
[JsonSerializable(typeof(SearchSettings))]
[JsonSerializable(typeof(Term[]))]
[JsonSerializable(typeof(Objective[]))]
[JsonSerializable(typeof(Champion[]))]
[JsonSerializable(typeof(Limit[]))]
[JsonSerializable(typeof(BirthNumber[]))]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(Rung[]))]
[JsonSerializable(typeof(RungEntry[]))]
[JsonSerializable(typeof(double[][]))]
[JsonSerializable(typeof(Individual[]))]
[JsonSerializable(typeof(ParetoPoint[]))]
[JsonSerializable(typeof(FinalRound[]))]
[JsonSerializable(typeof(Contender[]))]
[JsonSerializable(typeof(Proposal[]))]
[JsonSerializable(typeof(Sequence<double>[]))]
public sealed partial class EventJson : JsonSerializerContext;

/// <summary>A birth is its number.</summary>
public sealed class BirthNumberJson : JsonConverter<BirthNumber>
{
    /// <inheritdoc/>
    public override BirthNumber Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        new(reader.GetInt64());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, BirthNumber value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}

/// <summary>A genotype is its text.</summary>
public sealed class GenotypeJson : JsonConverter<Genotype>
{
    // A value has a point or an exponent, an index has neither: the text can be read without its space.
    /// <inheritdoc/>
    public override Genotype Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException("A genotype is a text.");
        var text = reader.ValueSpan;
        // The plus sign of 1E+20 is written as an escape.
        if (reader.ValueIsEscaped || reader.HasValueSequence)
        {
            var plain = new byte[reader.HasValueSequence ? reader.ValueSequence.Length : text.Length];
            text = plain.AsSpan(0, reader.CopyString(plain));
        }
        if (text.IsEmpty)
            return new(default(Sequence<Gene>));
        var genes = new Gene[text.Count((byte)',') + 1];
        var count = 0;
        foreach (var range in text.Split((byte)','))
        {
            var word = text[range];
            genes[count++] =
                word.IndexOfAny((byte)'.', (byte)'E') < 0
                    ? Gene.Of(int.Parse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
                    : Gene.Real(double.Parse(word, NumberStyles.Float, CultureInfo.InvariantCulture));
        }
        return new(new Sequence<Gene>(ImmutableCollectionsMarshal.AsImmutableArray(genes)));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Genotype value, JsonSerializerOptions options)
    {
        var genes = value.Genes;
        // An index has at most 11 characters, a real at most 24 and a point; then a comma.
        Span<byte> text = genes.Count <= 40 ? stackalloc byte[40 * 28] : new byte[genes.Count * 28];
        var at = 0;
        foreach (var gene in genes)
        {
            if (at > 0)
                text[at++] = (byte)',';
            if (gene.IsReal || !Utf8Formatter.TryFormat(gene.Index, text[at..], out var written))
                written = Encoding.UTF8.GetBytes(gene.ToString(), text[at..]);
            at += written;
        }
        writer.WriteStringValue(text[..at]);
    }
}

/// <summary>Metrics are an object of numbers.</summary>
public sealed class MetricsJson : JsonConverter<Metrics>
{
    // Names that most events have, so that they are not made anew for each.
    static readonly (byte[] Utf8, string Text)[] Common =
    [
        .. new[]
        {
            Metrics.Top1,
            Metrics.Parameters,
            Metrics.MultiplyAdds,
            Metrics.Activations,
            Metrics.PeakActivationBytes,
        }.Select(name => (Encoding.UTF8.GetBytes(name), name)),
    ];

    /// <inheritdoc/>
    public override Metrics Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Metrics are an object.");
        var pairs = new List<KeyValuePair<string, double>>(8);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(ref reader);
            reader.Read();
            pairs.Add(new(name, reader.GetDouble()));
        }
        return Metrics.Of(pairs);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Metrics value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, number) in value)
            writer.WriteNumber(name, number);
        writer.WriteEndObject();
    }

    static string NameOf(ref Utf8JsonReader reader)
    {
        foreach (var (utf8, text) in Common)
            if (reader.ValueTextEquals(utf8))
                return text;
        return reader.GetString()!; // A property name is a string.
    }
}

sealed class FingerprintSetJson : JsonConverter<FingerprintSet>
{
    /// <inheritdoc/>
    public override FingerprintSet Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        FingerprintSet.FromBytes(reader.GetBytesFromBase64());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, FingerprintSet value, JsonSerializerOptions options) =>
        writer.WriteBase64StringValue(value.ToBytes());
}

/// <summary>Sequences are arrays.</summary>
public sealed class SequenceJson : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Sequence<>);

    // The closed list of sequences that lie in a journal: no reflection over what comes in.
    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
        type == typeof(Sequence<double>) ? new Doubles()
        : type == typeof(Sequence<Term>) ? new Of<Term>()
        : type == typeof(Sequence<Limit>) ? new Of<Limit>()
        : type == typeof(Sequence<Objective>) ? new Of<Objective>()
        : type == typeof(Sequence<Champion>) ? new Of<Champion>()
        : type == typeof(Sequence<ParetoPoint>) ? new Of<ParetoPoint>()
        : type == typeof(Sequence<FinalRound>) ? new Of<FinalRound>()
        : type == typeof(Sequence<Contender>) ? new Of<Contender>()
        : type == typeof(Sequence<BirthNumber>) ? new Of<BirthNumber>()
        : type == typeof(Sequence<Individual>) ? new Of<Individual>()
        : type == typeof(Sequence<Proposal>) ? new Of<Proposal>()
        : type == typeof(Sequence<Pending>) ? new Of<Pending>()
        : type == typeof(Sequence<int>) ? new Of<int>()
        : type == typeof(Sequence<Rung>) ? new Of<Rung>()
        : type == typeof(Sequence<RungEntry>) ? new Of<RungEntry>()
        : type == typeof(Sequence<Sequence<double>>) ? new Of<Sequence<double>>()
        : throw new NotSupportedException($"{type} does not lie in a journal.");

    /// <summary>Curves, one in every score: no look-up of how a number is read.</summary>
    sealed class Doubles : JsonConverter<Sequence<double>>
    {
        public override Sequence<double> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException("A list is expected.");
            var items = new List<double>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                items.Add(reader.GetDouble());
            return [.. items];
        }

        public override void Write(Utf8JsonWriter writer, Sequence<double> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var item in value)
                writer.WriteNumberValue(item);
            writer.WriteEndArray();
        }
    }

    sealed class Of<T> : JsonConverter<Sequence<T>>
    {
        public override Sequence<T> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var items = System.Collections.Immutable.ImmutableArray.CreateBuilder<T>();
            var info = Info(options);
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException("A list is expected.");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                items.Add(
                    JsonSerializer.Deserialize(ref reader, info) ?? throw new JsonException("A list holds null.")
                );
            return new(items.ToImmutable());
        }

        public override void Write(Utf8JsonWriter writer, Sequence<T> value, JsonSerializerOptions options)
        {
            var info = Info(options);
            writer.WriteStartArray();
            foreach (var item in value)
                JsonSerializer.Serialize(writer, item, info);
            writer.WriteEndArray();
        }

        static System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> Info(JsonSerializerOptions options) =>
            (System.Text.Json.Serialization.Metadata.JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }
}
