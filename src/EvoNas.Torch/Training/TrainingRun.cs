using System.Diagnostics;
using EvoNas.Genetics;
using EvoNas.Torch.Data;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Modules;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Torch.Training;

/// <summary>One training of one module, on the thread that calls it.</summary>
/// <remarks>A step drops the images that do not fill the epoch's last batch. Nothing waits for a GPU but the check of
/// the loss, now and then.</remarks>
sealed class TrainingRun : IDisposable
{
    // The loss is read back so often: each read waits for the GPU, and on the CPU costs nothing.
    const int StepsBetweenChecksOnGpu = 50;
    static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(250);

    readonly TrainingSettings _settings;
    readonly NetworkModule _module;
    readonly DeviceImages _train;
    readonly DeviceImages? _validation;
    readonly Descent _descent;
    readonly WeightAverage? _average;
    readonly Precision _precision;
    readonly LossScale? _scale;
    readonly torch.Device _device;
    readonly Tensor _lossSum;
    readonly ulong _seed;
    readonly int _batch,
        _microBatches,
        _stepsPerEpoch;
    readonly long _steps;
    readonly Stopwatch _clock = new(),
        _training = new();
    TimeSpan _nextReport;
    double? _top1;

    /// <param name="settings">Checked.</param>
    /// <param name="module">Stays the caller's.</param>
    /// <param name="train">Stays the caller's.</param>
    /// <param name="validation">Judged after each epoch; null: none is.</param>
    /// <param name="microBatches">A step goes through its batch in so many parts, their gradients added: less memory,
    /// more time. Normalisations see the parts.</param>
    /// <param name="seed">Decides order and variation of the images.</param>
    public TrainingRun(
        TrainingSettings settings,
        NetworkModule module,
        DeviceImages train,
        DeviceImages? validation,
        int microBatches,
        ulong seed
    )
    {
        (_settings, _module, _train, _validation, _seed) = (settings, module, train, validation, seed);
        _batch = Math.Min(settings.BatchSize, train.Count);
        _microBatches = Math.Clamp(microBatches, 1, _batch);
        _stepsPerEpoch = train.Count / _batch;
        _steps = settings.Steps > 0 ? settings.Steps : (long)Math.Ceiling(settings.Epochs * _stepsPerEpoch);
        _device = module.Memory.Values.device;
        _precision = ComputeDevice.Resolve(settings.Precision, _device);
        _scale = _precision == Precision.Float16 ? new() : null;
        using var scope = NewDisposeScope();
        _descent = new(module.Memory, settings);
        _average = settings.WeightAverage > 0 ? new(module.Memory, settings.WeightAverage) : null;
        _lossSum = zeros(1, dtype: ScalarType.Float64, device: _device).DetachFromDisposeScope();
    }

    /// <summary>Where it computes.</summary>
    public torch.Device Device => _device;

    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Epochs done; a fraction where the last is a part.</summary>
    public double Epochs => (double)Step / _stepsPerEpoch;

    /// <summary>Images learnt from in a second, without validation.</summary>
    public double ImagesPerSecond => Step * _batch / Math.Max(1e-9, _training.Elapsed.TotalSeconds);

    /// <summary>Trains to the end.</summary>
    /// <param name="thresholds">After epoch e, an accuracy below bars[e − 1] ends it; NaN, or no such bar: goes
    /// on.</param>
    /// <param name="report">Hears of progress, at most every 250 ms; null: not reported.</param>
    /// <param name="epochEnded">Hears of each epoch; null: not reported.</param>
    /// <param name="stop">Ends it between two steps.</param>
    /// <returns>The curve and the epoch after which it was stopped; null if the loss is NaN or infinite.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public (Sequence<EpochPoint> Curve, int? StoppedAt)? Run(
        Sequence<double> thresholds,
        Action<TrainingProgress>? report,
        Action<EpochPoint>? epochEnded,
        CancellationToken stop
    )
    {
        var curve = new List<EpochPoint>();
        _clock.Start();
        while (Done < 1)
        {
            if (TrainEpoch(curve.Count + 1, report, stop) is not { } trainLoss)
                return null;
            var judged = _validation is null ? ((double Loss, double Top1)?)null : Judge(_validation, stop);
            if (judged is { } finite && !double.IsFinite(finite.Loss))
                return null;
            _top1 = judged?.Top1;
            curve.Add(new(curve.Count + 1, trainLoss, judged?.Loss, judged?.Top1));
            epochEnded?.Invoke(curve[^1]);
            var bar = curve.Count <= thresholds.Count ? thresholds[curve.Count - 1] : double.NaN;
            if (Done < 1 && curve.Max(point => point.Top1) < bar)
                return ([.. curve], curve.Count);
        }
        return ([.. curve], null);
    }

    /// <summary>Does something while the module has the weights that are judged: the averaged ones if there are
    /// any.</summary>
    public void WithJudgedWeights(Action work)
    {
        _average?.Swap();
        try
        {
            work();
        }
        finally
        {
            _average?.Swap();
        }
    }

    /// <summary>Mean loss and accuracy over images as they are, by the averaged weights if there are any.</summary>
    public (double Loss, double Top1) Judge(DeviceImages images, CancellationToken stop)
    {
        var judged = (0.0, 0.0);
        WithJudgedWeights(() => judged = JudgeModule(images, stop));
        return judged;
    }

    (double Loss, double Top1) JudgeModule(DeviceImages images, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        _module.eval();
        try
        {
            var (loss, right) = (
                zeros(1, dtype: ScalarType.Float64, device: _device),
                zeros(1, dtype: ScalarType.Int64, device: _device)
            );
            var batch = 2 * _batch;
            for (var start = 0; start < images.Count; start += batch)
            {
                stop.ThrowIfCancellationRequested();
                using var part = NewDisposeScope();
                var (batchImages, labels) = images.Plain(start, Math.Min(batch, images.Count - start));
                var logits = Logits(batchImages);
                loss.add_(F.cross_entropy(logits, labels, reduction: nn.Reduction.Sum));
                right.add_(logits.argmax(1).eq(labels).sum());
            }
            return (loss.item<double>() / images.Count, (double)right.item<long>() / images.Count);
        }
        finally
        {
            _module.train();
        }
    }

    double Done =>
        _settings.Seconds > 0 ? Math.Min(1, _clock.Elapsed.TotalSeconds / _settings.Seconds) : (double)Step / _steps;

    // In the middle of the coming step, so that a warm-up's first step is not lost to a rate of 0.
    double Rate => LearningRate.At(_settings, _settings.Seconds > 0 ? Done : (Step + 0.5) / _steps);

    // The mean loss; null if it is NaN or infinite.
    double? TrainEpoch(int epoch, Action<TrainingProgress>? report, CancellationToken stop)
    {
        using var plan = _train.Begin(SeededRandom.For(_seed, $"epoch {epoch}"));
        _lossSum.fill_(0);
        _training.Start();
        var (loss, last) = (0.0, false);
        for (var i = 0; !last; i++)
        {
            stop.ThrowIfCancellationRequested();
            Learn(plan, i * _batch);
            Step++;
            // The clock is asked once a step: an epoch whose time runs out between two questions would have no last
            // step.
            last = i + 1 == _stepsPerEpoch || Done >= 1;
            var reportNow = report is not null && _clock.Elapsed >= _nextReport;
            if (!last && !reportNow && _device.type == DeviceType.CUDA && Step % StepsBetweenChecksOnGpu != 0)
                continue;
            loss = _lossSum.item<double>() / (i + 1);
            if (!double.IsFinite(loss))
                return null;
            if (reportNow)
                Report(report!, epoch, loss); // only with a listener
        }
        _training.Stop();
        return loss;
    }

    void Learn(EpochPlan plan, int start)
    {
        using var step = NewDisposeScope();
        var (images, labels) = _train.Batch(plan, start, _batch);
        for (var part = 0; part < _microBatches; part++)
        {
            var (from, to) = (part * _batch / _microBatches, (part + 1) * _batch / _microBatches);
            using var scope = NewDisposeScope();
            var share = (double)(to - from) / _batch;
            var loss = F.cross_entropy(
                Logits(Part(images, from, to)),
                Part(labels, from, to),
                label_smoothing: _settings.LabelSmoothing
            );
            if (share < 1)
                loss = loss * share;
            (_scale is null ? loss : loss * _scale.Value).backward();
            _lossSum.add_(loss.detach());
        }
        if (_scale?.TryUnscale(_module.Memory.Gradients) == false)
            return;
        _descent.Step(Rate);
        _average?.Follow();
    }

    Tensor Part(Tensor whole, int from, int to) => to - from == _batch ? whole : whole.narrow(0, from, to - from);

    Tensor Logits(Tensor images)
    {
        if (_precision == Precision.Float32)
            return _module.call(images);
        using (ComputeDevice.Autocast(_device, _precision))
            return _module.call(images).to(ScalarType.Float32);
    }

    void Report(Action<TrainingProgress> report, int epoch, double loss)
    {
        _nextReport = _clock.Elapsed + BetweenReports;
        report(new(epoch, Step, _settings.Seconds > 0 ? 0 : _steps, Done, ImagesPerSecond, loss, _top1));
    }

    public void Dispose()
    {
        _descent.Dispose();
        _average?.Dispose();
        _lossSum.Dispose();
    }
}
