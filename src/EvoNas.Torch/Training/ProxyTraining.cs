using System.Diagnostics;
using EvoNas.Evolution;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Torch.Data;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Training;

/// <summary>Trains many networks, one after another, on data that are loaded once. The test part is never
/// opened.</summary>
/// <remarks>One at a time: torch's default generator is seeded by each training. Each runs on a thread of its
/// own.</remarks>
public sealed class ProxyTraining : IDisposable
{
    readonly LearningTask _task;
    readonly TrainingSettings _settings;
    readonly torch.Device _device;
    readonly int _threads;
    readonly Func<TrainingSettings, TaskData> _open;
    readonly Func<TrainingSettings, Samples> _openHeldOut;
    TaskData _data;
    Samples? _heldOut; // Null: it was not asked for yet.
    TrainingSettings? _opened; // Null: none are open.

    ProxyTraining(
        LearningTask task,
        TrainingSettings settings,
        torch.Device device,
        int threads,
        Func<TrainingSettings, TaskData> open,
        Func<TrainingSettings, Samples> openHeldOut
    )
    {
        (_task, _settings, _device, _threads) = (task, settings, device, threads);
        (_open, _openHeldOut) = (open, openHeldOut);
        (_data, _opened) = (open(settings), settings.OfData());
    }

    /// <summary>Reads the training part, splits it by seed and puts it on the device.</summary>
    /// <param name="task">What is learnt.</param>
    /// <param name="settings">How to train; <see cref="TrainingSettings.ValidationImages"/> at least 1.</param>
    /// <param name="data">Where data sets lie.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:0</c>.</param>
    /// <param name="threads">Of the CPU, for one training; at least 1.</param>
    /// <param name="seed">The search's: the same split in every worker.</param>
    /// <exception cref="RequestException">Settings are out of range, the data set is missing or damaged, or the device
    /// is not there.</exception>
    public static ProxyTraining Load(
        LearningTask task,
        TrainingSettings settings,
        DataFolder data,
        string device = "cpu",
        int threads = 1,
        ulong seed = 0
    )
    {
        settings = task.Checked(settings.Checked());
        if (settings.ValidationImages == 0)
            throw new RequestException(
                "A search judges by validation images, and evonas.training.validation-images is 0.",
                "Give at least 1; 1000 or more are advisable."
            );
        var place = ComputeDevice.Open(device, threads, settings.Precision);
        return new(
            task,
            settings,
            place,
            threads,
            one => task.Open(one, data, seed, place),
            one => task.OpenHeldOut(one, data, seed, place)
        );
    }

    /// <summary>What networks must be built for.</summary>
    public Target Target => _task.Target(_settings);

    /// <summary>Trains one network. Waits for its end.</summary>
    /// <param name="network">Whose input and outputs are those of <see cref="Target"/>.</param>
    /// <param name="seed">Of this training: weights, order and variation of the images. On the CPU the same seed
    /// gives the same curve to the last bit.</param>
    /// <param name="thresholds">After epoch e, a best score so far below bars[e − 1] ends the training; NaN, or no
    /// such bar: it goes on.</param>
    /// <param name="report">Hears of progress, at most every 250 ms, on the training's thread; null: nobody
    /// listens.</param>
    /// <param name="microBatchDivisor">A step goes through its batch in so many parts: after
    /// <see cref="TrainingOutcome.OutOfMemory"/>, in a new process, 2.</param>
    /// <param name="stop">Ends the training between two steps.</param>
    /// <param name="adjust">Makes this training's settings of those of <see cref="Load"/>, as
    /// <see cref="TrainingSettings.For"/> does; null: they stay. Samples that are varied in another way than before are
    /// opened anew.</param>
    /// <param name="draw">Is given the score and, as SVG, some validation images with what the trained network says of
    /// them, on the training's thread; null: none are drawn. Tasks without pictures draw none.</param>
    /// <param name="stage">The part of the training that is to be done; null: all of it. On the CPU the parts together
    /// give the same curve as the whole, to the last bit.</param>
    /// <param name="heldOut">Judged by <see cref="LearningTask.HeldOutImages"/> instead of the validation part.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    /// <remarks>A fault of the GPU other than too little memory comes through as an exception: the process is to
    /// end.</remarks>
    public TrainingOutcome Run(
        Network network,
        ulong seed,
        Sequence<double> thresholds = default,
        Action<TrainingProgress>? report = null,
        int microBatchDivisor = 1,
        CancellationToken stop = default,
        Func<TrainingSettings, TrainingSettings>? adjust = null,
        Action<double, string>? draw = null,
        TrainingStage? stage = null,
        bool heldOut = false
    )
    {
        if (_task.Misfit(network, Target) is { } misfit)
            return new TrainingOutcome.Invalid(misfit);
        TrainingSettings settings;
        try
        {
            settings = _task.On(network, adjust is null ? _settings : _task.Checked(adjust(_settings)));
        }
        catch (RequestException refused)
        {
            return new TrainingOutcome.Invalid(refused.Message);
        }
        Open(settings);
        Samples? judges;
        try
        {
            judges = heldOut ? _heldOut ??= _openHeldOut(settings) : _data.Validation;
        }
        catch (RequestException refused)
        {
            return new TrainingOutcome.Invalid(refused.Message);
        }
        return OwnThread.Run(
            "training",
            () => Train(network, settings, seed, judges, thresholds, report, microBatchDivisor, draw, stage, stop)
        );
    }

    /// <summary>Scores a network by one batch of the training part, without training it. Waits for the end.</summary>
    /// <param name="network">Whose input and outputs are those of <see cref="Target"/>.</param>
    /// <param name="seed">Of the weights, as a training of this seed begins with them, and of the batch.</param>
    /// <param name="scores">Of <see cref="ZeroCostScore.Names"/>; none: all. A score is the same whichever others are
    /// asked for.</param>
    /// <param name="adjust">As in <see cref="Run"/>.</param>
    /// <param name="stop">Ends it between two scores.</param>
    /// <returns>In the order that was asked for.</returns>
    /// <exception cref="RequestException">The network does not fit the task, or a name is unknown.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public Sequence<ZeroCostScore> Score(
        Network network,
        ulong seed,
        Sequence<string> scores = default,
        Func<TrainingSettings, TrainingSettings>? adjust = null,
        CancellationToken stop = default
    )
    {
        if (scores.Count == 0)
            scores = ZeroCostScore.Names;
        foreach (var name in scores)
            if (!ZeroCostScore.Names.Contains(name))
                throw Nearest.Unknown("zero-cost score", name, ZeroCostScore.Names);
        if (_task.Misfit(network, Target) is { } misfit)
            throw new RequestException(misfit);
        var settings = _task.On(network, adjust is null ? _settings : _task.Checked(adjust(_settings)));
        Open(settings);
        return OwnThread.Run<Sequence<ZeroCostScore>>(
            "scores",
            () =>
            {
                set_num_threads(_threads);
                var made = new List<ZeroCostScore>();
                foreach (var name in scores)
                {
                    stop.ThrowIfCancellationRequested();
                    made.Add(new ZeroCostBatch(_task, settings, network, _data.Train, seed, _device).Score(name));
                }
                return [.. made];
            }
        );
    }

    void Open(TrainingSettings settings)
    {
        if (settings.OfData() == _opened)
            return;
        _opened = null;
        _data.Dispose();
        _heldOut?.Dispose();
        _heldOut = null;
        _data = _open(settings);
        _opened = settings.OfData();
    }

    TrainingOutcome Train(
        Network network,
        TrainingSettings settings,
        ulong seed,
        Samples? judges,
        Sequence<double> thresholds,
        Action<TrainingProgress>? report,
        int divisor,
        Action<double, string>? draw,
        TrainingStage? stage,
        CancellationToken stop
    )
    {
        var clock = Stopwatch.StartNew();
        set_num_threads(_threads);
        PeakMemory.Reset(_device);
        using var scope = NewDisposeScope();
        try
        {
            var identity = stage is null
                ? null
                : TrainingRun.Identity(settings, network.Fingerprint, stage.Search, _device);
            var begun = identity is null ? null : Begun(stage!, identity); // A stage has one.
            if (begun is not null)
                seed = TrainingRun.SeedOf(begun);
            manual_seed((long)seed);
            using var module = new NetworkModule(network, settings.Initialization, _device);
            using var run = new TrainingRun(settings, _task, module, _data.Train, judges, divisor, seed, stage?.Until);
            var from = begun is not null && GoesOn(run, begun, stage!) ? stage!.From : 0; // A stage has begun it.
            if (run.Run(thresholds, report, null, stop) is not var (curve, stoppedAt))
                return new TrainingOutcome.Diverged(run.Step);
            if (stage is not null)
                Keep(run, stage, identity!); // A stage has one.
            var metrics = Measure(module, run, curve, clock);
            if (draw is not null)
                Draw(run, curve, draw);
            return new TrainingOutcome.Trained(metrics, curve, stoppedAt, from);
        }
        catch (RequestException invalid)
        {
            return new TrainingOutcome.Invalid(invalid.Message);
        }
        catch (Exception error) when (LibTorch.IsOutOfMemory(error))
        {
            return new TrainingOutcome.OutOfMemory(error.Message);
        }
    }

    // Null where it begins at zero: a checkpoint that cannot be gone on with costs time, and no birth.
    static Checkpoint? Begun(TrainingStage stage, Dictionary<string, string> identity)
    {
        if (stage.Continues is not { } path)
            return null;
        try
        {
            var checkpoint = Checkpoint.Read(path);
            checkpoint.Check(identity);
            return checkpoint;
        }
        catch (RequestException fault)
        {
            stage.Warn?.Invoke($"{fault.Message} The training begins at zero.");
            return null;
        }
    }

    static bool GoesOn(TrainingRun run, Checkpoint begun, TrainingStage stage)
    {
        try
        {
            run.GoOn(begun, stage.From);
            return true;
        }
        catch (RequestException fault)
        {
            stage.Warn?.Invoke($"{fault.Message} The training begins at zero.");
            return false;
        }
    }

    // The score is worth more than what could follow from it.
    static void Keep(TrainingRun run, TrainingStage stage, Dictionary<string, string> identity)
    {
        if (stage.Keeps is not { } path)
            return;
        try
        {
            run.Keep(path, identity);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            stage.Warn?.Invoke($"The checkpoint '{path}' cannot be written: {fault.Message}");
        }
    }

    // A search has validation images, and each of its epochs a score.
    void Draw(TrainingRun run, Sequence<EpochPoint> curve, Action<double, string> draw)
    {
        try
        {
            if (run.Draw(_data.Validation!) is { } drawn)
                draw(curve[^1].Score!.Value, drawn);
        }
        catch (Exception error) when (LibTorch.IsOutOfMemory(error))
        {
            // The training is worth more than its picture.
        }
    }

    Metrics Measure(NetworkModule module, TrainingRun run, Sequence<EpochPoint> curve, Stopwatch clock)
    {
        var metrics = new List<KeyValuePair<string, double>>(TrainingMetrics.Of(run, _task, curve));
        if (_settings.MeasureLatency)
            metrics.AddRange(
                TrainingMetrics.Latencies(module, _settings, ComputeDevice.Resolve(_settings.Precision, _device))
            );
        if (PeakMemory.Read(_device) is { } bytes)
            metrics.Add(new(MetricNames.PeakMemoryBytes, bytes));
        metrics.Add(new(MetricNames.TrainingSeconds, clock.Elapsed.TotalSeconds));
        return Metrics.Of(Cost.Of(module.Network)).With(metrics);
    }

    /// <summary>Lets the data go.</summary>
    public void Dispose()
    {
        _data.Dispose();
        _heldOut?.Dispose();
    }
}
