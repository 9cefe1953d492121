using System.Collections;
using System.Collections.Immutable;
using EvoNas.Networks;

namespace EvoNas.Evolution;

/// <summary>Named numbers about one candidate, in the order of their names. Compares by what it holds; <c>default</c>
/// is empty.</summary>
/// <remarks>Only finite numbers get in: a diverged training is an outcome, never a metric.</remarks>
public readonly struct Metrics : IReadOnlyCollection<KeyValuePair<string, double>>, IEquatable<Metrics>
{
    /// <summary>Share of the validation images whose class is right, in [0, 1].</summary>
    public const string Top1 = "top1";

    /// <summary>Learnable numbers of the network.</summary>
    public const string Parameters = "parameters";

    /// <summary>Multiply-adds of one sample, biases excluded.</summary>
    public const string MultiplyAdds = "madds";

    /// <summary>Output values of convolutions, max-pools and dense layers.</summary>
    public const string Activations = "activations";

    /// <summary>Bytes of float32 values alive at once, one sample, without gradients.</summary>
    public const string PeakActivationBytes = "peakActivationBytes";

    /// <summary>The metrics known before a training, from the network alone.</summary>
    public static readonly ImmutableArray<string> Computed =
    [
        Activations,
        MultiplyAdds,
        Parameters,
        PeakActivationBytes,
    ];

    // In ordinal order of the names, each once. They are few: a search through them is faster than a tree.
    readonly KeyValuePair<string, double>[]? _pairs;

    Metrics(KeyValuePair<string, double>[] pairs) => _pairs = pairs;

    ReadOnlySpan<KeyValuePair<string, double>> Pairs => _pairs;

    /// <summary>The metrics of these pairs; a later one of the same name wins.</summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public static Metrics Of(params IEnumerable<KeyValuePair<string, double>> pairs) => default(Metrics).With(pairs);

    /// <summary>The metrics of these pairs.</summary>
    public static Metrics Of(params ReadOnlySpan<(string Name, double Value)> pairs)
    {
        var list = new List<KeyValuePair<string, double>>(pairs.Length);
        foreach (var (name, value) in pairs)
            list.Add(new(name, value));
        return Of(list);
    }

    /// <summary>What a network costs, under the names of <see cref="Computed"/>.</summary>
    public static Metrics Of(Cost cost) =>
        Of(
            (Parameters, cost.Parameters),
            (MultiplyAdds, cost.MultiplyAdds),
            (Activations, cost.Activations),
            (PeakActivationBytes, cost.PeakActivationBytes)
        );

    /// <summary>These and others; the others win.</summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public Metrics With(IEnumerable<KeyValuePair<string, double>> others)
    {
        var merged = new List<KeyValuePair<string, double>>(8);
        merged.AddRange(Pairs);
        foreach (var (name, value) in others)
        {
            if (!double.IsFinite(value))
                throw new ArgumentException($"Metric '{name}' is {value}; metrics are finite.");
            // From the end: they mostly come in order.
            var place = merged.Count;
            while (place > 0 && string.CompareOrdinal(merged[place - 1].Key, name) > 0)
                place--;
            if (place > 0 && merged[place - 1].Key == name)
                merged[place - 1] = new(name, value);
            else
                merged.Insert(place, new(name, value));
        }
        return new([.. merged]);
    }

    /// <summary>The number of a name; null where it is not known.</summary>
    public double? this[string name]
    {
        get
        {
            foreach (var (key, value) in Pairs)
                if (key == name)
                    return value;
            return null;
        }
    }

    /// <inheritdoc/>
    public int Count => Pairs.Length;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() =>
        (_pairs ?? Enumerable.Empty<KeyValuePair<string, double>>()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Metrics other)
    {
        if (Count != other.Count)
            return false;
        for (var i = 0; i < Pairs.Length; i++)
            if (Pairs[i].Key != other.Pairs[i].Key || !Pairs[i].Value.Equals(other.Pairs[i].Value))
                return false;
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Metrics other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var pair in Pairs)
            hash.Add(pair);
        return hash.ToHashCode();
    }

    /// <summary>As <c>madds=3.2E+06 top1=0.91</c>.</summary>
    public override string ToString() =>
        string.Join(' ', this.Select(pair => FormattableString.Invariant($"{pair.Key}={pair.Value:G6}")));

    /// <summary>Same names, same numbers?</summary>
    public static bool operator ==(Metrics left, Metrics right) => left.Equals(right);

    /// <summary>Any name or number different?</summary>
    public static bool operator !=(Metrics left, Metrics right) => !left.Equals(right);
}
