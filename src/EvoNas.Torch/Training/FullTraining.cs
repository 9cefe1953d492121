using System.Diagnostics;
using EvoNas.Evolution;
using EvoNas.Networks;
using EvoNas.Torch.Data;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Export;
using EvoNas.Torch.Modules;
using static TorchSharp.torch;

namespace EvoNas.Torch.Training;

/// <summary>Trains one network on the whole training part and judges it, once, at the end, by the test part.</summary>
public static class FullTraining
{
    /// <summary>Trains. Waits for the end, on a thread of its own.</summary>
    /// <param name="task">What is learnt.</param>
    /// <param name="network">Whose input and outputs are those of the settings' data set.</param>
    /// <param name="settings">Of <see cref="TrainingSettings.ValidationImages"/> = 0 the whole training part is learnt
    /// from, and the curve has training losses only.</param>
    /// <param name="data">Where data sets lie.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:0</c>.</param>
    /// <param name="threads">Of the CPU.</param>
    /// <param name="seed">Decides split, weights, order and variation.</param>
    /// <param name="weightsFile">Where the weights go as safetensors, after each epoch and at the end, under the names
    /// of the network's nodes; null: nowhere.</param>
    /// <param name="report">Hears of progress, at most every 250 ms; null: not reported.</param>
    /// <param name="epochEnded">Hears of each epoch; null: not reported.</param>
    /// <param name="predictions">The folder that gets what the network says of the test part, as <c>evonas score</c>
    /// reads it; null: nothing is written.</param>
    /// <param name="stop">Ends it between two steps; the weights of the last whole epoch stay.</param>
    /// <returns><see cref="TrainingOutcome.Trained"/> with the score of the test part
    /// and <see cref="MetricNames.TestLoss"/>, or what went wrong.</returns>
    /// <exception cref="RequestException">Settings, data or device are not as they must be, or the file cannot be
    /// written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public static TrainingOutcome Run(
        LearningTask task,
        Network network,
        TrainingSettings settings,
        DataFolder data,
        string device = "cpu",
        int threads = 1,
        ulong seed = 0,
        string? weightsFile = null,
        Action<TrainingProgress>? report = null,
        Action<EpochPoint>? epochEnded = null,
        string? predictions = null,
        CancellationToken stop = default
    )
    {
        settings = task.Checked(settings.Checked());
        if (predictions is not null && !task.WritesPredictions)
            throw new RequestException(
                $"Predictions for {task.Name} cannot be written yet.",
                "Leave --predictions out."
            );
        if (task.Misfit(network, task.Target(settings)) is { } misfit)
            return new TrainingOutcome.Invalid(misfit);
        settings = task.On(network, settings);
        return OwnThread.Run(
            "full training",
            () =>
                Train(
                    task,
                    network,
                    settings,
                    data,
                    device,
                    threads,
                    seed,
                    weightsFile,
                    report,
                    epochEnded,
                    predictions,
                    stop
                )
        );
    }

    static TrainingOutcome Train(
        LearningTask task,
        Network network,
        TrainingSettings settings,
        DataFolder data,
        string device,
        int threads,
        ulong seed,
        string? weightsFile,
        Action<TrainingProgress>? report,
        Action<EpochPoint>? epochEnded,
        string? predictions,
        CancellationToken stop
    )
    {
        var clock = Stopwatch.StartNew();
        var place = ComputeDevice.Open(device, threads, settings.Precision);
        using var scope = NewDisposeScope();
        try
        {
            using var samples = task.Open(settings, data, seed, place);
            PeakMemory.Reset(place);
            manual_seed((long)seed);
            using var module = new NetworkModule(network, settings.Initialization, place);
            using var run = new TrainingRun(settings, task, module, samples.Train, samples.Validation, 1, seed);
            var ended = run.Run(
                default,
                report,
                point =>
                {
                    if (weightsFile is not null)
                        run.WithJudgedWeights(() => Save(weightsFile, module, settings, point.Epoch));
                    epochEnded?.Invoke(point);
                },
                stop
            );
            if (ended is not var (curve, stoppedAt))
                return new TrainingOutcome.Diverged(run.Step);
            return new TrainingOutcome.Trained(
                Measure(task, module, run, settings, curve, Test(run, samples, predictions, stop), clock),
                curve,
                stoppedAt
            );
        }
        catch (Exception error) when (LibTorch.IsOutOfMemory(error))
        {
            return new TrainingOutcome.OutOfMemory(error.Message);
        }
    }

    // In the folder of predictions.
    const string Drawing = "samples.svg";

    // Opened here and nowhere else, after the last step.
    static Judgement Test(TrainingRun run, TaskData data, string? predictions, CancellationToken stop)
    {
        using var test = data.Test();
        try
        {
            if (predictions is not null)
                Directory.CreateDirectory(predictions);
            var judged = run.Judge(test, stop, predictions);
            if (predictions is not null && run.Draw(test) is { } drawn)
                File.WriteAllText(Path.Combine(predictions, Drawing), drawn);
            return judged;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException(
                $"The predictions cannot be written to '{predictions}': {error.Message}",
                "Name another folder, or free some space."
            );
        }
    }

    static Metrics Measure(
        LearningTask task,
        NetworkModule module,
        TrainingRun run,
        TrainingSettings settings,
        Sequence<EpochPoint> curve,
        Judgement test,
        Stopwatch clock
    )
    {
        var metrics = new List<KeyValuePair<string, double>>(TrainingMetrics.Of(run, task, curve))
        {
            new(MetricNames.OfTest(task.Score), test.Score),
            new(MetricNames.TestLoss, test.Loss),
        };
        metrics.AddRange(test.Details.Select(one => KeyValuePair.Create(MetricNames.OfTest(one.Key), one.Value)));
        if (settings.MeasureLatency)
            metrics.AddRange(
                TrainingMetrics.Latencies(module, settings, ComputeDevice.Resolve(settings.Precision, run.Device))
            );
        if (PeakMemory.Read(run.Device) is { } bytes)
            metrics.Add(new(MetricNames.PeakMemoryBytes, bytes));
        metrics.Add(new(MetricNames.TrainingSeconds, clock.Elapsed.TotalSeconds));
        return Metrics.Of(Cost.Of(module.Network)).With(metrics);
    }

    static void Save(string path, NetworkModule module, TrainingSettings settings, int epoch)
    {
        try
        {
            Safetensors.Write(path, module, [("epoch", $"{epoch}"), ("training", settings.ToJson())]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException(
                $"The weights cannot be written to '{path}': {error.Message}",
                "Name another file, or free some space."
            );
        }
    }
}
