using System.Diagnostics;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Training;

/// <summary>Scores one network by one batch, each score on weights of its own; on the thread that calls it.</summary>
/// <remarks>But for synflow the network learns as in a training's first step: normalisations use the batch, dropout
/// drops. Always in float32 or float64.</remarks>
/// <param name="task">What is learnt.</param>
/// <param name="settings">Checked; the batch is theirs.</param>
/// <param name="network">Fits the task.</param>
/// <param name="train">Stays the caller's.</param>
/// <param name="seed">Of weights and batch.</param>
/// <param name="device">Where the samples are.</param>
sealed class ZeroCostBatch(
    LearningTask task,
    TrainingSettings settings,
    Network network,
    Samples train,
    ulong seed,
    torch.Device device
)
{
    // Keeps the logarithm of an eigenvalue of 0 finite; as published.
    const double JacobianOffset = 1e-5;

    /// <summary>One score.</summary>
    /// <param name="name">Of <see cref="ZeroCostScore.Names"/>.</param>
    public ZeroCostScore Score(string name)
    {
        var clock = Stopwatch.StartNew();
        double? value = null;
        string? failure = null;
        using var scope = NewDisposeScope();
        try
        {
            failure = Obstacle(name);
            if (failure is null)
                value = Value(name);
        }
        catch (Exception error) when (LibTorch.IsOutOfMemory(error))
        {
            failure = "out of memory";
        }
        if (value is { } number && !double.IsFinite(number))
            (value, failure) = (null, "not finite");
        return new(name, value, clock.Elapsed.TotalSeconds, failure);
    }

    string? Obstacle(string name)
    {
        var layers = network.Nodes.Select(node => node.Layer);
        return name switch
        {
            ZeroCostScore.SynFlow or ZeroCostScore.JacobianCovariance when network.Inputs.Count() > 1 =>
                "needs a network of one input",
            ZeroCostScore.SynFlow when layers.Any(layer => layer is Layer.InstanceNorm) =>
                "not defined with instance normalisations",
            ZeroCostScore.NasWot when !layers.Any(layer => layer is Layer.Activation or Layer.LeakyRelu) =>
                "needs an activation",
            _ => null,
        };
    }

    double Value(string name)
    {
        switch (name)
        {
            case ZeroCostScore.Parameters:
                return Math.Log(Cost.Of(network).Parameters);
            case ZeroCostScore.MultiplyAdds:
                return Math.Log(Cost.Of(network).MultiplyAdds);
        }
        // Sums of a hundred layers of positive weights leave the range of float32.
        var type = name == ZeroCostScore.SynFlow ? ScalarType.Float64 : ScalarType.Float32;
        manual_seed((long)seed);
        using var module = new NetworkModule(network, settings.Initialization, device, type);
        using var head = task.HeadOf(network, settings, device);
        head.Begin(train);
        head.Initialize(module);
        return name switch
        {
            ZeroCostScore.SynFlow => SynFlow(module),
            ZeroCostScore.JacobianCovariance => JacobianCovariance(module, First().Images),
            ZeroCostScore.NasWot => NasWot(module, First().Inputs),
            ZeroCostScore.GradientNorm => AfterLoss(module, head, (_, gradient) => gradient.norm()),
            ZeroCostScore.Snip => AfterLoss(module, head, (weight, gradient) => (weight * gradient).abs().sum()),
            _ => throw new UnreachableException(),
        };
    }

    Batch First()
    {
        using var epoch = train.Begin(SeededRandom.For(seed, "epoch 1"));
        return epoch.Batch(0, Math.Min(settings.BatchSize, train.Count));
    }

    /// <summary>The score of a module whose weights are float64; they become positive.</summary>
    internal static double SynFlow(NetworkModule module)
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            module.Memory.Values.abs_();
            // What a normalisation that judges divides by is then 1.
            foreach (var (node, moving) in module.Memory.Moving)
                if (module.Network.Nodes[node].Layer is Layer.BatchNorm norm)
                    moving.Variance.fill_(1 - norm.Epsilon);
        }
        module.eval();
        var shape = module.Network.Inputs.Single().Shape;
        var memory = module.Memory.Values;
        var input = ones(
            [1, shape.Channels, .. shape.Sides.Select(side => (long)side)],
            dtype: memory.dtype,
            device: memory.device
        );
        Sum(module.Outputs(input)).backward();
        return Math.Log(OverWeights(module, (weight, gradient) => (weight * gradient).sum()));
    }

    /// <summary>The score of a module that learns.</summary>
    /// <param name="module">Its weights' gradients are added to.</param>
    /// <param name="images">[n, C, …].</param>
    internal static double JacobianCovariance(NetworkModule module, Tensor images)
    {
        using var scope = NewDisposeScope();
        var input = images.detach().clone().requires_grad_();
        Sum(module.Outputs(input)).backward();
        using var quiet = no_grad();
        var rows = input.grad!.flatten(1).to(ScalarType.Float64); // Set by backward.
        var centred = rows - rows.mean([1], keepdim: true);
        var covariance = centred.mm(centred.t());
        var deviation = covariance.diagonal().sqrt();
        var correlation = covariance / (deviation.unsqueeze(0) * deviation.unsqueeze(1));
        // The solver does not take numbers that are none.
        if (!correlation.isfinite().all().item<bool>())
            return double.NaN;
        var values = linalg.eigvalsh(correlation.cpu()) + JacobianOffset;
        return -(values.log() + values.reciprocal()).sum().item<double>();
    }

    /// <summary>The score of a module that learns.</summary>
    /// <param name="module">With an activation.</param>
    /// <param name="inputs">The first side of each is n.</param>
    internal static double NasWot(NetworkModule module, Tensor[] inputs)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var n = inputs[0].size(0);
        var agreements = zeros(n, n, dtype: ScalarType.Float64, device: inputs[0].device);
        module.BeforeActivation = before =>
        {
            using var one = NewDisposeScope();
            var code = before.gt(0).flatten(1).to(ScalarType.Float32);
            var other = 1 - code;
            agreements.add_((code.mm(code.t()) + other.mm(other.t())).to(ScalarType.Float64));
        };
        module.Outputs(inputs);
        module.BeforeActivation = null;
        var (_, logarithm) = linalg.slogdet(agreements.cpu());
        return logarithm.item<double>();
    }

    double AfterLoss(NetworkModule module, TaskHead head, Func<Tensor, Tensor, Tensor> score)
    {
        var batch = First();
        head.Loss(module.Outputs(batch.Inputs), head.Targets(batch.Truth), 1).backward();
        return OverWeights(module, score);
    }

    static double OverWeights(NetworkModule module, Func<Tensor, Tensor, Tensor> score)
    {
        using var quiet = no_grad();
        var sum = 0.0;
        for (var i = 0; i < module.Memory.Parameters.Length; i++)
        {
            if (module.Memory.Places[i].Role is not (WeightRole.Kernel or WeightRole.Matrix))
                continue;
            using var scope = NewDisposeScope();
            var parameter = module.Memory.Parameters[i];
            // Gradients of weights are never null.
            sum += score(parameter, parameter.grad!).to(ScalarType.Float64).item<double>();
        }
        return sum;
    }

    static Tensor Sum(Tensor[] outputs)
    {
        var sum = outputs[0].sum();
        foreach (var output in outputs.Skip(1))
            sum += output.sum();
        return sum;
    }
}
