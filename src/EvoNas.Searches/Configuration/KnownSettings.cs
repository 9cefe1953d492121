using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Tasks;
using EvoNas.Torch.Training;

namespace EvoNas.Searches.Configuration;

/// <summary>Every key under <c>evonas</c>. What is not here is refused.</summary>
static partial class KnownSettings
{
    static readonly Takes Levels = new Takes.Word("verbose", "debug", "information", "warning", "error", "fatal");

    public static readonly Setting Space = new(
        "evonas.search.space",
        new Takes.Text("regnet-x"),
        "--space",
        "NAME|FILE.json",
        "The search space: a name of `evonas spaces`, or a file of your own"
    );
    public static readonly Setting Tune = new(
        "evonas.search.tune",
        new Takes.Texts("learning-rate=0.01..0.3 log", HasCommas: true),
        "--tune",
        "SETTING",
        "A training setting to search too: \"learning-rate=0.01..0.3 log\", \"batch-size=32|64\"; may be repeated"
    );
    public static readonly Setting Algorithm = new(
        "evonas.search.algorithm",
        new Takes.Word("auto", "evolution", "local", "nsga2", "asha", "random"),
        "--algorithm",
        "NAME",
        "auto (climbs, then evolves; nsga2 for several objectives), evolution (regularized, Real et al. 2019), local "
            + "(local search), nsga2, asha (evolution in rungs of a training) or random"
    );
    public static readonly Setting PopulationSize = new(
        "evonas.search.population-size",
        new Takes.Whole(2, 100_000),
        "--population",
        "N",
        "Members that may breed [auto, asha: 20; evolution: a tenth of the budget, 10 to 100; nsga2: 50 to 100]",
        Absent: "auto"
    );
    public static readonly Setting TournamentSize = new(
        "evonas.search.tournament-size",
        new Takes.Whole(2, 100_000),
        "--tournament",
        "N",
        "Members drawn, of which the fittest breeds [auto: all; asha: half; evolution: a fifth of the population]",
        Absent: "auto"
    );
    public static readonly Setting Objective = new(
        "evonas.search.objective",
        new Takes.Text("\"top1 * (latencyMs/80)^-0.07\""),
        "--objective",
        "FORMULA",
        "What is maximised: \"top1\", \"top1 * (latencyMs/80)^-0.07\"; several with commas: \"top1, -latencyMs\""
    );
    public static readonly Setting ReferencePoint = new(
        "evonas.search.reference-point",
        new Takes.Text("\"0.1, -40\""),
        "--reference-point",
        "LIST",
        "From where the hypervolume of several objectives is measured: a value of each [worst of table or founders]",
        Absent: "auto"
    );
    public static readonly Setting Limits = new(
        "evonas.search.limits",
        new Takes.Texts("madds<=300M"),
        "--limit",
        "LIMIT",
        "A bound such as \"madds<=300M\", \"latencyMs<=20 hard\"; may be repeated"
    );
    public static readonly Setting Seed = new(
        "evonas.search.seed",
        new Takes.Whole(0),
        "--seed",
        "N",
        "Seed of all random choices: equal seeds breed equal children"
    );
    public static readonly Setting RepeatDuplicates = new(
        "evonas.search.repeat-duplicates",
        new Takes.Flag(),
        "--repeat-duplicates",
        "",
        "Evaluate a genotype again when it is drawn again"
    );
    public static readonly Setting EarlyStopping = new(
        "evonas.search.stop-hopeless",
        new Takes.Flag(),
        "--early-stopping",
        "",
        "Stop trainings whose curve stays below the median (--no-early-stopping: train all to the end)",
        FormerOption: "--stop-hopeless"
    );
    public static readonly Setting Finalists = new(
        "evonas.search.finalists",
        new Takes.Name("5x6", "none"),
        "--finalists",
        "auto|none|NxR",
        "At the end evaluate the N best R times more, inside the budget [auto: from 200 noisy evaluations on]",
        Absent: "auto"
    );
    public static readonly Setting DriftGuard = new(
        "evonas.search.drift-guard",
        new Takes.Name("100", "none"),
        "--drift-guard",
        "auto|none|N",
        "After every N births train the same candidate again [auto: 100 from 200 trainings on]",
        Absent: "auto"
    );
    public static readonly Setting Evaluations = new(
        "evonas.search.budget.evaluations",
        new Takes.Whole(1),
        "--budget",
        "N",
        "End after so many evaluations",
        Absent: "none"
    );
    public static readonly Setting Hours = new(
        "evonas.search.budget.hours",
        new Takes.Real(1e-6, 1e6),
        "--hours",
        "H",
        "End after so many hours of running",
        Absent: "none"
    );
    public static readonly Setting SlotHours = new(
        "evonas.search.budget.slot-hours",
        new Takes.Real(1e-6, 1e9),
        "--slot-hours",
        "H",
        "End after so many hours of evaluation, summed over the slots",
        Absent: "none"
    );

    public static readonly Setting Slots = new(
        "evonas.slots",
        new Takes.Whole(1, 1024),
        "--slots",
        "N",
        "Trainings at a time [one a GPU, else one a core]",
        Absent: "auto"
    );
    public static readonly Setting Devices = new(
        "evonas.devices",
        new Takes.Texts("cuda:0"),
        "--devices",
        "LIST",
        "Where to train: cpu, or cuda:0,cuda:1 [all GPUs, else the CPU]"
    );

    public static readonly Setting Home = new(
        "evonas.home",
        new Takes.Text("~/.local/share/evonas"),
        "--home",
        "DIR",
        "Where searches live [EVONAS_HOME, or ~/.local/share/evonas]"
    );
    public static readonly Setting Data = new(
        "evonas.data",
        new Takes.Text("~/.local/share/evonas/data"),
        "--data",
        "DIR",
        "Where downloaded data sets live"
    );
    public static readonly Setting RecycleBirths = new(
        "evonas.worker.recycle-births",
        new Takes.Whole(1, 1_000_000),
        null,
        "N",
        "Births after which a worker process is replaced"
    );
    public static readonly Setting MemoryMax = new(
        "evonas.worker.memory-max",
        new Takes.Size(),
        null,
        "SIZE",
        "Memory above which a worker process is replaced",
        Absent: "none"
    );
    public static readonly Setting ProgressTimeout = Time(
        "evonas.worker.progress-timeout",
        "Time without progress, at least five median steps, after which a worker is ended"
    );
    public static readonly Setting KillAfter = Time("evonas.worker.kill-after", "From SIGTERM to SIGKILL");
    public static readonly Setting QuarantineAfter = Time(
        "evonas.worker.quarantine-after",
        "A worker that outlives SIGKILL by this puts its slot into quarantine"
    );
    public static readonly Setting Lease = Time(
        "evonas.lease",
        "How long an evaluator that is not heard of keeps its birth"
    );
    public static readonly Setting Drain = Time("evonas.drain", "How long the first Ctrl-C waits for trainings");
    public static readonly Setting DiskReserve = new(
        "evonas.disk-reserve",
        new Takes.Size(),
        null,
        "SIZE",
        "No work is handed out while less than this is free"
    );
    public static readonly Setting LogConsole = new("evonas.log.console", Levels, null, "LEVEL", "On the terminal");
    public static readonly Setting LogFile = new(
        "evonas.log.file",
        Levels,
        "--log-level",
        "LEVEL",
        "Level of the search's log file"
    );
    public static readonly Setting LogFileSize = new(
        "evonas.log.file-size",
        new Takes.Size(),
        null,
        "SIZE",
        "A log file that reaches this is followed by another"
    );
    public static readonly Setting LogFilesKept = new(
        "evonas.log.files-kept",
        new Takes.Whole(1, 1000),
        null,
        "N",
        "The newest so many log files are kept"
    );

    public static readonly Setting Otlp = new(
        "evonas.telemetry.otlp",
        new Takes.Text("http://127.0.0.1:4318"),
        "--otlp",
        "ENDPOINT",
        "Send metrics and traces to an OpenTelemetry collector [OTEL_EXPORTER_OTLP_ENDPOINT]",
        Absent: "none"
    );
    public static readonly Setting TelemetryInterval = new(
        "evonas.telemetry.interval",
        new Takes.Duration(),
        null,
        "TIME",
        "Time between two exports of metrics"
    );
    public static readonly Setting Traces = new(
        "evonas.telemetry.traces",
        new Takes.Flag(),
        null,
        "",
        "Also send a trace for each birth"
    );

    public static readonly Setting DataSet = new(
        "evonas.training.data-set",
        new Takes.Name("my-photos", [.. TaskCatalog.All.SelectMany(task => task.DataSets).Distinct()]),
        "--data-set",
        "NAME",
        string.Join(", ", TaskCatalog.All.SelectMany(task => task.DataSets).Distinct())
            + ", or a folder in the data folder"
    );
    public static readonly Setting Task = new(
        "evonas.training.task",
        new Takes.Word([.. TaskCatalog.All.Select(task => task.Name)]),
        "--task",
        string.Join('|', TaskCatalog.All.Select(task => task.Name)),
        "What networks are trained for [follows from space, profile and data set]",
        Absent: "auto"
    );
    public static readonly Setting Profile = new(
        "evonas.training.profile",
        new Takes.Text("search_proxy"),
        "--profile",
        "NAME",
        "Which networks of the space are built [the usual ones of the task]",
        Absent: "auto"
    );
    public static readonly Setting Epochs = new(
        "evonas.training.epochs",
        new Takes.Real(0, 1e6),
        "--epochs",
        "N",
        "Passes over the training images, fractions allowed"
    );
    public static readonly Setting Steps = new(
        "evonas.training.steps",
        new Takes.Whole(0, 1_000_000_000),
        "--steps",
        "N",
        "Instead: steps of the optimizer"
    );
    public static readonly Setting Seconds = new(
        "evonas.training.seconds",
        new Takes.Real(0, 1e8),
        "--seconds",
        "S",
        "Instead: seconds (cannot be repeated exactly)"
    );

    /// <summary>How a search goes.</summary>
    public static readonly Setting[] Search =
    [
        Space,
        Tune,
        Algorithm,
        PopulationSize,
        TournamentSize,
        Objective,
        ReferencePoint,
        Limits,
        Seed,
        RepeatDuplicates,
        EarlyStopping,
        Finalists,
        DriftGuard,
        FounderSettings.Founders,
        .. RungSettings.All,
        .. NetworkSettings.All,
    ];

    /// <summary>When it ends.</summary>
    public static readonly Setting[] Budget = [Evaluations, Hours, SlotHours];

    /// <summary>Where evaluations run.</summary>
    public static readonly Setting[] Slot = [Slots, Devices];

    /// <summary>How a network is trained. The keys are the names of the training settings' properties.</summary>
    public static readonly Setting[] Training =
    [
        Task,
        Profile,
        DataSet,
        Epochs,
        Steps,
        Seconds,
        Number("image-side", 0, 1024, "Images are resized to this side in pixels; 0 leaves them"),
        Number("train-images", 0, 100_000_000, "Images to learn from; 0 takes all that validation leaves"),
        Number("validation-images", 0, 100_000_000, "Images of the training set that judge"),
        Number("batch-size", 1, 65_536, "Images a step"),
        Choice<OptimizerKind>("optimizer", "How weights follow the gradient"),
        Real("learning-rate", 0, 1e3, Takes.Bound.Min, "At its height, after the warm-up"),
        Real("momentum", 0, 1, Takes.Bound.Max, "Of SGD and RMSprop; the first β of the others"),
        Flag("nesterov", "SGD looks ahead"),
        Real("square-decay", 0, 1, Takes.Bound.Max, "RMSprop's decay of squares; the second β of the others"),
        Real("epsilon", 0, 1, Takes.Bound.Min, "Added to the root of squares"),
        Real("warm-up", 0, 1, Takes.Bound.Max, "Share of the training over which the rate rises"),
        Choice("schedule", "The rate after the warm-up", "constant", "cosine"),
        Real("weight-decay", 0, 10, Takes.Bound.None, "Pull of the weights to 0"),
        Flag("decay-norms-and-biases", "Norms and biases are pulled too"),
        Real("label-smoothing", 0, 1, Takes.Bound.Max, "Share of certainty spread over all classes"),
        Real("weight-average", 0, 1, Takes.Bound.Max, "Decay of the moving average of weights that is judged; 0: none"),
        Real("gradient-clip", 0, 1e6, Takes.Bound.None, "The gradient's norm is cut to this; 0: never"),
        Choice("precision", "Numbers of the forward and backward pass", "auto", "float32", "bfloat16", "float16"),
        Flag("normalize", "Images have mean 0 and deviation 1"),
        Number("shift", 0, 512, "Pixels by which images are shifted at random"),
        Flag("mirror", "Mirrors half of the images"),
        Text(
            "augment",
            "randaugment:2,5",
            "POLICY",
            "Varies images by a policy: autoaugment, randaugment:N,M, or \"SPACE GENOTYPE\" of a space of policies"
        ),
        Choice("initialization", "How weights begin", "kaiming", "xavier", "lecun"),
        Flag("measure-latency", "Measure the time of a forward pass after training"),
        Number("latency-batch", 1, 65_536, "The larger of the two batches whose time is measured"),
        Number("latency-repeats", 1, 100_000, "Passes of which the median is taken"),
        Optional("scale-min", 10, "Images are scaled by a random factor of at least this, then cropped"),
        Optional("scale-max", 10, "Images are scaled by a random factor of at most this"),
        Optional("anchor-size", 100, "Side of a detector's smallest square anchor, in strides of its level [3]"),
        Optional("skip-missing", "Leave out entries of a folder whose files are missing"),
        Optional("skip-damaged", "Leave out files of a folder that cannot be read"),
        Text("class-weights", "0.1,1,1", "LIST", "What pixels of each class count, the ground first, or frequencies"),
        Text("window", "96x96x64", "VOXELS", "The part of a volume that a network sees [32]"),
        Optional("overlap", new Takes.Real(0, 1, Takes.Bound.Max), "X", "Share that windows have in common [0.25]"),
        Optional("crops", new Takes.Whole(1, 1_000_000), "N", "Random windows of each volume in an epoch [1]"),
        Optional("foreground", new Takes.Real(0, 1), "X", "Share of the random windows around a labelled voxel [0]"),
        Optional("dice", new Takes.Word("softmax", "sigmoid"), "KIND", "Labels exclude each other, or not [softmax]"),
        Text("spacing", "0.8x0.8x2.5", "MM", "Millimetres between voxels to which volumes are resampled"),
        Text("intensity", "-96:215", "KIND", "Values of volumes: case, crop (mean 0, deviation 1) or a range [case]"),
        Optional("intensity-scale", new Takes.Real(0, 1, Takes.Bound.Max), "X", "Scales values of windows, 1 ± this"),
        Optional("intensity-shift", new Takes.Real(0, 100), "X", "Added to values of half of the windows, ± this"),
        Optional("surface-distances", "Measure HD95 and ASSD of volumes too"),
        Optional("head", new Takes.Word("axis-aligned", "rotated"), "KIND", "How a detector in lidar scans ends"),
        Optional("turn", 180, "Lidar scans are turned by a random angle of at most this, in degrees"),
        Optional("paste-objects", new Takes.Whole(0, 100), "N", "Objects of other lidar scans fill one up to so many"),
    ];

    /// <summary>How a node runs; only in files, but for the log's level.</summary>
    public static readonly Setting[] Node =
    [
        Home,
        Data,
        RecycleBirths,
        MemoryMax,
        ProgressTimeout,
        KillAfter,
        QuarantineAfter,
        RungSettings.Checkpoints,
        Lease,
        Drain,
        DiskReserve,
        LogConsole,
        LogFile,
        LogFileSize,
        LogFilesKept,
        Otlp,
        TelemetryInterval,
        Traces,
    ];

    public static readonly IReadOnlyList<Setting> All =
    [
        .. Search,
        .. Budget,
        .. Slot,
        .. Training,
        .. Node,
        .. MemberSettings.All,
    ];
}
