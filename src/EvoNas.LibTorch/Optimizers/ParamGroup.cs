using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Settings that all optimizers have.</summary>
public class OptimizerOptions
{
    /// <summary>Null: the optimizer's.</summary>
    public double? LearningRate { get; set; }

    /// <summary>The one that the optimizer was made with.</summary>
    public double InitialLearningRate { get; set; }
}

/// <summary>Parameters with settings of their own.</summary>
public class ParamGroup : ILearningRateController
{
    /// <summary>The parameters; read once, when the optimizer takes the group.</summary>
    public IEnumerable<Parameter> Parameters { get; set; } = [];

    /// <summary>The settings.</summary>
    public OptimizerOptions Options { get; set; } = new();

    /// <summary>The present learning rate.</summary>
    public double LearningRate
    {
        get => Options.LearningRate ?? 0;
        set => Options.LearningRate = value;
    }

    /// <summary>The one that the optimizer was made with.</summary>
    public double InitialLearningRate
    {
        get => Options.InitialLearningRate;
        set => Options.InitialLearningRate = value;
    }
}

/// <summary>Parameters with settings of one optimizer's kind.</summary>
public class ParamGroup<TOptions> : ParamGroup
    where TOptions : OptimizerOptions, new()
{
    /// <summary>No parameters, no settings.</summary>
    public ParamGroup() => base.Options = new TOptions();

    /// <summary>With these; what the settings leave null is the optimizer's.</summary>
    public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
    {
        Parameters = parameters;
        base.Options = options ?? new TOptions();
    }

    /// <summary>The settings.</summary>
    public new TOptions Options
    {
        get => (TOptions)base.Options;
        set => base.Options = value;
    }
}
