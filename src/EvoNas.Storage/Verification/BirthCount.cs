using System.Collections;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Storage.Verification;

/// <summary>Promise P2, counted apart from the fold: every birth is born once, in order, and ends at most
/// once.</summary>
sealed class BirthCount(Findings findings)
{
    readonly BitArray _born = new(0),
        _ended = new(0),
        _scored = new(0);
    long _last;

    /// <summary>After a row that cannot be read, what is missing may have been there; only what is there twice is wrong
    /// without doubt.</summary>
    public bool HasHoles { get; set; }

    public long Pending { get; private set; }

    public void Add(long number, LineageEvent happened)
    {
        switch (happened)
        {
            case LineageEvent.Born born:
                Bear(number, born);
                break;
            case LineageEvent.Scored scored:
                End(number, scored.Birth, isScored: true);
                break;
            case LineageEvent.RuledOut ruledOut:
                End(number, ruledOut.Birth, isScored: false);
                break;
        }
    }

    void Bear(long number, LineageEvent.Born born)
    {
        if (!IsPossible(number, born.Birth))
            return;
        if (Has(_born, born.Birth))
            findings.Add(FindingKind.Births, number, $"Event {number} bears birth {born.Birth} a second time.");
        else if (!HasHoles && born.Birth.Value != _last + 1)
            findings.Add(FindingKind.Births, number, $"Event {number} bears birth {born.Birth} after birth #{_last}.");
        if (!HasHoles && born.Parent is { } parent && !Has(_scored, parent))
            findings.Add(
                FindingKind.Births,
                number,
                $"Event {number} bears birth {born.Birth} of parent {parent}, which had no score then."
            );
        if (!HasHoles && born.Promoted is { } promoted && !Has(_scored, promoted))
            findings.Add(
                FindingKind.Births,
                number,
                $"Event {number} promotes birth {promoted} as {born.Birth}, which had no score then."
            );
        if (!Has(_born, born.Birth))
            Pending++;
        Set(_born, born.Birth);
        _last = Math.Max(_last, born.Birth.Value);
    }

    void End(long number, BirthNumber birth, bool isScored)
    {
        if (!IsPossible(number, birth))
            return;
        if (Has(_ended, birth))
            findings.Add(FindingKind.Births, number, $"Event {number} ends birth {birth} a second time.");
        else if (!HasHoles && !Has(_born, birth))
            findings.Add(FindingKind.Births, number, $"Event {number} ends birth {birth}, which was never born.");
        else if (Has(_born, birth))
            Pending--;
        Set(_ended, birth);
        if (isScored)
            Set(_scored, birth);
    }

    // There are fewer births than events; a larger number is no birth's, and would only cost memory.
    bool IsPossible(long number, BirthNumber birth)
    {
        if (birth.Value >= 1 && birth.Value <= Math.Min(number, int.MaxValue))
            return true;
        findings.Add(FindingKind.Births, number, $"Event {number} names birth {birth}, which cannot be.");
        return false;
    }

    static bool Has(BitArray bits, BirthNumber birth) =>
        birth.Value > 0 && birth.Value < bits.Length && bits[(int)birth.Value];

    static void Set(BitArray bits, BirthNumber birth)
    {
        if (birth.Value >= bits.Length)
            bits.Length = (int)Math.Min(int.MaxValue, Math.Max(1024, birth.Value * 2));
        bits[(int)birth.Value] = true;
    }
}
