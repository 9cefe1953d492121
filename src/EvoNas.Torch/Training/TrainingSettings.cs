using System.Text.Json.Serialization;
using EvoNas.Torch.Data;

namespace EvoNas.Torch.Training;

/// <summary>How weights follow the gradient.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>RMSprop with momentum (Hinton 2012; MnasNet's choice).</summary>
    RmsProp,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101).</summary>
    AdamW,

    /// <summary>Adam (Kingma and Ba 2015, arXiv:1412.6980); weight decay is a part of the gradient.</summary>
    Adam,

    /// <summary>Adam whose second moments never fall (Reddi et al. 2018, arXiv:1904.09237).</summary>
    AmsGrad,

    /// <summary>Gradients divided by their norm layer by layer, with momentum (Ginsburg et al. 2019,
    /// arXiv:1905.11286, as MONAI has it: no correction of the first steps).</summary>
    Novograd,
}

/// <summary>What the labels of a volume are to a network.</summary>
public enum DiceKind
{
    /// <summary>Exclusive: a channel a label, the background's first; softmax, Dice and cross-entropy.</summary>
    Softmax,

    /// <summary>Independent: a channel a label, none for the background; sigmoids, and Dice with squares in its
    /// denominator.</summary>
    Sigmoid,
}

/// <summary>The learning rate after the warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>Stays.</summary>
    Constant,

    /// <summary>Falls to 0 along half a cosine (Loshchilov and Hutter 2017, arXiv:1608.03983).</summary>
    Cosine,
}

/// <summary>In which numbers forward and backward passes compute; weights stay float32.</summary>
public enum Precision
{
    /// <summary>bfloat16 on a GPU that has it, float16 on an older one, float32 on the CPU.</summary>
    Auto,

    /// <summary>32 bits throughout.</summary>
    Float32,

    /// <summary>16 bits with float32's range, under autocast; on a CPU it is fast only with AVX-512 BF16 or
    /// AMX.</summary>
    BFloat16,

    /// <summary>16 bits with a loss scale that adapts, under autocast; a GPU only.</summary>
    Float16,
}

/// <summary>How weights begin.</summary>
public enum Initialization
{
    /// <summary>Convolutions normal with variance 2/fan-out (He et al. 2015, arXiv:1502.01852; pycls), dense normal(0,
    /// 0.01), biases 0.</summary>
    Kaiming,

    /// <summary>Uniform in ±√(6/(fan-in + fan-out)) (Glorot and Bengio 2010), biases uniform in ±1/√fan-in.</summary>
    Xavier,

    /// <summary>Convolutions and dense normal with variance 1/fan-in, biases 0: what a filter weighs does not depend on
    /// how many there are, nor on groups.</summary>
    /// <remarks>Source: LeCun et al. 1998, <i>Efficient BackProp</i>, §4.6; the released trainers of NAS-FPN and
    /// SpineNet. Kaiming's fan-out gives the filters of a depthwise convolution of 700 channels a length of 0.05: a
    /// detector of depthwise convolutions then needs thousands of steps.</remarks>
    Lecun,
}

/// <summary>How a network is trained. An immutable value; what a journal stores is <see cref="ToJson"/>.</summary>
public sealed partial record TrainingSettings
{
    /// <summary>The name of a data set of the task, or of a folder in the data folder.</summary>
    public string DataSet { get; init; } = ImageDataSet.FashionMnist.Name;

    /// <summary>Images are resized (bilinear) to this side in pixels; 0 leaves them.</summary>
    public int ImageSide { get; init; }

    /// <summary>Images of the training part to learn from; 0 takes all that validation leaves.</summary>
    public int TrainImages { get; init; }

    /// <summary>Images of the training part that judge; in a search at least 1.</summary>
    public int ValidationImages { get; init; } = 5000;

    /// <summary>Images a step.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Passes over the training images, fractions allowed. Exactly one of epochs, steps and seconds is
    /// positive.</summary>
    public double Epochs { get; init; }

    /// <summary>Steps of the optimizer.</summary>
    public long Steps { get; init; }

    /// <summary>Seconds of training, validation included. Such a training cannot be repeated exactly.</summary>
    public double Seconds { get; init; }

    /// <summary>How weights follow the gradient.</summary>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>At its height, after the warm-up.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Of SGD and RMSprop, in [0, 1); the first β of Adam, its variants and Novograd.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>SGD looks ahead (Nesterov 1983).</summary>
    public bool Nesterov { get; init; }

    /// <summary>RMSprop's decay of squares, the second β of Adam, its variants and Novograd; in [0, 1).</summary>
    public double SquareDecay { get; init; } = 0.99;

    /// <summary>Added to the root of squares by every optimizer but SGD.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Share of the training over which the rate rises linearly from 0, in [0, 1).</summary>
    public double WarmUp { get; init; }

    /// <summary>The rate after the warm-up.</summary>
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Cosine;

    /// <summary>Pull of the weights to 0.</summary>
    public double WeightDecay { get; init; } = 5e-5;

    /// <summary>True: norms and biases are pulled too.</summary>
    public bool DecayNormsAndBiases { get; init; }

    /// <summary>Share of certainty spread over all classes, in [0, 1).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Decay of the moving average of weights that is judged instead of the weights, in [0, 1); 0:
    /// none.</summary>
    public double WeightAverage { get; init; }

    /// <summary>The gradient's norm is cut to this; 0: never.</summary>
    public double GradientClip { get; init; }

    /// <summary>In which numbers.</summary>
    public Precision Precision { get; init; }

    /// <summary>True: images have mean 0 and deviation 1 over the set; false: they lie in [0, 1].</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Pixels by which images are shifted at random, see <see cref="Augmentation.Shift"/>.</summary>
    public int Shift { get; init; }

    /// <summary>Mirrors half of the images; refused for sets of digits.</summary>
    public bool Mirror { get; init; }

    /// <summary>A policy that varies images besides: <c>autoaugment</c>, <c>randaugment:2,5</c>, <c>detection_v0</c> to
    /// <c>detection_v3</c>, or a space of policies and a genotype, <c>randaugment_detection 1,4</c>; null: none
    /// does.</summary>
    /// <remarks>Lengths in pixels are scaled to the set's images, from the 224 for which they are published, or from
    /// 640 where boxes and masks move along.</remarks>
    public string? Augment { get; init; }

    /// <summary>How weights begin.</summary>
    public Initialization Initialization { get; init; }

    /// <summary>Measures the time of a forward pass after training.</summary>
    public bool MeasureLatency { get; init; } = true;

    /// <summary>The larger of the two batches whose time is measured; the smaller is 1.</summary>
    public int LatencyBatch { get; init; } = 64;

    /// <summary>Passes of which the median is taken.</summary>
    public int LatencyRepeats { get; init; } = 30;

    /// <summary>What is learnt, see <see cref="LearningTask.Name"/>; null: classification.</summary>
    /// <remarks>This and what follows is left out of the JSON where it is null: older searches have none of
    /// it.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Task { get; init; }

    /// <summary>Which networks of the space are built, see <see cref="Spaces.Target.Profile"/>; null: the usual ones
    /// of the task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Profile { get; init; }

    /// <summary>Images are scaled by a random factor of at least this, then cropped; null: 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ScaleMin { get; init; }

    /// <summary>Images are scaled by a random factor of at most this; null: 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ScaleMax { get; init; }

    /// <summary>Side of a detector's smallest square anchor, in strides of its level; null: 3.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AnchorSize { get; init; }

    /// <summary>What the pixels of each class count in the loss of a segmentation: numbers with commas;
    /// null: all count alike.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClassWeights { get; init; }

    /// <summary>What is known of a data set that is a folder of the user's; null: the data set is a built-in
    /// one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DataSetFacts? Data { get; init; }

    /// <summary>True: entries of such a folder whose files are missing are left out; else they are an error.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? SkipMissing { get; init; }

    /// <summary>True: files of such a folder that cannot be read are left out; else they are an error.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? SkipDamaged { get; init; }

    /// <summary>The part of a volume that a network sees, in voxels to the right, to the front and up:
    /// <c>96x96x64</c>, or <c>32</c> for a cube; null: 32.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Window { get; init; }

    /// <summary>Share of a window that the next one covers again when a whole volume is judged, in [0, 1); null:
    /// 0.25.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Overlap { get; init; }

    /// <summary>Random windows of each volume in an epoch; null: 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Crops { get; init; }

    /// <summary>Share of the random windows that lie around a labelled voxel, in [0, 1]; null: 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Foreground { get; init; }

    /// <summary>What labels of volumes are; null: <see cref="DiceKind.Softmax"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DiceKind? Dice { get; init; }

    /// <summary>Millimetres between voxels to which volumes are resampled, to the right, to the front and up:
    /// <c>0.8x0.8x2.5</c>, or <c>1</c>; null: they stay as they are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Spacing { get; init; }

    /// <summary>How values of volumes are normalised: <c>case</c> or <c>crop</c>, to mean 0 and deviation 1 over what
    /// is not 0 in the whole volume or in the window, or a range such as <c>-96:215</c>, cut and brought to [0, 1];
    /// null: <c>case</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Intensity { get; init; }

    /// <summary>Values of half of the windows are scaled by a factor of up to 1 ± this; null: 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? IntensityScale { get; init; }

    /// <summary>Up to ± this is added to the values of half of the windows; null: 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? IntensityShift { get; init; }

    /// <summary>Whether distances of surfaces are measured besides Dice: they take longer; null: no.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? SurfaceDistances { get; init; }

    /// <summary>How a detector in lidar scans ends: <c>axis-aligned</c> or <c>rotated</c>; null: as its profile
    /// says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Head { get; init; }

    /// <summary>Lidar scans are turned about the vertical by a random angle of at most this, in degrees; null:
    /// 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Turn { get; init; }

    /// <summary>Objects that a lidar scan has after those of other scans were put into it; null: none
    /// are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PasteObjects { get; init; }

    /// <summary>The quick start: Fashion-MNIST as it is, two epochs over part of it.</summary>
    /// <remarks>On one core some 10 s for networks of half a million multiply-adds, 25 s for four million. Small
    /// batches and Nesterov's step were the best of six settings tried at that price: after 375 steps three random
    /// RegNet-X reach 0.80, 0.82 and 0.71, with batches of 64 0.73, 0.59 and 0.49.</remarks>
    public static readonly TrainingSettings Quick = new()
    {
        TrainImages = 6000,
        ValidationImages = 2000,
        BatchSize = 32,
        Epochs = 2,
        LearningRate = 0.04,
        Nesterov = true,
        WarmUp = 0.1,
        LatencyRepeats = 15,
    };

    /// <summary>The textbook's RegNetX-32 (Zhang et al., <i>Dive into Deep Learning</i>, 8.8): plain SGD, ten epochs
    /// over images of 96 pixels.</summary>
    public static readonly TrainingSettings Textbook = new()
    {
        ImageSide = 96,
        ValidationImages = 0,
        Epochs = 10,
        LearningRate = 0.05,
        Momentum = 0,
        Schedule = ScheduleKind.Constant,
        WeightDecay = 0,
        Normalize = false,
        Initialization = Initialization.Xavier,
    };
}
