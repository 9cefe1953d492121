using EvoNas.Lineages;

namespace EvoNas.Simulation.Promises;

// Who is guarded against drift, and when, told apart from the lineage that chooses.
sealed partial class ReferenceModel
{
    int _guards;
    LineageEvent.Born? _guarded;

    void CheckGuard(LineageEvent.Born born)
    {
        world.Tally.See(Occurrence.Guarded);
        var own = _births.Count(entry => entry.Born.RepeatOf is null);
        if (world.Settings.DriftGuard is not { } every || own < every * ++_guards)
            throw new ViolationException(
                Promise.P6SameSearch,
                $"births before {born.Birth} guards {born.RepeatOf}",
                world.Settings.DriftGuard is { } asked ? $"{asked * _guards} or more" : "no guard",
                $"{own}"
            );
        var scored = _births.Where(IsCandidate).ToArray();
        var best = scored.Length == 0 ? double.NaN : scored.Max(entry => entry.Fitness);
        var expected = _guarded is { } one
            ? [one]
            : scored.Where(entry => entry.Fitness == best).Select(entry => entry.Born).ToArray();
        _guarded = expected.FirstOrDefault(one => one.Birth == born.RepeatOf && one.Genotype == born.Genotype);
        if (_guarded is null)
            throw new ViolationException(
                Promise.P6SameSearch,
                $"whom {born.Birth} guards",
                string.Join(" or ", expected.Select(one => $"{one.Birth} {one.Genotype}")),
                $"{born.RepeatOf} {born.Genotype}"
            );
    }
}
