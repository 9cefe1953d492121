using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Searches.Requests;

namespace EvoNas.Searches.Founders;

/// <summary>A candidate from elsewhere that may become a founder.</summary>
/// <param name="Origin">See <see cref="Proposal.Origin"/>.</param>
/// <param name="Read">Its genotype in the space of the search; throws <see cref="RequestException"/> where it is none
/// of that space.</param>
sealed record FoundCandidate(string Origin, Func<Genotype> Read);

/// <summary>What <c>--founders</c> came to.</summary>
/// <param name="Founders">What is born first, the best first.</param>
/// <param name="Remark">How many of how many were taken, and why the others were not; one line.</param>
sealed record FounderReading(Sequence<Proposal> Founders, string Remark)
{
    // Where the budget is not one of evaluations.
    const long RoomMax = 10_000;

    /// <summary>Takes those that fit, in order, as many as the budget has births.</summary>
    /// <param name="request">The search that is to begin.</param>
    /// <param name="from">Where they come from, such as <c>optuna:study.db</c>.</param>
    /// <param name="noun">What one is called there, such as <c>trial</c>.</param>
    /// <param name="found">The best first.</param>
    /// <param name="incomplete">How many more there are, without a score.</param>
    /// <exception cref="RequestException">There is none, or none fits.</exception>
    public static FounderReading Of(
        SearchRequest request,
        string from,
        string noun,
        IReadOnlyList<FoundCandidate> found,
        int incomplete
    )
    {
        var limits = KnownLimits.Of(request.Settings.Objective, request.KnownMetrics);
        var (taken, known, room) = (new List<Proposal>(), new HashSet<ulong>(), RoomOf(request.Settings));
        var (misfits, beyond, repeated, late) = (0, 0, 0, 0);
        string? fault = null;
        foreach (var one in found)
        {
            if (taken.Count == room)
            {
                late++;
                continue;
            }
            try
            {
                var genotype = one.Read();
                if (KnownLimits.Excess(limits.Limits, limits.Of(genotype)) > 0)
                    beyond++;
                else if (!known.Add(genotype.Fingerprint))
                    repeated++;
                else
                    taken.Add(new(genotype, one.Origin));
            }
            catch (RequestException misfit)
            {
                misfits++;
                fault ??= $"{one.Origin}: {misfit.Message.Split('\n')[0]}";
            }
        }
        if (taken.Count == 0)
            throw found.Count == misfits && misfits > 0
                ? new RequestException(
                    $"None of the {misfits} {noun}s of {from} is a point of '{request.Space.Name}'; {fault}",
                    "Its parameters must have the names and values of the space's decisions: evonas spaces describe."
                )
                : new RequestException(
                    $"{from} has no {noun} that could be a founder: {found.Count} with a score, {incomplete} without"
                        + $"{(beyond > 0 ? $", {beyond} beyond a limit" : "")}."
                );
        string[] left =
        [
            Left(misfits, $"do not fit '{request.Space.Name}' ({fault})"),
            Left(beyond, "break a limit"),
            Left(repeated, "come twice"),
            Left(late, "are more than the budget has births"),
            Left(incomplete, "have no score"),
        ];
        return new(
            [.. taken],
            string.Join("; ", left.Where(text => text != "").Prepend($"{taken.Count} founders from {from}"))
        );

        static string Left(int count, string why) => count == 0 ? "" : $"{count} {why}";
    }

    static long RoomOf(SearchSettings settings) =>
        settings.Budget.Evaluations is { } evaluations
            ? evaluations - (settings.Finalists is { } rules && rules.Fit(settings.Budget) ? rules.Cost : 0)
            : RoomMax;
}
