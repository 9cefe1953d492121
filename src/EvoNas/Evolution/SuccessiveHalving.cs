using EvoNas.Lineages;

namespace EvoNas.Evolution;

/// <summary>What a slot does next under <see cref="Algorithm.Asha"/>.</summary>
/// <param name="Promotes">Who goes on to the next rung; null: none does.</param>
/// <param name="Rung">The rung that it goes to.</param>
/// <param name="Breeds">A new candidate begins at the first rung.</param>
public readonly record struct HalvingStep(Individual? Promotes, int Rung, bool Breeds)
{
    /// <summary>Nothing: what runs is waited for, or the budget is spent.</summary>
    public static readonly HalvingStep None = default;

    /// <summary>Is there nothing to do?</summary>
    public bool IsNone => Promotes is null && !Breeds;
}

/// <summary>Asynchronous successive halving: of the candidates of a rung the best 1/η go on to the next, as soon as a
/// slot is free; where none does, a new one begins.</summary>
/// <remarks>
/// <para>Source: Li et al. 2020, <i>A System for Massively Parallel Hyperparameter Tuning</i>, arXiv:1810.05934,
/// Algorithm 2. New candidates are bred (see <see cref="Breeding"/>), not drawn, and a score of a rung is compared with
/// the youngest <see cref="RungRules.Window"/> alone.</para>
/// <para>The last full training of a budget is kept for its end: then the best of the highest rung go on to the top,
/// whatever their rank, so that a search never ends with nothing that was trained in full.</para>
/// <para>The answer follows from the lineage: any replay finds the same step.</para>
/// </remarks>
public static class SuccessiveHalving
{
    /// <summary>What a free slot does next.</summary>
    /// <param name="lineage">Of a search that has begun, with rungs.</param>
    /// <param name="asked">Births that are asked for and not born yet.</param>
    /// <param name="canBreed">A child may be had.</param>
    public static HalvingStep Next(Lineage lineage, long asked, bool canBreed)
    {
        var rules = lineage.Settings!.Rungs!; // It has rungs.
        var (room, kept) = (RoomOf(lineage, asked), Kept(rules));
        var fits = true;
        for (var rung = rules.Top; rung > 0 && fits; rung--)
            if (Best(lineage.Rungs[rung - 1]) is var (best, rank) && rank < Promotable(rules, lineage.Rungs[rung - 1]))
            {
                if (room - rules.Cost(rung) >= kept)
                    return new(best.Individual, rung, Breeds: false);
                fits = false;
            }
        if (fits && canBreed && room - rules.Cost(0) >= kept)
            return new(null, 0, Breeds: true);
        // The end of the budget, or of the space. What goes to a rung below the top goes alone: another would use the
        // room that it needs later.
        for (var rung = rules.Top; rung > 0; rung--)
            if (
                rules.Horizon - rules.Start(rung) <= room
                && (rung == rules.Top || lineage.Pending.Count == 0 && asked == 0)
                && Best(lineage.Rungs[rung - 1]) is var (last, _)
            )
                return new(last.Individual, rung, Breeds: false);
        return HalvingStep.None;
    }

    /// <summary>Is there room for a birth that is not bred?</summary>
    /// <inheritdoc cref="Next"/>
    public static bool MayBear(Lineage lineage, long asked) =>
        RoomOf(lineage, asked) - lineage.Settings!.Rungs!.Cost(0) >= Kept(lineage.Settings.Rungs); // It has rungs.

    /// <summary>Does a candidate below the top wait for its promotion, whatever its rank?</summary>
    /// <param name="lineage">Of a search with rungs.</param>
    public static bool HasUnpromoted(Lineage lineage)
    {
        foreach (var rung in lineage.Rungs)
            if (Best(rung) is not null)
                return true;
        return false;
    }

    /// <summary>Those that may breed: the youngest of the highest rung that holds enough.</summary>
    /// <param name="lineage">Of a search with rungs.</param>
    internal static Population Parents(Lineage lineage)
    {
        var settings = lineage.Settings!; // It has begun.
        var enough = Math.Max(settings.TournamentSize, settings.PopulationSize / 4);
        if (lineage.Population.Count >= enough)
            return lineage.Population;
        var most = lineage.Population;
        for (var rung = lineage.Rungs.Count - 1; rung >= 0; rung--)
        {
            var entries = lineage.Rungs[rung].Entries;
            if (entries.Count < enough && entries.Count <= most.Count)
                continue;
            var youngest = entries.Items.AsSpan(Math.Max(0, entries.Count - settings.PopulationSize)..);
            var members = new Individual[youngest.Length];
            for (var i = 0; i < members.Length; i++)
                members[i] = youngest[i].Individual;
            most = new([.. members]);
            if (members.Length >= enough)
                break;
        }
        return most;
    }

    // Epochs that the budget has left for births.
    static long RoomOf(Lineage lineage, long asked)
    {
        var settings = lineage.Settings!; // It has begun.
        var rules = settings.Rungs!; // It has rungs.
        return settings.Budget.Evaluations is { } evaluations
            ? (long)Math.Min((decimal)(evaluations - Finals.Reserved(lineage)) * rules.Horizon, long.MaxValue / 2)
                - lineage.Epochs
                - asked * rules.Cost(0)
            : long.MaxValue / 2;
    }

    // Whoever has been born can still be trained in full.
    static long Kept(RungRules rules) => rules.Horizon - rules.Epochs[0];

    static int Promotable(RungRules rules, Rung rung) => rung.Entries.Count / rules.Reduction;

    // The best that was not promoted, and how many are better; null where all were.
    static (RungEntry Entry, int Rank)? Best(Rung rung)
    {
        RungEntry? best = null;
        foreach (var entry in rung.Entries)
            if (!entry.IsPromoted && (best is null || entry.Value > best.Value))
                best = entry;
        if (best is null)
            return null;
        var rank = 0;
        foreach (var entry in rung.Entries)
            if (entry.Value > best.Value || entry.IsPromoted && entry.Value == best.Value)
                rank++;
        return (best, rank);
    }
}
