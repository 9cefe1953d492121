using System.Collections.Immutable;

namespace EvoNas.Storage.Verification;

/// <summary>Collects what is wrong; neighbours that are wrong in the same way become one finding.</summary>
sealed class Findings
{
    readonly List<Finding> _found = [];

    public long Count { get; private set; }

    public ImmutableArray<Finding> ToArray() => [.. _found];

    public void Add(FindingKind kind, string what) => Add(new(kind, null, null, what));

    public void Add(FindingKind kind, long number, string what) => Add(new(kind, number, number, what));

    public void Add(Finding finding)
    {
        Count++;
        if (_found.Count < JournalVerification.FindingsMax)
            _found.Add(finding);
    }
}
