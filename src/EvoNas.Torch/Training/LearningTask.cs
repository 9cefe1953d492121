using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Torch.Data;
using TorchSharp;

namespace EvoNas.Torch.Training;

/// <summary>What networks are trained for: data, head, loss and metric. The training loop, the worker, the settings and
/// the command line know a task by this type only.</summary>
/// <remarks>Immutable; may be shared between threads.</remarks>
public abstract class LearningTask
{
    /// <summary>As <c>--task</c> names it: <c>classification</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The metric by which networks are judged, in [0, 1]; more is better.</summary>
    public abstract string Score { get; }

    /// <summary>What people call <see cref="Score"/>: <c>top-1</c>.</summary>
    public abstract string ScoreTitle { get; }

    /// <summary>The metrics of the validation besides <see cref="Score"/> and <see cref="MetricNames.Loss"/>.</summary>
    public virtual Sequence<string> Details => [];

    /// <summary>The names of its built-in data sets; the usual one first.</summary>
    public abstract Sequence<string> DataSets { get; }

    /// <summary>The layouts of folders that it can be trained on besides, as <c>evonas data check</c> names
    /// them.</summary>
    public virtual Sequence<string> Layouts => [];

    /// <summary>Looks at a folder of the user's, in one of <see cref="Layouts"/>, before anything begins: reads all
    /// annotations, and of the samples only what is needed to count classes.</summary>
    /// <param name="settings">Name the folder by <see cref="TrainingSettings.DataSet"/>, and say whether missing and
    /// damaged files are left out.</param>
    /// <param name="folder">Where the data set lies.</param>
    /// <param name="layout">Of <see cref="Layouts"/>.</param>
    /// <param name="say">Is told what was repaired and left out, a line a kind.</param>
    /// <returns>The facts; their fingerprint is set by the caller.</returns>
    /// <exception cref="RequestException">It is malformed; names file, place and what was expected.</exception>
    public virtual DataSetFacts Examine(TrainingSettings settings, string folder, string layout, Action<string> say) =>
        throw new System.Diagnostics.UnreachableException($"{Name} has layouts and no Examine.");

    /// <summary>The profiles of a space whose networks it can train, the usual one first; none: the space is not for
    /// this task.</summary>
    public abstract IEnumerable<string> ProfilesOf(Space space);

    /// <summary>Training settings by name; the first is for two cores of a CPU.</summary>
    public abstract Sequence<(string Name, TrainingSettings Settings)> Presets { get; }

    /// <summary>These settings, if this task can train by them.</summary>
    /// <exception cref="RequestException">It cannot; names value, bound and key.</exception>
    public abstract TrainingSettings Checked(TrainingSettings settings);

    /// <summary>Settings of a preset, fitted to a data set that is a folder of the user's: no more images than it
    /// has.</summary>
    /// <param name="settings">With <see cref="TrainingSettings.Data"/>; of a built-in set they stay as they
    /// are.</param>
    /// <param name="isGiven">Whether the user has given a setting, by its name in JSON: that one stays.</param>
    public virtual TrainingSettings Fitted(TrainingSettings settings, Func<string, bool> isGiven)
    {
        if (settings.Data is not { } facts)
            return settings;
        // A fifth of a set without a validation part is held out at most.
        var most = facts.Validation > 0 ? facts.Validation : Math.Max(1, facts.Train / 5);
        var validation = isGiven("validationImages")
            ? settings.ValidationImages
            : Math.Min(settings.ValidationImages, most);
        var left = Math.Max(1, facts.Train - (facts.Validation > 0 ? 0 : validation));
        return settings with
        {
            ValidationImages = validation,
            TrainImages = isGiven("trainImages") ? settings.TrainImages : Math.Min(settings.TrainImages, left),
        };
    }

    /// <summary>Refuses a data set that is none of this task's.</summary>
    /// <exception cref="RequestException">It is not.</exception>
    internal void CheckDataSet(TrainingSettings settings)
    {
        if (settings.Data is null ? DataSets.Contains(settings.DataSet) : Layouts.Contains(settings.Data.Layout))
            return;
        throw new RequestException(
            $"'{settings.DataSet}' is no data set for {Name}.",
            (Nearest.To(settings.DataSet, DataSets) is { } near ? $"Did you mean '{near}'? " : "")
                + $"Data sets for {Name}: {string.Join(", ", DataSets)}"
                + (Layouts.Count == 0 ? "." : $", and folders of the data folder ({string.Join(", ", Layouts)}).")
        );
    }

    /// <summary>The published files that the data of these settings are made of; null: the data set is made of none, or
    /// a folder of the user's.</summary>
    public abstract ImageDataSet? Source(TrainingSettings settings);

    /// <summary>Makes what is derived from <see cref="Source"/> or from the user's folder, if it is not there
    /// yet.</summary>
    /// <param name="settings">Name the data set.</param>
    /// <param name="data">Where data sets lie; it holds <see cref="Source"/> if there is one.</param>
    /// <param name="say">Is told what is made, and where.</param>
    /// <exception cref="RequestException">It cannot be written, or what it is made of is missing.</exception>
    public virtual void Prepare(TrainingSettings settings, DataFolder data, Action<string> say) { }

    /// <summary>What people call the data set.</summary>
    public abstract string DataTitle(TrainingSettings settings);

    /// <summary>Whether predictions can be written as files that <c>evonas score</c> reads.</summary>
    public virtual bool WritesPredictions => false;

    /// <summary>What networks must be built for.</summary>
    public abstract Target Target(TrainingSettings settings);

    /// <summary>Why a network does not fit a target; null if it does.</summary>
    public abstract string? Misfit(Network network, Target target);

    /// <summary>These settings for a network that fits them: of tasks whose networks may choose the size of their
    /// images, with that size.</summary>
    public virtual TrainingSettings On(Network network, TrainingSettings settings) => settings;

    /// <summary>How many samples judge finalists: as many as judge births, of those that are neither learnt from nor
    /// judge births; 0 where there are not so many.</summary>
    public virtual int HeldOutImages(TrainingSettings settings) => 0;

    /// <summary>Opens them.</summary>
    /// <exception cref="RequestException">There are not so many.</exception>
    internal virtual Samples OpenHeldOut(TrainingSettings settings, DataFolder data, ulong seed, torch.Device device) =>
        throw new RequestException($"Finalists are judged by the validation part in {Name}.");

    /// <summary>Reads the training part, splits it by seed and puts it on the device. The test part is not
    /// opened.</summary>
    /// <exception cref="RequestException">The data are missing or damaged, or are fewer than asked for.</exception>
    internal abstract TaskData Open(TrainingSettings settings, DataFolder data, ulong seed, torch.Device device);

    /// <summary>Loss and metric of a network.</summary>
    internal abstract TaskHead HeadOf(Network network, TrainingSettings settings, torch.Device device);
}

/// <summary>The data of one task on one device.</summary>
/// <param name="Train">Learnt from.</param>
/// <param name="Validation">Judged after each epoch; null: none is.</param>
/// <param name="Test">Opens the test part.</param>
sealed record TaskData(Samples Train, Samples? Validation, Func<Samples> Test) : IDisposable
{
    public void Dispose()
    {
        Train.Dispose();
        Validation?.Dispose();
    }
}

/// <summary>What goes into a network, with the truth about it.</summary>
/// <param name="Images">[n, C, …], the network's first input.</param>
/// <param name="Truth">As many tensors as the task has; the first side of each is n.</param>
readonly record struct Batch(torch.Tensor Images, torch.Tensor[] Truth)
{
    /// <summary>The further inputs of a network that has several; null: it has one.</summary>
    public torch.Tensor[]? More { get; init; }

    /// <summary>All inputs, in the network's order.</summary>
    public torch.Tensor[] Inputs => [Images, .. More ?? []];
}

/// <summary>Samples on a device.</summary>
abstract class Samples : IDisposable
{
    /// <summary>How many there are.</summary>
    public abstract int Count { get; }

    /// <summary>Rolls order and variation of one epoch.</summary>
    public abstract SampledEpoch Begin(Genetics.SeededRandom random);

    /// <summary>A batch as the samples are, in their order; for judging. The caller's, or its scope's.</summary>
    public abstract Batch Plain(int start, int count);

    public abstract void Dispose();
}

/// <summary>One rolled epoch on the device.</summary>
abstract class SampledEpoch : IDisposable
{
    /// <summary>A batch, varied. The caller's, or its scope's.</summary>
    public abstract Batch Batch(int start, int count);

    public abstract void Dispose();
}

/// <summary>What a task makes of the outputs of one network.</summary>
abstract class TaskHead : IDisposable
{
    /// <summary>Draws the weights of the last layers anew, where the task begins otherwise than other layers
    /// do.</summary>
    /// <param name="module">Of the network; nothing has been learnt yet.</param>
    public virtual void Initialize(Modules.NetworkModule module) { }

    /// <summary>Learns of the samples what the loss needs to know of all of them; before the first step.</summary>
    public virtual void Begin(Samples train) { }

    /// <summary>What the loss compares outputs with, of a whole batch; the first side of each is n.</summary>
    public virtual torch.Tensor[] Targets(torch.Tensor[] truth) => truth;

    /// <summary>The loss of a part of a batch; the losses of the parts add up to that of the batch.</summary>
    /// <param name="outputs">Of the network, in its order, in float32.</param>
    /// <param name="targets">Of the part.</param>
    /// <param name="share">Of the part in the batch, in (0, 1].</param>
    public abstract torch.Tensor Loss(torch.Tensor[] outputs, torch.Tensor[] targets, double share);

    /// <summary>Begins to judge; its tensors belong to the scope of the caller.</summary>
    /// <param name="samples">What is judged, from the first to the last.</param>
    public abstract Tally Judge(Samples samples);

    /// <summary>As <see cref="Judge(Samples)"/>, and writes what the network says of each sample.</summary>
    /// <param name="samples">What is judged, from the first to the last.</param>
    /// <param name="predictions">The folder that gets the files; of a task that
    /// <see cref="LearningTask.WritesPredictions"/>.</param>
    public virtual Tally Judge(Samples samples, string predictions) =>
        throw new System.Diagnostics.UnreachableException("A task that writes predictions says how.");

    /// <summary>Draws some samples with what a network says of them, as SVG; null: the task draws nothing.</summary>
    /// <param name="samples">The first of them are drawn.</param>
    /// <param name="network">Its outputs for inputs; both belong to the scope of the caller.</param>
    public virtual string? Draw(Samples samples, Func<torch.Tensor[], torch.Tensor[]> network) => null;

    public virtual void Dispose() { }
}

/// <summary>Adds up what a network says of samples.</summary>
abstract class Tally
{
    /// <summary>One batch.</summary>
    /// <param name="outputs">Of the network.</param>
    /// <param name="truth">Of <see cref="Samples.Plain"/>.</param>
    /// <param name="start">The index of its first sample.</param>
    public abstract void Add(torch.Tensor[] outputs, torch.Tensor[] truth, int start);

    /// <summary>What it comes to.</summary>
    public abstract Judgement End();
}

/// <summary>How good a network is on some samples.</summary>
/// <param name="Loss">Mean over them.</param>
/// <param name="Score">Under <see cref="LearningTask.Score"/>.</param>
/// <param name="Details">Under the names of <see cref="LearningTask.Details"/>.</param>
sealed record Judgement(double Loss, double Score, Sequence<KeyValuePair<string, double>> Details = default);
