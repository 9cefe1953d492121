using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Tests;

/// <summary>Random histories that could have happened, with every kind of event and every odd value that one may
/// hold.</summary>
sealed class EventHistory(int seed)
{
    static readonly string[] Words =
    [
        "",
        "depth",
        "blocks[0].width",
        "it's \"quoted\"",
        "tab\tand\nline",
        "Größe × 3",
        "模型",
        "🧬",
        "\u0001",
        "</script>",
        "a,b",
    ];

    static readonly double[] Numbers =
    [
        0,
        -0.0,
        1,
        0.1,
        1.0 / 3,
        1e-300,
        double.Epsilon,
        double.MaxValue,
        -1e21,
        123456789.123456789,
        1e15,
        1e16,
        float.MaxValue,
    ];

    readonly Random _random = new(seed);

    public IEnumerable<LineageEvent> Take(int events)
    {
        var lineage = Lineage.Empty;
        for (var i = 0; i < events; i++)
        {
            var happened = Next(lineage);
            lineage = lineage.Evolve(happened);
            yield return happened;
        }
    }

    LineageEvent Next(Lineage lineage) =>
        lineage switch
        {
            { Settings: null } => new LineageEvent.Begun(Settings()),
            { Population.Count: > 6 } => new LineageEvent.Retired(lineage.Population.Members[0].Birth),
            { Population.Count: > 0 } when _random.Next(20) == 0 => new LineageEvent.Exhausted(
                lineage.Population.Members[_random.Next(lineage.Population.Count)].Birth
            ),
            { Pending.Count: > 0 } when _random.Next(2) == 0 => Ended(
                lineage.Pending.Keys.ElementAt(_random.Next(lineage.Pending.Count))
            ),
            { Proposals: [var next, ..] } when _random.Next(3) == 0 => new LineageEvent.Born(
                new(lineage.Born + 1),
                null,
                next.Genotype,
                Origin: next.Origin
            ),
            _ when _random.Next(30) == 0 => new LineageEvent.Proposed([
                .. Some(3, () => new Proposal(Genotype(), Word)),
            ]),
            _ when _random.Next(40) == 0 => new LineageEvent.Extended(Budget()),
            _ when _random.Next(40) == 0 => new LineageEvent.Finished(
                Any<FinishedReason>(),
                Winner: Coin ? null : new(new(1), Number, Number, Number, 6, Number, Number)
            ),
            { Contenders.Count: > 0 } when _random.Next(4) == 0 => Repeated(
                lineage,
                lineage.Contenders[_random.Next(lineage.Contenders.Count)].Champion.Individual
            ),
            _ => Born(lineage),
        };

    LineageEvent.Born Born(Lineage lineage) =>
        new(
            new(lineage.Born + 1),
            lineage.Born > 0 && Coin ? new(_random.NextInt64(lineage.Born) + 1) : null,
            Genotype(),
            _random.Next(3) * _random.Next(100),
            Coin ? null : new(Word, Word, Word)
        );

    static LineageEvent.Born Repeated(Lineage lineage, Individual finalist) =>
        new(new(lineage.Born + 1), null, finalist.Genotype, RepeatOf: finalist.Birth);

    LineageEvent Ended(BirthNumber birth) =>
        _random.Next(5) > 0
            ? new LineageEvent.Scored(
                birth,
                new(Number, Coin),
                Metrics.Of(Some(5, () => KeyValuePair.Create(Word, Number))),
                [.. Some(70, () => Number)],
                Coin ? null : _random.Next(100),
                Run()
            )
            : new LineageEvent.RuledOut(birth, Any<RuledOutReason>(), Word, Run());

    SearchSettings Settings() => Settings(Any<Algorithm>());

    SearchSettings Settings(Algorithm algorithm) =>
        new()
        {
            Rules = BreedingRules.For(algorithm) is { } rules ? rules with { Founders = _random.Next(1, 9) } : null,
            Space = Word,
            SpaceFingerprint = Word,
            Evaluation = $$"""{"kind":"{{_random.Next()}}"}""",
            Seed = (ulong)_random.NextInt64() << 1,
            Algorithm = algorithm,
            PopulationSize = _random.Next(2, 100_000),
            TournamentSize = _random.Next(2, 100),
            Budget = Budget(),
            RepeatDuplicates = Coin,
            EarlyStopping = Coin,
            Finalists = Coin ? null : new([new(_random.Next(2, 6), _random.Next(1, 6))]),
            Objective = new(
                [.. Some(3, () => new Term(Word, Number, Number))],
                Coin,
                [.. Some(3, () => new Limit(Word, Number, Coin, Coin, Number))]
            ),
        };

    Budget Budget() => new(Coin ? null : _random.NextInt64(), Coin ? null : Number, Coin ? null : Number);

    Genotype Genotype() =>
        new([
            .. Some(
                60,
                () => Coin ? Gene.Of(_random.Next(3) == 0 ? _random.Next() : _random.Next(20)) : Gene.Real(Number)
            ),
        ]);

    Run Run() => new(_random.Next(10), Word, _random.NextDouble() * 1e5, _random.NextDouble() * 1e7);

    IEnumerable<T> Some<T>(int most, Func<T> make) => Enumerable.Range(0, _random.Next(most + 1)).Select(_ => make());

    T Any<T>()
        where T : struct, Enum => Enum.GetValues<T>()[_random.Next(Enum.GetValues<T>().Length)];

    bool Coin => _random.Next(2) == 0;

    string Word => Words[_random.Next(Words.Length)];

    double Number => Coin ? Numbers[_random.Next(Numbers.Length)] : _random.NextDouble();
}
