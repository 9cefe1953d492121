namespace EvoNas.Torch.Training;

/// <summary>Names of the metrics that only a training knows; those that a network alone tells are in
/// <see cref="Evolution.Metrics"/>.</summary>
public static class MetricNames
{
    /// <summary>Mean loss of the validation images; of classes, the cross-entropy in nats.</summary>
    public const string Loss = "loss";

    /// <summary>Epochs trained; a fraction where the last is a part.</summary>
    public const string Epochs = "epochs";

    /// <summary>Time of a forward pass of one image, in ms; median.</summary>
    public const string LatencyMs = "latencyMs";

    /// <summary>Time of a forward pass of <see cref="LatencyBatch"/> images, in ms; median.</summary>
    public const string LatencyBatchMs = "latencyBatchMs";

    /// <summary>The images of <see cref="LatencyBatchMs"/>.</summary>
    public const string LatencyBatch = "latencyBatch";

    /// <summary>Training images a second, validation excluded.</summary>
    public const string ImagesPerSecond = "imagesPerSecond";

    /// <summary>Seconds from the network to the outcome.</summary>
    public const string TrainingSeconds = "trainingSeconds";

    /// <summary>On the CPU the largest resident size of the process during this training, data included, in bytes. On a
    /// GPU the memory that the driver counts for the process after this training, in bytes: CUDA's context and torch's
    /// cache, which never shrinks.</summary>
    public const string PeakMemoryBytes = "peakMemoryBytes";

    /// <summary>Share of the test images whose class is right, in [0, 1]; only a full training has it.</summary>
    public const string TestTop1 = "testTop1";

    /// <summary>Mean loss of the test images; only a full training has it.</summary>
    public const string TestLoss = "testLoss";

    /// <summary>The name of a metric when it is measured on the test images: <c>testTop1</c> of <c>top1</c>.</summary>
    public static string OfTest(string metric) => $"test{char.ToUpperInvariant(metric[0])}{metric[1..]}";

    /// <summary>The metrics that are measured and differ from run to run; every other is the same for the same seed on
    /// the CPU.</summary>
    public static readonly IReadOnlySet<string> Measured = new HashSet<string>(StringComparer.Ordinal)
    {
        LatencyMs,
        LatencyBatchMs,
        ImagesPerSecond,
        TrainingSeconds,
        PeakMemoryBytes,
    };
}
