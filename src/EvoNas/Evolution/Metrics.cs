using System.Collections;
using System.Collections.Immutable;
using EvoNas.Networks;

namespace EvoNas.Evolution;

/// <summary>Named numbers about one candidate, in the order of their names. Compares by what it holds; <c>default</c> is empty.</summary>
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
    public static readonly ImmutableArray<string> Computed = [Activations, MultiplyAdds, Parameters, PeakActivationBytes];

    readonly ImmutableSortedDictionary<string, double>? _byName;

    Metrics(ImmutableSortedDictionary<string, double> byName) => _byName = byName;

    ImmutableSortedDictionary<string, double> ByName => _byName ?? Empty;

    static readonly ImmutableSortedDictionary<string, double> Empty = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    /// <summary>The metrics of these pairs; a later one of the same name wins.</summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public static Metrics Of(params IEnumerable<KeyValuePair<string, double>> pairs) => default(Metrics).With(pairs);

    /// <summary>The metrics of these pairs.</summary>
    public static Metrics Of(params ReadOnlySpan<(string Name, double Value)> pairs)
    {
        var list = new List<KeyValuePair<string, double>>(pairs.Length);
        foreach (var (name, value) in pairs) list.Add(new(name, value));
        return Of(list);
    }

    /// <summary>What a network costs, under the names of <see cref="Computed"/>.</summary>
    public static Metrics Of(Cost cost) =>
        Of((Parameters, cost.Parameters), (MultiplyAdds, cost.MultiplyAdds), (Activations, cost.Activations), (PeakActivationBytes, cost.PeakActivationBytes));

    /// <summary>These and others; the others win.</summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public Metrics With(IEnumerable<KeyValuePair<string, double>> others)
    {
        var builder = ByName.ToBuilder();
        foreach (var (name, value) in others)
            builder[name] = double.IsFinite(value) ? value : throw new ArgumentException($"Metric '{name}' is {value}; metrics are finite.");
        return new(builder.ToImmutable());
    }

    /// <summary>The number of a name; null where it is not known.</summary>
    public double? this[string name] => ByName.TryGetValue(name, out var value) ? value : null;

    /// <inheritdoc/>
    public int Count => ByName.Count;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => ByName.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Metrics other) => ByName.SequenceEqual(other.ByName);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Metrics other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var pair in ByName) hash.Add(pair);
        return hash.ToHashCode();
    }

    /// <summary>As <c>madds=3.2E+06 top1=0.91</c>.</summary>
    public override string ToString() => string.Join(' ', ByName.Select(pair => FormattableString.Invariant($"{pair.Key}={pair.Value:G6}")));

    /// <summary>Same names, same numbers?</summary>
    public static bool operator ==(Metrics left, Metrics right) => left.Equals(right);

    /// <summary>Any name or number different?</summary>
    public static bool operator !=(Metrics left, Metrics right) => !left.Equals(right);
}
