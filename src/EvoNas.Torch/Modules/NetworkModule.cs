using EvoNas.Networks;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Modules;

/// <summary>A network that computes: its layers as calls of torch, in their order.</summary>
/// <remarks>A value is let go as soon as its last reader has run; what gradients need, autograd keeps. Sums and
/// rectifiers write into their input where no other layer needs it. Not to be shared between threads.</remarks>
public sealed class NetworkModule : nn.Module<Tensor, Tensor>
{
    // Last: the values that are not needed after this step.
    sealed record Step(int Node, int[] Inputs, int[] Last, Operation Operation);

    readonly Step[] _steps;
    readonly int[] _inputs;
    readonly int _widest;

    /// <summary>Builds the module; its weights are drawn from torch's default generator on the CPU, so
    /// <c>manual_seed</c> decides them on any device.</summary>
    /// <param name="network">What to compute.</param>
    /// <param name="initialization">How weights begin.</param>
    /// <param name="device">Where to compute; null is the CPU.</param>
    /// <exception cref="RequestException">A layer cannot be computed.</exception>
    public NetworkModule(
        Network network,
        Initialization initialization = Initialization.Kaiming,
        torch.Device? device = null
    )
        : this(network, initialization, device ?? CPU, ScalarType.Float32) { }

    /// <summary>As the public one, with weights of another type; the same numbers are drawn.</summary>
    internal NetworkModule(Network network, Initialization initialization, torch.Device device, ScalarType type)
        : base(nameof(NetworkModule))
    {
        Network = network;
        Memory = new(network, initialization, device, type);
        // Names of parts of a module have no dots in torch; dotted names are in Tensors.
        foreach (var (name, parameter) in Memory.Names.Zip(Memory.Parameters))
            register_parameter(name.Replace('.', '/'), parameter);
        _inputs = [.. network.Inputs.Select(node => node.Index)];
        _steps = Compile(network);
        _widest = _steps.Max(step => step.Inputs.Length);
    }

    /// <summary>What it computes.</summary>
    public Network Network { get; }

    internal WeightMemory Memory { get; }

    /// <summary>Sees the input of each activation before it is computed; null: nobody looks.</summary>
    internal Action<Tensor>? BeforeActivation { get; set; }

    /// <summary>Every tensor that is learnt or kept, under the names of its node: <c>stem.conv.weight</c>,
    /// <c>stem.norm.running_mean</c>. Not copies.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Tensors
    {
        get
        {
            foreach (var (name, parameter) in Memory.Names.Zip(Memory.Parameters))
                yield return (name, parameter);
            foreach (var (node, moving) in Memory.Moving)
            {
                yield return ($"{Network.Nodes[node].Name}.running_mean", moving.Mean);
                yield return ($"{Network.Nodes[node].Name}.running_var", moving.Variance);
            }
        }
    }

    /// <summary>Computes the first output.</summary>
    /// <param name="input">[N, C, …] as the network's input; two-dimensional maps are fastest channels last.</param>
    public override Tensor forward(Tensor input)
    {
        var outputs = Outputs(input);
        for (var i = 1; i < outputs.Length; i++)
            outputs[i].Dispose();
        return outputs[0];
    }

    /// <summary>Computes every output, in the order of <see cref="Network.Outputs"/>.</summary>
    /// <param name="inputs">One for each of <see cref="Network.Inputs"/>, in their order; they stay the
    /// caller's.</param>
    /// <exception cref="ArgumentException">There are fewer or more.</exception>
    public Tensor[] Outputs(params ReadOnlySpan<Tensor> inputs)
    {
        if (inputs.Length != _inputs.Length)
            throw new ArgumentException(
                $"This network has {_inputs.Length} inputs; {inputs.Length} were given.",
                nameof(inputs)
            );
        var values = new Tensor?[Network.Nodes.Count];
        var arguments = new Tensor[_widest];
        for (var i = 0; i < inputs.Length; i++)
            values[_inputs[i]] = inputs[i];
        foreach (var step in _steps)
        {
            for (var i = 0; i < step.Inputs.Length; i++)
                arguments[i] = values[step.Inputs[i]]!; // made by an earlier step
            if (BeforeActivation is { } look && Network.Nodes[step.Node].Layer is (Layer.Activation or Layer.LeakyRelu))
                look(arguments[0]);
            var made = step.Operation(arguments.AsSpan(0, step.Inputs.Length), training);
            foreach (var last in step.Last)
            {
                if (!ReferenceEquals(values[last], made))
                    values[last]!.Dispose(); // its last reader was this step
                values[last] = null;
            }
            values[step.Node] = made;
        }
        return Array.ConvertAll([.. Network.Outputs], output => values[output.Node]!); // outputs have no last reader
    }

    Step[] Compile(Network network)
    {
        var lastUse = new int[network.Nodes.Count];
        var uses = new int[network.Nodes.Count];
        foreach (var node in network.Nodes)
        foreach (var input in node.Inputs)
        {
            lastUse[input] = node.Index;
            uses[input]++;
        }
        // Inputs are the caller's, outputs go to the caller.
        foreach (var kept in network.Outputs.Select(output => output.Node).Concat(_inputs))
        {
            uses[kept]++;
            lastUse[kept] = int.MaxValue;
        }

        var steps = new List<Step>(network.Nodes.Count);
        foreach (var node in network.Nodes)
        {
            if (node.Layer is Layer.Input)
                continue;
            int[] inputs = [.. node.Inputs];
            var inPlace =
                Operations.CouldWriteInPlace(node.Layer) && BringWritableForward(network, node.Layer, inputs, uses);
            int[] last = [.. inputs.Distinct().Where(input => lastUse[input] == node.Index)];
            steps.Add(new(node.Index, inputs, last, Operations.Of(network, node, Memory, inPlace)));
        }
        return [.. steps];
    }

    // A sum may write into any of its terms; the one that is free comes first.
    static bool BringWritableForward(Network network, Layer layer, int[] inputs, int[] uses)
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            if (uses[inputs[i]] != 1 || !Operations.LeavesItsOutputAlone(network.Nodes[inputs[i]].Layer))
                continue;
            if (i > 0 && layer is not Layer.Add)
                return false;
            (inputs[0], inputs[i]) = (inputs[i], inputs[0]);
            return true;
        }
        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Memory.Dispose();
        base.Dispose(disposing);
    }
}
