using System.Diagnostics;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Training;

/// <summary>One training of one module, on the thread that calls it.</summary>
/// <remarks>A step drops the images that do not fill the epoch's last batch. Nothing waits for a GPU but the check of
/// the loss, now and then.</remarks>
sealed partial class TrainingRun : IDisposable
{
    // Statistics are renewed over so many batches, in trainings of fewer than so many of their memories (100 batches
    // with a decay of 0.99): a later judgement no longer sees the fast first steps.
    const int BatchesOfStatistics = 8,
        MemoriesOfStatistics = 10;

    // The loss is read back so often: each read waits for the GPU, and on the CPU costs nothing.
    const int StepsBetweenChecksOnGpu = 50;
    static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(250);

    readonly TrainingSettings _settings;
    readonly NetworkModule _module;
    readonly Samples _train;
    readonly Samples? _validation;
    readonly TaskHead _head;
    readonly Descent _descent;
    readonly WeightAverage? _average;
    readonly Precision _precision;
    readonly LossScale? _scale;
    readonly torch.Device _device;
    readonly Tensor _lossSum;
    readonly ulong _seed;
    readonly double _stepsOfRenewal;
    readonly int _batch,
        _microBatches,
        _stepsPerEpoch;
    readonly long _steps,
        _until;
    readonly List<EpochPoint> _curve = [];
    long _begun;
    readonly Stopwatch _clock = new(),
        _training = new();
    TimeSpan _nextReport;
    Judgement? _judged;

    /// <param name="settings">Checked.</param>
    /// <param name="task">What is learnt.</param>
    /// <param name="module">Stays the caller's.</param>
    /// <param name="train">Stays the caller's.</param>
    /// <param name="validation">Judged after each epoch; null: none is.</param>
    /// <param name="microBatches">A step goes through its batch in so many parts, their gradients added: less memory,
    /// more time. Normalisations see the parts.</param>
    /// <param name="seed">Decides order and variation of the images.</param>
    /// <param name="untilEpoch">Ends after this epoch, by the schedule of the full training; null: at its end.</param>
    public TrainingRun(
        TrainingSettings settings,
        LearningTask task,
        NetworkModule module,
        Samples train,
        Samples? validation,
        int microBatches,
        ulong seed,
        int? untilEpoch = null
    )
    {
        (_settings, _module, _train, _validation, _seed) = (settings, module, train, validation, seed);
        _batch = Math.Min(settings.BatchSize, train.Count);
        _microBatches = Math.Clamp(microBatches, 1, _batch);
        _stepsPerEpoch = train.Count / _batch;
        _steps = settings.Steps > 0 ? settings.Steps : (long)Math.Ceiling(settings.Epochs * _stepsPerEpoch);
        _until = untilEpoch is { } epoch ? (long)epoch * _stepsPerEpoch : long.MaxValue;
        _stepsOfRenewal = MemoriesOfStatistics / (1 - SlowestDecay(module.Network));
        _device = module.Memory.Values.device;
        _precision = ComputeDevice.Resolve(settings.Precision, _device);
        _scale = _precision == Precision.Float16 ? new() : null;
        using var scope = NewDisposeScope();
        _head = task.HeadOf(module.Network, settings, _device);
        _head.Begin(train);
        _head.Initialize(module); // Before the average of the weights begins with them.
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

    /// <summary>What the last validation measured besides loss and score.</summary>
    public Sequence<KeyValuePair<string, double>> Details => _judged?.Details ?? [];

    /// <summary>Images learnt from in a second, without validation.</summary>
    public double ImagesPerSecond => (Step - _begun) * _batch / Math.Max(1e-9, _training.Elapsed.TotalSeconds);

    /// <summary>Trains to the end.</summary>
    /// <param name="thresholds">After epoch e, a best score below bars[e − 1] ends it; NaN, or no such bar: goes
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
        var curve = _curve;
        _clock.Start();
        while (Done < 1 && Step < _until)
        {
            if (TrainEpoch(curve.Count + 1, report, stop) is not { } trainLoss)
                return null;
            if (Step < _stepsOfRenewal && (_validation is not null || Done >= 1))
                WithJudgedWeights(() => RenewStatistics(curve.Count + 1, stop));
            var judged = _validation is null ? null : Judge(_validation, stop);
            if (judged is not null && !double.IsFinite(judged.Loss))
                return null;
            _judged = judged;
            curve.Add(new(curve.Count + 1, trainLoss, judged?.Loss, judged?.Score));
            epochEnded?.Invoke(curve[^1]);
            var bar = curve.Count <= thresholds.Count ? thresholds[curve.Count - 1] : double.NaN;
            if (Done < 1 && curve.Max(point => point.Score) < bar)
                return ([.. curve], curve.Count);
        }
        return ([.. curve], null);
    }

    // Of the normalisations; −∞ without any, so that nothing is renewed.
    static double SlowestDecay(Network network) =>
        network
            .Nodes.Select(node => node.Layer)
            .OfType<Layer.BatchNorm>()
            .Select(norm => norm.Decay)
            .DefaultIfEmpty(double.NegativeInfinity)
            .Max();

    // Moving statistics are those of weights that are gone. In a short training these weights were far from the last
    // ones, and a network of a hundred normalisations, one upon the other, makes of that a loss of many thousands. So
    // the means over a few batches with the weights as they are take their place (Wu and Johnson 2021,
    // arXiv:2105.07576, §3: "precise" statistics).
    void RenewStatistics(int epoch, CancellationToken stop)
    {
        using var quiet = no_grad();
        using var samples = _train.Begin(SeededRandom.For(_seed, $"statistics {epoch}"));
        // A mean begins anew with its first batch.
        Array.Clear(_module.Memory.BatchesSeen);
        for (var i = 0; i < Math.Min(BatchesOfStatistics, _stepsPerEpoch); i++)
        {
            stop.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var inputs = samples.Batch(i * _batch, _batch).Inputs;
            for (var part = 0; part < _microBatches; part++)
            {
                var (from, to) = (part * _batch / _microBatches, (part + 1) * _batch / _microBatches);
                using var made = NewDisposeScope();
                Outputs(Array.ConvertAll(inputs, input => Part(input, from, to)));
            }
        }
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

    /// <summary>Judges samples as they are, by the averaged weights if there are any.</summary>
    /// <param name="samples">From the first to the last.</param>
    /// <param name="stop">Ends it between two batches.</param>
    /// <param name="predictions">The folder that gets what the network says of them; null: not written.</param>
    public Judgement Judge(Samples samples, CancellationToken stop, string? predictions = null)
    {
        Judgement? judged = null;
        WithJudgedWeights(() => judged = JudgeModule(samples, stop, predictions));
        return judged!; // Set, as nothing was thrown.
    }

    /// <summary>Draws some samples with what the network says of them, by the averaged weights if there are
    /// any.</summary>
    /// <returns>As SVG; null: the task draws nothing.</returns>
    public string? Draw(Samples samples)
    {
        string? drawn = null;
        WithJudgedWeights(() => drawn = Judging(() => _head.Draw(samples, Outputs)));
        return drawn;
    }

    T Judging<T>(Func<T> work)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        _module.eval();
        try
        {
            return work();
        }
        finally
        {
            _module.train();
        }
    }

    Judgement JudgeModule(Samples samples, CancellationToken stop, string? predictions) =>
        Judging(() =>
        {
            var tally = predictions is null ? _head.Judge(samples) : _head.Judge(samples, predictions);
            var batch = 2 * _batch;
            for (var start = 0; start < samples.Count; start += batch)
            {
                stop.ThrowIfCancellationRequested();
                using var part = NewDisposeScope();
                var judged = samples.Plain(start, Math.Min(batch, samples.Count - start));
                tally.Add(Outputs(judged.Inputs), judged.Truth, start);
            }
            return tally.End();
        });

    double Done =>
        _settings.Seconds > 0 ? Math.Min(1, _clock.Elapsed.TotalSeconds / _settings.Seconds) : (double)Step / _steps;

    // In the middle of the coming step, so that a warm-up's first step is not lost to a rate of 0.
    double Rate => LearningRate.At(_settings, _settings.Seconds > 0 ? Done : (Step + 0.5) / _steps);

    // The mean loss; null if it is NaN or infinite.
    double? TrainEpoch(int epoch, Action<TrainingProgress>? report, CancellationToken stop)
    {
        using var samples = _train.Begin(SeededRandom.For(_seed, $"epoch {epoch}"));
        _lossSum.fill_(Number.Of(0));
        _training.Start();
        var (loss, last) = (0.0, false);
        for (var i = 0; !last; i++)
        {
            stop.ThrowIfCancellationRequested();
            Learn(samples, i * _batch);
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

    void Learn(SampledEpoch epoch, int start)
    {
        using var step = NewDisposeScope();
        var batch = epoch.Batch(start, _batch);
        var (inputs, targets) = (batch.Inputs, _head.Targets(batch.Truth));
        for (var part = 0; part < _microBatches; part++)
        {
            var (from, to) = (part * _batch / _microBatches, (part + 1) * _batch / _microBatches);
            using var scope = NewDisposeScope();
            var share = (double)(to - from) / _batch;
            var loss = _head.Loss(
                Outputs(Array.ConvertAll(inputs, input => Part(input, from, to))),
                Array.ConvertAll(targets, target => Part(target, from, to)),
                share
            );
            (_scale is null ? loss : loss * Number.Of(_scale.Value)).backward();
            _lossSum.add_(loss.detach(), Number.Of(1));
        }
        if (_scale?.TryUnscale(_module.Memory.Gradients) == false)
            return;
        _descent.Step(Rate);
        _average?.Follow();
    }

    Tensor Part(Tensor whole, int from, int to) => to - from == _batch ? whole : whole.narrow(0, from, to - from);

    Tensor[] Outputs(Tensor[] inputs)
    {
        if (_precision == Precision.Float32)
            return _module.Outputs(inputs);
        using (ComputeDevice.Autocast(_device, _precision))
            return Array.ConvertAll(_module.Outputs(inputs), output => output.to(ScalarType.Float32));
    }

    void Report(Action<TrainingProgress> report, int epoch, double loss)
    {
        _nextReport = _clock.Elapsed + BetweenReports;
        report(new(epoch, Step, _settings.Seconds > 0 ? 0 : _steps, Done, ImagesPerSecond, loss, _judged?.Score));
    }

    public void Dispose()
    {
        _descent.Dispose();
        _average?.Dispose();
        _lossSum.Dispose();
        _head.Dispose();
    }
}
