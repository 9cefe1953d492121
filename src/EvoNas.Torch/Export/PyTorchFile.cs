using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EvoNas.Networks;
using EvoNas.Torch.Data;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Training;

namespace EvoNas.Torch.Export;

/// <summary>A network as one Python file: a module of PyTorch that reads and writes our weights, and the training that
/// they came from. It needs Python and PyTorch only.</summary>
/// <remarks>The file computes what <see cref="NetworkModule"/> computes, weights have the names of a safetensors file,
/// and the training follows the settings step by step; its random numbers are PyTorch's. A policy of augmentation is
/// left out, and the file says so.</remarks>
public static class PyTorchFile
{
    /// <summary>Writes the file; it appears whole or not at all.</summary>
    /// <param name="path">Of the file; its folder must exist.</param>
    /// <param name="network">What is computed.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="training">How it is trained; where that is unknown, or for another task than classification, the
    /// file has no data set.</param>
    /// <param name="about">What is known of it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(
        string path,
        Network network,
        string name,
        TrainingSettings? training,
        IEnumerable<(string Key, string Value)> about
    )
    {
        var text = Text(network, name, Path.GetFileName(path), training, about);
        using var file = new WholeFile(path);
        file.Stream.Write(Encoding.UTF8.GetBytes(text));
        file.Commit();
    }

    /// <summary>The text of the file.</summary>
    /// <param name="network">What is computed.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="file">Its own name, for the help in it.</param>
    /// <param name="training">How it is trained; null where that is unknown.</param>
    /// <param name="about">What is known of it.</param>
    public static string Text(
        Network network,
        string name,
        string file,
        TrainingSettings? training,
        IEnumerable<(string Key, string Value)> about
    )
    {
        var writer = new Writer(network);
        var known = string.Join("; ", about.Select(pair => $"{pair.Key} {pair.Value}"));
        var text = new StringBuilder(Template())
            .Replace("@title@", Plain(name))
            .Replace("@about@", Plain(known))
            .Replace("@file@", Plain(file))
            .Replace("@training_note@", training?.Augment is null ? "" : ", without the augmentation policy")
            .Replace("@settings@", Settings(training ?? new() { Epochs = 1 }, training is { Task: null, Data: null }))
            .Replace(
                "@inputs@",
                $"{{{string.Join(", ", network.Inputs.Select(node => $"{Quoted(node.Name)}: {List(node.Shape)}"))}}}"
            )
            .Replace("@outputs@", $"[{string.Join(", ", network.Outputs.Select(output => Quoted(output.Name)))}]")
            .Replace(
                "@initialization@",
                training?.Initialization switch
                {
                    Initialization.Xavier => "Glorot's uniform weights",
                    Initialization.Lecun => "LeCun's normal weights, biases of zero",
                    _ => "He's normal kernels, small dense weights, biases of zero",
                }
            )
            .Replace("@arguments@", string.Join(", ", network.Inputs.Select(node => $"v{node.Index}")))
            .Replace("@outputs_in_words@", Plain(string.Join(", ", network.Outputs.Select(output => output.Name))))
            .Replace("@layers@", writer.Layers())
            .Replace("@forward@", writer.Forward());
        return text.ToString();
    }

    static string Template()
    {
        using var reader = new StreamReader(
            typeof(PyTorchFile).Assembly.GetManifestResourceStream("recipe.py")! // Embedded by the project file.
        );
        return reader.ReadToEnd();
    }

    static string Settings(TrainingSettings training, bool hasData)
    {
        var json = JsonNode.Parse(training.ToJson())!.AsObject(); // A record is an object.
        if (hasData)
        {
            var set = ImageDataSet.Named(training.DataSet);
            json["format"] = set.Format.ToString().ToLowerInvariant();
            json["shape"] = Numbers([set.Shape.Channels, .. set.Shape.Sides]);
            json["mean"] = Numbers(set.Mean);
            json["deviation"] = Numbers(set.Deviation);
            json["files"] = new JsonObject
            {
                ["train"] = new JsonArray([.. set.TrainFiles.Select(file => (JsonNode)file)]),
                ["test"] = new JsonArray([.. set.TestFiles.Select(file => (JsonNode)file)]),
            };
        }
        return json.ToJsonString();
    }

    static JsonArray Numbers<T>(IEnumerable<T> numbers) => new([.. numbers.Select(number => JsonValue.Create(number))]);

    // Names may be anybody's: nothing of them may end the text that they stand in.
    static string Plain(string text) =>
        string.Concat(text.Select(letter => letter is '"' or '\\' or '@' || char.IsControl(letter) ? '_' : letter));

    static string Quoted(string text) => $"\"{Plain(text)}\"";

    static string List(Shape shape) => List([shape.Channels, .. shape.Sides]);

    static string List(IEnumerable<int> numbers) => $"[{string.Join(", ", numbers)}]";

    static string List(IEnumerable<long> numbers) => $"[{string.Join(", ", numbers)}]";

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    static string Truth(bool value) => value ? "True" : "False";

    sealed class Writer(Network network)
    {
        /// <summary>Everything that has weights, a line each.</summary>
        public string Layers()
        {
            var lines =
                from node in network.Nodes
                where node.WeightsOf is null
                let layer = LayerOf(node)
                where layer is not null
                select $"        layers[{Quoted(node.Name)}] = {layer}";
            return string.Join('\n', lines);
        }

        /// <summary>The nodes in their order, a line each.</summary>
        public string Forward()
        {
            var lines = new List<string>();
            foreach (var node in network.Nodes)
                if (node.Layer is not Layer.Input)
                    lines.Add($"        v{node.Index} = {Call(node)}  # {Plain(node.Name)}");
            lines.Add($"        return {string.Join(", ", network.Outputs.Select(output => $"v{output.Node}"))}");
            return string.Join('\n', lines);
        }

        string? LayerOf(NetworkNode node)
        {
            if (node.Inputs.Count == 0)
                return null;
            var input = Before(node);
            switch (node.Layer)
            {
                case Layer.Convolution conv:
                    var window = Window.Of(input, node.Shape, conv.Kernel, conv.Stride, conv.Dilation, conv.Padding);
                    return $"nn.Conv{input.Dimensions}d({input.Channels}, {conv.Channels}, {List(conv.Kernel)}, "
                        + $"stride={List(conv.Stride)}, padding={List(window.Padding)}, "
                        + $"dilation={List(window.Dilation)}, groups={conv.Groups}, bias={Truth(conv.Bias)})";
                case Layer.TransposedConvolution deconv:
                    return $"Transposed(F.conv_transpose{input.Dimensions}d, {input.Channels}, {deconv.Channels}, "
                        + $"{List(deconv.Kernel)}, {List(deconv.Stride)}, {Truth(deconv.Bias)}, "
                        + $"{List(node.Shape.Sides)})";
                case Layer.BatchNorm norm:
                    return $"Norm({input.Channels}, {Number(norm.Epsilon)}, {Number(norm.Decay)})";
                case Layer.InstanceNorm norm:
                    return $"nn.GroupNorm({input.Channels}, {input.Channels}, eps={Number(norm.Epsilon)})";
                case Layer.Dense dense:
                    return $"nn.Linear({input.Channels}, {dense.Units}, bias={Truth(dense.Bias)})";
                default:
                    return null;
            }
        }

        string Call(NetworkNode node)
        {
            string[] x = [.. node.Inputs.Select(input => $"v{input}")];
            var input = Before(node);
            var weighed = $"at({Quoted(network.Nodes[node.Owner].Name)})";
            switch (node.Layer)
            {
                case Layer.Convolution conv:
                    var window = Window.Of(input, node.Shape, conv.Kernel, conv.Stride, conv.Dilation, conv.Padding);
                    return $"{weighed}({Padded(x[0], window, "0.0")})";
                case Layer.TransposedConvolution or Layer.BatchNorm or Layer.InstanceNorm or Layer.Dense:
                    return $"{weighed}({x[0]})";
                case Layer.LeakyRelu leaky:
                    return $"F.leaky_relu({x[0]}, {Number(leaky.Slope)})";
                case Layer.Activation activation:
                    return Activation(activation.Kind, x[0]);
                case Layer.Pool pool:
                    return Pool(
                        pool.Kind,
                        Window.Of(input, node.Shape, pool.Kernel, pool.Stride, default, pool.Padding),
                        x[0]
                    );
                case Layer.GlobalPool pool:
                    var sides = List(Enumerable.Range(2, input.Dimensions));
                    return pool.Kind == PoolKind.Max
                        ? $"{x[0]}.amax({sides}, keepdim=True)"
                        : $"{x[0]}.mean({sides}, keepdim=True)";
                case Layer.Flatten:
                    return $"{x[0]}.flatten(1)";
                case Layer.Add:
                    return string.Join(" + ", x);
                case Layer.Multiply:
                    var gate = network.Nodes[node.Inputs[1]].Shape;
                    return gate.Dimensions == input.Dimensions
                        ? $"{x[0]} * {x[1]}"
                        : $"{x[0]} * {x[1]}.view({List([-1, gate.Channels, .. input.Sides.Select(_ => 1)])})";
                case Layer.Concatenate:
                    return $"torch.cat([{string.Join(", ", x)}], 1)";
                case Layer.Dropout dropout:
                    return $"F.dropout({x[0]}, {Number(dropout.Rate)}, self.training)";
                case Layer.StochasticDepth depth:
                    return $"drop_branch({x[0]}, {Number(depth.Rate)}, self.training)";
                case Layer.Upsample up:
                    return $"cut(F.interpolate({x[0]}, scale_factor={up.Factor}, mode=\"nearest\"), "
                        + $"{List(node.Shape.Sides)})";
                case Layer.Resize resize:
                    return $"F.interpolate({x[0]}, size={List(resize.Sides)}, mode=\"bilinear\", align_corners=False)";
                case Layer.Extend extend:
                    var around = List(extend.After.Reverse().SelectMany(after => (int[])[0, after]));
                    return $"F.pad({x[0]}, {around}, mode=\"replicate\")";
                case Layer.PillarScatter scatter:
                    return $"scatter({x[0]}, {x[1]}, {scatter.Height}, {scatter.Width})";
                default:
                    throw new System.Diagnostics.UnreachableException(
                        $"{node.Name}: a {node.Layer.Label} is not written."
                    );
            }
        }

        static string Activation(ActivationKind kind, string x) =>
            kind switch
            {
                ActivationKind.Relu => $"F.relu({x})",
                ActivationKind.Relu6 => $"F.relu6({x})",
                ActivationKind.Swish => $"F.silu({x})",
                ActivationKind.HardSwish => $"F.hardswish({x})",
                ActivationKind.Sigmoid => $"torch.sigmoid({x})",
                ActivationKind.HardSigmoid => $"F.hardsigmoid({x})",
                ActivationKind.Angle => $"math.pi * torch.tanh({x})",
                _ => $"F.gelu({x})",
            };

        static string Padded(string x, Window window, string value) =>
            window.Explicit is { } around ? $"F.pad({x}, {List(around)}, value={value})" : x;

        static string Pool(PoolKind kind, Window window, string x)
        {
            var sides = window.Kernel.Length;
            var words = $"{List(window.Kernel)}, {List(window.Stride)}, {List(window.Padding)}";
            if (kind == PoolKind.Max)
                return $"F.max_pool{sides}d({Padded(x, window, "-math.inf")}, {words})";
            return window.Explicit is { } around
                ? $"average(lambda y: F.avg_pool{sides}d(y, {words}, count_include_pad=False), {x}, {List(around)})"
                : $"F.avg_pool{sides}d({x}, {words}, count_include_pad=False)";
        }

        Shape Before(NetworkNode node) => network.Nodes[node.Inputs[0]].Shape;
    }
}
