using System.Runtime.InteropServices;
using EvoNas.Torch.Training;

namespace EvoNas.Tasks.Data;

/// <summary>What a reader repaired, left out or only noticed in a data set, counted by kind.</summary>
/// <remarks>Not for several threads at once.</remarks>
sealed class DataReport
{
    // Enough to find the cause; a broken set of a million boxes must not fill a screen.
    const int PlacesMax = 5;

    readonly Dictionary<string, (int Count, List<string> Places)> _faults = [];
    readonly List<string> _order = [];

    /// <summary>Leave out entries whose image is missing instead of refusing the set.</summary>
    public bool SkipMissing { get; init; }

    /// <summary>Leave out images that cannot be decoded instead of refusing the set.</summary>
    public bool SkipDamaged { get; init; }

    /// <summary>An empty report that leaves out what the settings of a training say.</summary>
    public static DataReport For(TrainingSettings settings) =>
        new() { SkipMissing = settings.SkipMissing == true, SkipDamaged = settings.SkipDamaged == true };

    /// <summary>Tells each kind of fault in a line.</summary>
    public void Tell(Action<string> say)
    {
        foreach (var fault in Faults)
            say($"{fault.Count} {fault.Kind} ({fault.Places[0]}{(fault.Count > 1 ? ", …" : "")})");
    }

    /// <summary>Kinds in the order in which they were met.</summary>
    public IReadOnlyList<DataFault> Faults =>
        [.. _order.Select(kind => new DataFault(kind, _faults[kind].Count, _faults[kind].Places))];

    /// <summary>Counts one more fault of a kind.</summary>
    /// <param name="kind">What is wrong and what was done about it, the same words each time.</param>
    /// <param name="place">File and entry.</param>
    public void Count(string kind, string place)
    {
        ref var fault = ref CollectionsMarshal.GetValueRefOrAddDefault(_faults, kind, out var known);
        if (!known)
        {
            _order.Add(kind);
            fault.Places = [];
        }
        fault.Count++;
        if (fault.Places.Count < PlacesMax)
            fault.Places.Add(place);
    }
}

/// <summary>A kind of fault in a data set.</summary>
/// <param name="Kind">What is wrong and what was done about it.</param>
/// <param name="Count">How often.</param>
/// <param name="Places">The first places.</param>
readonly record struct DataFault(string Kind, int Count, IReadOnlyList<string> Places);
