using EvoNas.Genetics;
using EvoNas.Hosting.Simulation.Worlds;

namespace EvoNas.Hosting.Simulation.Faults;

/// <summary>What one seed's world is made of, and how often what goes wrong in it. Each seed leaves some kinds of
/// faults out, so that the others meet alone (Groce et al. 2012, <i>Swarm Testing</i>).</summary>
sealed record Mix
{
    // The search.
    public int Budget { get; init; } = 60;
    public double TrainingSeconds { get; init; } = 900;
    public int PopulationSize { get; init; } = 6;
    public int TournamentSize { get; init; } = 3;
    public bool RepeatDuplicates { get; init; }
    public bool StopHopeless { get; init; }
    public bool Random { get; init; }

    /// <summary>Decisions of three options; with 4 the space is exhausted before the budget is spent.</summary>
    public int Decisions { get; init; } = 8;
    public int SnapshotEvery { get; init; } = 50;

    // The machines; with one slot a journal follows from its search's seed alone.
    public int Slots { get; init; } = 4;
    public int Nodes { get; init; } = 4;
    public bool TwoCoordinators { get; init; }
    public bool RemoteMutators { get; init; }

    // Of letters between machines: the share that is lost, doubled, or late by up to so many seconds.
    public double Lost { get; init; }
    public double Doubled { get; init; }
    public double Late { get; init; }
    public double LateSeconds { get; init; }

    // Of appends.
    public double AppendFails { get; init; }
    public double AppendUnseen { get; init; }
    public double AppendUndone { get; init; }
    public double AppendLate { get; init; }
    public double AppendSlow { get; init; }
    public double ReadDamaged { get; init; }
    public double SnapshotTorn { get; init; }

    // Crashes between two steps of one turn.
    public double CrashBeforeAppend { get; init; }
    public double CrashAfterAppend { get; init; }
    public double CrashAmidEffects { get; init; }
    public double CrashAfterSpool { get; init; }

    // Of trainings.
    public double Hangs { get; init; }
    public double Dies { get; init; }
    public double Overlong { get; init; }

    // Of genotypes.
    public double Poison { get; init; }
    public double Diverges { get; init; }
    public double TooLarge { get; init; }

    // How often each is planned; see Fault.
    public int CoordinatorCrashes { get; init; }
    public int EvaluatorCrashes { get; init; }
    public int Freezes { get; init; }
    public int Cuts { get; init; }
    public int Outages { get; init; }
    public int SeatMoves { get; init; }
    public int Rots { get; init; }
    public int Sicknesses { get; init; }
    public int Pauses { get; init; }
    public int Extensions { get; init; }

    /// <summary>Seconds that the search takes if nothing goes wrong, about.</summary>
    public double Expected => Budget * TrainingSeconds / Slots;

    /// <summary>Seconds after which nothing goes wrong any more: four fifths of what the search takes with
    /// faults.</summary>
    public double Troubled => 0.8 * 1.4 * Expected;

    /// <summary>The same world, with nothing that goes wrong by rate. Genotypes stay as they are.</summary>
    public Mix Calm() =>
        this with
        {
            Lost = 0,
            Doubled = 0,
            Late = 0,
            AppendFails = 0,
            AppendUnseen = 0,
            AppendUndone = 0,
            AppendLate = 0,
            AppendSlow = 0,
            ReadDamaged = 0,
            SnapshotTorn = 0,
            CrashBeforeAppend = 0,
            CrashAfterAppend = 0,
            CrashAmidEffects = 0,
            CrashAfterSpool = 0,
            Hangs = 0,
            Dies = 0,
            Overlong = 0,
        };

    /// <summary>The mix of a seed.</summary>
    public static Mix Of(ulong seed)
    {
        var dice = Dice.For(seed, "mix");
        var (network, disk, crashes, trainings, genotypes, planned) = (
            dice.Happens(0.6),
            dice.Happens(0.5),
            dice.Happens(0.4),
            dice.Happens(0.5),
            dice.Happens(0.5),
            dice.Happens(0.8)
        );
        var (two, size) = (dice.Happens(0.5), dice.Whole(3, 10));
        return new()
        {
            Budget = dice.Whole(20, 70),
            TrainingSeconds = dice.Between(600, 1800),
            PopulationSize = size,
            TournamentSize = dice.Whole(2, Math.Min(4, size)),
            RepeatDuplicates = dice.Happens(0.2),
            StopHopeless = dice.Happens(0.5),
            Random = dice.Happens(0.1),
            Decisions = dice.Happens(0.05) ? 3 : dice.Whole(6, 9),
            SnapshotEvery = dice.Whole(10, 80),
            Nodes = 1 << dice.Roll(3),
            TwoCoordinators = two,
            RemoteMutators = dice.Happens(0.3),
            Lost = Rate(network, 0.2),
            Doubled = Rate(network, 0.2),
            Late = Rate(network, 0.1),
            LateSeconds = dice.Between(1, 300),
            AppendFails = Rate(disk, 0.1),
            AppendUnseen = Rate(disk, 0.1),
            AppendUndone = Rate(disk, 0.05),
            AppendLate = Rate(disk, 0.05),
            AppendSlow = Rate(disk, 0.2),
            ReadDamaged = Rate(disk, 0.3),
            SnapshotTorn = Rate(disk, 0.3),
            CrashBeforeAppend = Rate(crashes, 0.02),
            CrashAfterAppend = Rate(crashes, 0.02),
            CrashAmidEffects = Rate(crashes, 0.02),
            CrashAfterSpool = Rate(crashes, 0.1),
            Hangs = Rate(trainings, 0.05),
            Dies = Rate(trainings, 0.1),
            Overlong = Rate(trainings, 0.03),
            Poison = Rate(genotypes, 0.05),
            Diverges = Rate(genotypes, 0.1),
            TooLarge = Rate(genotypes, 0.1),
            CoordinatorCrashes = Times(5),
            EvaluatorCrashes = Times(6),
            Freezes = Times(4),
            Cuts = Times(5),
            Outages = Times(3),
            SeatMoves = two ? Times(5) : Times(0),
            Rots = Times(2),
            Sicknesses = Times(2),
            Pauses = Times(2),
            Extensions = Times(1),
        };

        // Both are rolled whether they count or not: see Chance.Happens.
        double Rate(bool kind, double max) => dice.Unit() * max is var rate && dice.Happens(0.6) && kind ? rate : 0;
        int Times(int max) => dice.Whole(0, max) is var times && dice.Happens(0.7) && planned ? times : 0;
    }

    /// <summary>What goes wrong, as <c>lost=0.12 crashes…</c>; what does not is left out.</summary>
    public override string ToString() =>
        FormattableString.Invariant(
            $"budget={Budget} training={TrainingSeconds:0}s nodes={Nodes}{(TwoCoordinators ? " two-coordinators" : "")}{(RemoteMutators ? " remote-mutators" : "")}{(RepeatDuplicates ? " repeats" : "")}{(StopHopeless ? " early-stop" : "")}{(Random ? " random" : "")} decisions={Decisions} snapshots={SnapshotEvery}"
        )
        + string.Concat(
            Rates
                .Where(rate => rate.Value > 0)
                .Select(rate => FormattableString.Invariant($" {rate.Name}={rate.Value:0.###}"))
        );

    /// <summary>Every rate by its name.</summary>
    public IEnumerable<(string Name, double Value, Func<Mix, Mix> Without)> Rates =>
        [
            ("lost", Lost, mix => mix with { Lost = 0 }),
            ("doubled", Doubled, mix => mix with { Doubled = 0 }),
            ("late", Late, mix => mix with { Late = 0 }),
            ("append-fails", AppendFails, mix => mix with { AppendFails = 0 }),
            ("append-unseen", AppendUnseen, mix => mix with { AppendUnseen = 0 }),
            ("append-undone", AppendUndone, mix => mix with { AppendUndone = 0 }),
            ("append-late", AppendLate, mix => mix with { AppendLate = 0 }),
            ("append-slow", AppendSlow, mix => mix with { AppendSlow = 0 }),
            ("read-damaged", ReadDamaged, mix => mix with { ReadDamaged = 0 }),
            ("snapshot-torn", SnapshotTorn, mix => mix with { SnapshotTorn = 0 }),
            ("crash-before-append", CrashBeforeAppend, mix => mix with { CrashBeforeAppend = 0 }),
            ("crash-after-append", CrashAfterAppend, mix => mix with { CrashAfterAppend = 0 }),
            ("crash-amid-effects", CrashAmidEffects, mix => mix with { CrashAmidEffects = 0 }),
            ("crash-after-spool", CrashAfterSpool, mix => mix with { CrashAfterSpool = 0 }),
            ("hangs", Hangs, mix => mix with { Hangs = 0 }),
            ("dies", Dies, mix => mix with { Dies = 0 }),
            ("overlong", Overlong, mix => mix with { Overlong = 0 }),
            ("poison", Poison, mix => mix with { Poison = 0 }),
            ("diverges", Diverges, mix => mix with { Diverges = 0 }),
            ("too-large", TooLarge, mix => mix with { TooLarge = 0 }),
        ];
}
