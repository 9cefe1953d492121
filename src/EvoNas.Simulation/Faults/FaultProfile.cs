using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation.Faults;

/// <summary>The machines, the search and the fault rates of one seed. Each seed leaves some kinds of faults out, so
/// that the others occur alone (Groce et al. 2012, <i>Swarm Testing</i>).</summary>
sealed record FaultProfile
{
    // The search.
    public int Budget { get; init; } = 60;
    public double TrainingSeconds { get; init; } = 900;
    public int PopulationSize { get; init; } = 6;
    public int TournamentSize { get; init; } = 3;
    public bool RepeatDuplicates { get; init; }
    public bool EarlyStopping { get; init; }
    public Algorithm Algorithm { get; init; }
    public int Patience { get; init; } = 128;

    /// <summary>Scores of a rung that a candidate is compared with, where there are rungs.</summary>
    public int Window { get; init; } = 12;

    /// <summary>How the search spends its last evaluations; null: on births.</summary>
    public FinalistRules? Finalists { get; init; }

    /// <summary>Births between two evaluations of the guarded candidate; null: none.</summary>
    public int? DriftGuard { get; init; }

    /// <summary>The search also minimises a cost that follows from the genotype.</summary>
    public bool TwoObjectives { get; init; }

    /// <summary>Decisions of three options; a space of few decisions is exhausted before the budget is spent.</summary>
    public int Decisions { get; init; } = 8;
    public int SnapshotEvery { get; init; } = 50;

    // The machines. With one slot the journal depends on the search's seed alone.
    public int Slots { get; init; } = 4;
    public int Nodes { get; init; } = 4;
    public bool TwoCoordinators { get; init; }
    public bool RemoteMutators { get; init; }

    /// <summary>Populations breed within their turns; where they cannot, mutators breed all children.</summary>
    public bool BreedsWithin { get; init; }

    // Messages between machines: the share that is lost, duplicated, or delayed by up to LateSeconds.
    public double Lost { get; init; }
    public double Doubled { get; init; }
    public double Late { get; init; }
    public double LateSeconds { get; init; }

    // Shares of appends and reads that fail.
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

    // Shares of trainings.
    public double Hangs { get; init; }
    public double Dies { get; init; }
    public double Overlong { get; init; }

    // Shares of genotypes.
    public double Poison { get; init; }
    public double Diverges { get; init; }
    public double TooLarge { get; init; }
    public double Unscorable { get; init; }

    /// <summary>The search's limit leaves nothing of the space.</summary>
    public bool NothingKeepsTheLimit { get; init; }

    // How often each fault is scheduled; see Fault.
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
    public int Proposals { get; init; }

    /// <summary>Approximate duration of the search without faults, in seconds.</summary>
    public double Expected => Budget * TrainingSeconds / Slots;

    /// <summary>Seconds after which no fault occurs any more: 80 % of the duration of the search with faults.</summary>
    public double Troubled => 0.8 * 1.4 * Expected;

    /// <summary>This profile without fault rates. Genotypes stay as they are.</summary>
    public FaultProfile Calm() =>
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

    /// <summary>The profile of a seed.</summary>
    public static FaultProfile Of(ulong seed)
    {
        // With random numbers of its own: every third of the searches that may guard a candidate does.
        var (random, profile) = (SeededRandom.For(seed, "drift guard of a seed"), WithoutGuard(seed));
        var every = random.Whole(SearchSettings.DriftGuardMin, 20);
        return random.Happens(2.0 / 3) || profile.RepeatDuplicates || profile.Algorithm == Algorithm.Asha
            ? profile
            : profile with
            {
                DriftGuard = every,
            };
    }

    static FaultProfile WithoutGuard(ulong seed)
    {
        // With random numbers of its own, as everything that came later: every fourth of the searches that evolve has
        // rungs.
        var (random, profile) = (SeededRandom.For(seed, "rungs of a seed"), WithoutRungs(seed));
        var window = random.Whole(6, 40);
        return profile.Algorithm != Algorithm.Evolution || random.Happens(0.75)
            ? profile
            : profile with
            {
                Algorithm = Algorithm.Asha,
                Window = window,
            };
    }

    static FaultProfile WithoutRungs(ulong seed)
    {
        // With random numbers of its own: the seeds keep their other faults. What is proposed twice is told from what
        // was lost on the way only where duplicates are refused.
        var (random, profile) = (SeededRandom.For(seed, "proposals of a seed"), WithoutProposals(seed));
        return random.Happens(0.5) || profile.RepeatDuplicates || profile.NothingKeepsTheLimit
            ? profile
            : profile with
            {
                Proposals = random.Whole(1, 6),
            };
    }

    static FaultProfile WithoutProposals(ulong seed)
    {
        var random = SeededRandom.For(seed, "profile");
        var (network, disk, crashes, trainings, genotypes, planned) = (
            random.Happens(0.6),
            random.Happens(0.5),
            random.Happens(0.4),
            random.Happens(0.5),
            random.Happens(0.5),
            random.Happens(0.8)
        );
        var (two, size) = (random.Happens(0.5), random.Whole(3, 10));
        var profile = new FaultProfile()
        {
            Budget = random.Whole(20, 70),
            TrainingSeconds = random.Between(600, 1800),
            PopulationSize = size,
            TournamentSize = random.Whole(2, Math.Min(4, size)),
            RepeatDuplicates = random.Happens(0.2),
            EarlyStopping = random.Happens(0.5),
            Algorithm = random.Happens(0.1) ? Algorithm.Random : Algorithm.Evolution,
            Decisions = random.Happens(0.05) ? 3 : random.Whole(6, 9),
            SnapshotEvery = random.Whole(10, 80),
            Nodes = 1 << random.Below(3),
            TwoCoordinators = two,
            RemoteMutators = random.Happens(0.3),
            Lost = Rate(network, 0.2),
            Doubled = Rate(network, 0.2),
            Late = Rate(network, 0.1),
            LateSeconds = random.Between(1, 300),
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
            // What came later is drawn later: the seeds keep their other faults.
            Unscorable = Rate(genotypes, 0.1),
            NothingKeepsTheLimit = random.Happens(0.01),
            // A sequence of its own, for the same reason.
            BreedsWithin = SeededRandom.For(seed, "breeding").Happens(0.5),
        };
        var (draw, patience) = (random.Whole(0, 3), random.Whole(3, 40));
        // Later still: every eighth search has two objectives.
        if (random.Happens(0.125))
            return profile with
            {
                Algorithm = profile.Algorithm == Algorithm.Random ? Algorithm.Random : Algorithm.Nsga2,
                RepeatDuplicates = false,
                TwoObjectives = true,
            };
        profile =
            profile.Algorithm == Algorithm.Random || draw == 3 ? profile
            : draw == 0 ? profile with { Algorithm = Algorithm.Auto, Patience = patience }
            : draw == 1 ? profile with { Algorithm = Algorithm.Local, Patience = patience, RepeatDuplicates = false }
            : profile;
        // The last that came: half of the others have finalists, in one round or two.
        var (first, second) = (
            new FinalRound(random.Whole(2, 4), random.Whole(1, 2)),
            new FinalRound(2, random.Below(2))
        );
        return profile.RepeatDuplicates || random.Happens(0.5)
            ? profile
            : profile with
            {
                Finalists = new(second.Repeats == 0 ? [first] : [first, second]),
            };

        // Both are drawn whether they count or not: see RandomExtensions.Happens.
        double Rate(bool kind, double max) => random.Unit() * max is var rate && random.Happens(0.6) && kind ? rate : 0;
        int Times(int max) => random.Whole(0, max) is var times && random.Happens(0.7) && planned ? times : 0;
    }

    /// <summary>The rates as <c>lost=0.12 …</c>; rates of 0 are left out.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"profile=budget:{Budget},training:{TrainingSeconds:0}s,nodes:{Nodes}")
        + (TwoCoordinators ? ",two-coordinators" : "")
        + (RemoteMutators ? ",remote-mutators" : "")
        + (BreedsWithin ? ",breeds-within" : "")
        + (RepeatDuplicates ? ",repeats" : "")
        + (EarlyStopping ? ",early-stop" : "")
        + (Algorithm == Algorithm.Evolution ? "" : $",{Algorithm.ToString().ToLowerInvariant()}")
        + (TwoObjectives ? ",two-objectives" : "")
        + (Finalists is null ? "" : $",finalists:{Finalists}")
        + (DriftGuard is null ? "" : $",guard:{DriftGuard}")
        + (NothingKeepsTheLimit ? ",nothing-keeps-the-limit" : "")
        + FormattableString.Invariant($",decisions:{Decisions},snapshots:{SnapshotEvery}")
        + string.Concat(
            Rates
                .Where(rate => rate.Value > 0)
                .Select(rate => FormattableString.Invariant($" {rate.Name}={rate.Value:0.###}"))
        );

    /// <summary>Every rate by its name.</summary>
    public IEnumerable<(string Name, double Value, Func<FaultProfile, FaultProfile> Without)> Rates =>
        [
            ("lost", Lost, profile => profile with { Lost = 0 }),
            ("doubled", Doubled, profile => profile with { Doubled = 0 }),
            ("late", Late, profile => profile with { Late = 0 }),
            ("append-fails", AppendFails, profile => profile with { AppendFails = 0 }),
            ("append-unseen", AppendUnseen, profile => profile with { AppendUnseen = 0 }),
            ("append-undone", AppendUndone, profile => profile with { AppendUndone = 0 }),
            ("append-late", AppendLate, profile => profile with { AppendLate = 0 }),
            ("append-slow", AppendSlow, profile => profile with { AppendSlow = 0 }),
            ("read-damaged", ReadDamaged, profile => profile with { ReadDamaged = 0 }),
            ("snapshot-torn", SnapshotTorn, profile => profile with { SnapshotTorn = 0 }),
            ("crash-before-append", CrashBeforeAppend, profile => profile with { CrashBeforeAppend = 0 }),
            ("crash-after-append", CrashAfterAppend, profile => profile with { CrashAfterAppend = 0 }),
            ("crash-amid-effects", CrashAmidEffects, profile => profile with { CrashAmidEffects = 0 }),
            ("crash-after-spool", CrashAfterSpool, profile => profile with { CrashAfterSpool = 0 }),
            ("hangs", Hangs, profile => profile with { Hangs = 0 }),
            ("dies", Dies, profile => profile with { Dies = 0 }),
            ("overlong", Overlong, profile => profile with { Overlong = 0 }),
            ("poison", Poison, profile => profile with { Poison = 0 }),
            ("diverges", Diverges, profile => profile with { Diverges = 0 }),
            ("too-large", TooLarge, profile => profile with { TooLarge = 0 }),
            ("unscorable", Unscorable, profile => profile with { Unscorable = 0 }),
        ];
}
