using EvoNas.Networks;
using EvoNas.Torch.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Export;

/// <summary>A network with its weights as an ONNX file, which other programs run without EvoNas.</summary>
/// <remarks>Nothing is folded or fused: a node of the file has the name of the network's node, and a weight the name it
/// has in a safetensors file. Dropout and stochastic depth are left out, and normalisations use their moving
/// statistics, as in every evaluation. Operator set 17, IR version 8, float32; the batch is free.</remarks>
public static class OnnxFile
{
    const long Operators = 17;

    // A protobuf message has at most 2 GB, so a model with more weights would need files beside it.
    const long BytesMax = int.MaxValue - (16 << 20);

    /// <summary>Writes the file; it appears whole or not at all.</summary>
    /// <param name="path">Of the file; its folder must exist.</param>
    /// <param name="module">The network and its weights, on any device.</param>
    /// <param name="name">Of the graph.</param>
    /// <param name="about">Text about the whole, as the format's metadata.</param>
    /// <exception cref="RequestException">The weights have more bytes than such a file can hold.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(
        string path,
        NetworkModule module,
        string name,
        IEnumerable<(string Key, string Value)> about
    )
    {
        using var file = new WholeFile(path);
        Write(file.Stream, module, name, about);
        file.Commit();
    }

    /// <summary>Writes the model to a stream.</summary>
    /// <inheritdoc cref="Write(string, NetworkModule, string, IEnumerable{ValueTuple{string, string}})"/>
    public static void Write(
        Stream stream,
        NetworkModule module,
        string name,
        IEnumerable<(string Key, string Value)> about
    )
    {
        var bytes = module.Tensors.Sum(part => 4 * part.Tensor.numel());
        if (bytes > BytesMax)
            throw new RequestException(
                $"The network's weights have {bytes:N0} bytes; an ONNX file holds at most {BytesMax:N0}.",
                "Export them as safetensors."
            );
        new Writer(module, name).Model(about).WriteTo(stream);
    }

    sealed class Writer
    {
        readonly Network _network;
        readonly OnnxGraph _graph;
        readonly string[] _values;
        readonly HashSet<string> _outputs;
        readonly Dictionary<string, Tensor> _tensors;

        public Writer(NetworkModule module, string name)
        {
            (_network, _graph) = (module.Network, new(name));
            _values = new string[_network.Nodes.Count];
            _outputs = [.. _network.Outputs.Select(output => output.Name)];
            _tensors = module.Tensors.ToDictionary(part => part.Name, part => part.Tensor);
        }

        public ProtobufMessage Model(IEnumerable<(string Key, string Value)> about)
        {
            foreach (var node in _network.Nodes)
                _values[node.Index] = Add(node);
            foreach (var output in _network.Outputs)
            {
                _graph.Add("Identity", output.Name, [_values[output.Node]]);
                _graph.Output(output.Name, _network.ShapeOf(output));
            }
            return _graph.Model("evonas", Operators, about);
        }

        // The value that the node makes.
        string Add(NetworkNode node)
        {
            var made = _outputs.Contains(node.Name) ? node.Name + "/value" : node.Name;
            string[] inputs = [.. node.Inputs.Select(input => _values[input])];
            switch (node.Layer)
            {
                case Layer.Input input:
                    _graph.Input(made, input.Shape);
                    return made;
                case Layer.Convolution conv:
                    var window = WindowOf(node, conv.Kernel, conv.Stride, conv.Dilation, conv.Padding);
                    return _graph.Add(
                        "Conv",
                        made,
                        [inputs[0], .. Weights(node, conv.Bias)],
                        ("kernel_shape", window.Kernel),
                        ("strides", window.Stride),
                        ("dilations", window.Dilation),
                        ("pads", PadsOf(window)),
                        ("group", (long)conv.Groups)
                    );
                case Layer.TransposedConvolution deconv:
                    return Transposed(node, deconv, made, inputs[0]);
                case Layer.BatchNorm norm:
                    var owner = _network.Nodes[node.Owner].Name;
                    return _graph.Add(
                        "BatchNormalization",
                        made,
                        [
                            inputs[0],
                            .. Weights(node, bias: true),
                            Weight($"{owner}.running_mean"),
                            Weight($"{owner}.running_var"),
                        ],
                        ("epsilon", (float)norm.Epsilon)
                    );
                case Layer.InstanceNorm norm:
                    return _graph.Add(
                        "InstanceNormalization",
                        made,
                        [inputs[0], .. Weights(node, bias: true)],
                        ("epsilon", (float)norm.Epsilon)
                    );
                case Layer.LeakyRelu leaky:
                    return _graph.Add("LeakyRelu", made, inputs, ("alpha", (float)leaky.Slope));
                case Layer.Activation activation:
                    return Activation(activation.Kind, made, inputs[0]);
                case Layer.Pool pool:
                    return Pool(pool, WindowOf(node, pool.Kernel, pool.Stride, default, pool.Padding), made, inputs[0]);
                case Layer.GlobalPool pool:
                    return _graph.Add(pool.Kind == PoolKind.Max ? "GlobalMaxPool" : "GlobalAveragePool", made, inputs);
                case Layer.Flatten:
                    return _graph.Add("Flatten", made, inputs, ("axis", 1L));
                case Layer.Dense dense:
                    return _graph.Add("Gemm", made, [inputs[0], .. Weights(node, dense.Bias)], ("transB", 1L));
                case Layer.Add:
                    return _graph.Add("Sum", made, inputs);
                case Layer.Multiply:
                    return Product(node, made, inputs);
                case Layer.Concatenate:
                    return _graph.Add("Concat", made, inputs, ("axis", 1L));
                case Layer.Dropout or Layer.StochasticDepth:
                    return inputs[0];
                case Layer.Upsample up:
                    return Upsampled(node, up, made, inputs[0]);
                case Layer.Resize:
                    return Resized(node, made, inputs[0]);
                case Layer.Extend extend:
                    return Extended(node, extend, made, inputs[0]);
                case Layer.PillarScatter scatter:
                    return Scattered(node, scatter, made, inputs);
                default:
                    throw new System.Diagnostics.UnreachableException(
                        $"{node.Name}: a {node.Layer.Label} has no operator."
                    );
            }
        }

        string Weight(string name)
        {
            if (_graph.Has(name))
                return name;
            using var scope = NewDisposeScope();
            // Contiguous: kernels lie channels last in memory.
            var plain = _tensors[name].detach().cpu().contiguous();
            return _graph.Constant(name, plain.shape, plain.data<float>().ToArray());
        }

        IEnumerable<string> Weights(NetworkNode node, bool bias)
        {
            var owner = _network.Nodes[node.Owner].Name;
            yield return Weight(owner + ".weight");
            if (bias)
                yield return Weight(owner + ".bias");
        }

        string Transposed(NetworkNode node, Layer.TransposedConvolution deconv, string made, string input)
        {
            var sides = node.Shape.Dimensions;
            var (padding, more) = (new long[2 * sides], new long[sides]);
            for (var i = 0; i < sides; i++)
            {
                padding[i] = padding[sides + i] = Math.Max(0, deconv.Kernel[i] - deconv.Stride[i]) / 2;
                more[i] = Math.Max(0, deconv.Stride[i] - deconv.Kernel[i]);
            }
            var before = ShapeBefore(node);
            var isWhole = Enumerable
                .Range(0, sides)
                .All(i =>
                    (before.Sides[i] - 1) * deconv.Stride[i] + deconv.Kernel[i] + more[i] - 2 * padding[i]
                    == node.Shape.Sides[i]
                );
            var whole = isWhole ? made : _graph.Inner(made, "whole");
            _graph.Add(
                "ConvTranspose",
                whole,
                [input, .. Weights(node, deconv.Bias)],
                ("kernel_shape", Longs(deconv.Kernel)),
                ("strides", Longs(deconv.Stride)),
                ("pads", padding),
                ("output_padding", more)
            );
            return isWhole ? made : Cropped(made, whole, node.Shape.Sides);
        }

        string Activation(ActivationKind kind, string made, string input)
        {
            switch (kind)
            {
                case ActivationKind.Relu:
                    return _graph.Add("Relu", made, [input]);
                case ActivationKind.Relu6:
                    return _graph.Add("Clip", made, [input, Number("zero", 0), Number("six", 6)]);
                case ActivationKind.Swish:
                    var gate = _graph.Add("Sigmoid", _graph.Inner(made, "sigmoid"), [input]);
                    return _graph.Add("Mul", made, [input, gate]);
                case ActivationKind.HardSwish:
                    return _graph.Add("HardSwish", made, [input]);
                case ActivationKind.Sigmoid:
                    return _graph.Add("Sigmoid", made, [input]);
                case ActivationKind.HardSigmoid:
                    return _graph.Add("HardSigmoid", made, [input], ("alpha", 1 / 6f), ("beta", 0.5f));
                case ActivationKind.Angle:
                    var flat = _graph.Add("Tanh", _graph.Inner(made, "tanh"), [input]);
                    return _graph.Add("Mul", made, [flat, Number("pi", MathF.PI)]);
                default:
                    // x·Φ(x), Φ by the error function.
                    var scaled = _graph.Add(
                        "Mul",
                        _graph.Inner(made, "scaled"),
                        [input, Number("half-root", (float)Math.Sqrt(0.5))]
                    );
                    var erf = _graph.Add("Erf", _graph.Inner(made, "erf"), [scaled]);
                    var twice = _graph.Add("Add", _graph.Inner(made, "twice"), [erf, Number("one", 1)]);
                    var weighed = _graph.Add("Mul", _graph.Inner(made, "weighed"), [input, twice]);
                    return _graph.Add("Mul", made, [weighed, Number("half", 0.5f)]);
            }
        }

        string Pool(Layer.Pool pool, Window window, string made, string input) =>
            pool.Kind == PoolKind.Max
                ? _graph.Add(
                    "MaxPool",
                    made,
                    [input],
                    ("kernel_shape", window.Kernel),
                    ("strides", window.Stride),
                    ("pads", PadsOf(window))
                )
                : _graph.Add(
                    "AveragePool",
                    made,
                    [input],
                    ("kernel_shape", window.Kernel),
                    ("strides", window.Stride),
                    ("pads", PadsOf(window)),
                    ("count_include_pad", 0L)
                );

        string Product(NetworkNode node, string made, string[] inputs)
        {
            var gate = _network.Nodes[node.Inputs[1]].Shape;
            if (gate.Dimensions == node.Shape.Dimensions)
                return _graph.Add("Mul", made, inputs);
            long[] sides = [0, gate.Channels, .. node.Shape.Sides.Select(_ => 1L)]; // 0 keeps the batch.
            var spread = _graph.Add(
                "Reshape",
                _graph.Inner(made, "spread"),
                [inputs[1], _graph.Constant(_graph.Inner(made, "shape"), sides)]
            );
            return _graph.Add("Mul", made, [inputs[0], spread]);
        }

        string Upsampled(NetworkNode node, Layer.Upsample up, string made, string input)
        {
            var before = ShapeBefore(node);
            float[] factors = [1, 1, .. before.Sides.Select(_ => (float)up.Factor)];
            var scales = _graph.Constant(_graph.Inner(made, "scales"), [factors.Length], factors);
            var isWhole = before.Sides.Zip(node.Shape.Sides).All(pair => pair.First * up.Factor == pair.Second);
            var whole = isWhole ? made : _graph.Inner(made, "whole");
            _graph.Add(
                "Resize",
                whole,
                [input, "", scales],
                ("mode", "nearest"),
                ("coordinate_transformation_mode", "asymmetric"),
                ("nearest_mode", "floor")
            );
            return isWhole ? made : Cropped(made, whole, node.Shape.Sides);
        }

        string Resized(NetworkNode node, string made, string input)
        {
            var before = ShapeBefore(node);
            float[] factors = [1, 1, .. before.Sides.Zip(node.Shape.Sides, Factor)];
            return _graph.Add(
                "Resize",
                made,
                [input, "", _graph.Constant(_graph.Inner(made, "scales"), [factors.Length], factors)],
                ("mode", "linear"),
                ("coordinate_transformation_mode", "half_pixel")
            );
        }

        // The operator makes ⌊side · factor⌋: a factor that was rounded down would lose a row.
        static float Factor(int from, int to)
        {
            var factor = (float)to / from;
            return from * factor < to ? MathF.BitIncrement(factor) : factor;
        }

        string Cropped(string made, string whole, Sequence<int> sides)
        {
            var starts = _graph.Constant(_graph.Inner(made, "starts"), new long[sides.Count]);
            var ends = _graph.Constant(_graph.Inner(made, "ends"), Longs(sides));
            var axes = _graph.Constant(
                _graph.Inner(made, "axes"),
                [.. Enumerable.Range(2, sides.Count).Select(axis => (long)axis)]
            );
            return _graph.Add("Slice", made, [whole, starts, ends, axes]);
        }

        string Extended(NetworkNode node, Layer.Extend extend, string made, string input)
        {
            var before = new long[2 + node.Shape.Dimensions];
            var pads = _graph.Constant(_graph.Inner(made, "pads"), [.. before, 0, 0, .. Longs(extend.After)]);
            return _graph.Add("Pad", made, [input, pads], ("mode", "edge"));
        }

        // The columns are added into a flat map of zeros at row · width + column, which is then given its sides; those
        // of a negative row are made 0 and added at the first place.
        string Scattered(NetworkNode node, Layer.PillarScatter scatter, string made, string[] inputs)
        {
            var channels = node.Shape.Channels;
            var area = (long)scatter.Height * scatter.Width;
            string Numbers(string what, params ReadOnlySpan<long> values) =>
                _graph.Constant(_graph.Inner(made, what), values);
            string Made(string type, string what, params string[] of) => _graph.Add(type, _graph.Inner(made, what), of);

            var all = Made("Reshape", "all", inputs[0], Numbers("flat", 0, channels, -1));
            var places = _graph.Add("Cast", _graph.Inner(made, "places"), [inputs[1]], ("to", 7L));
            var rows = _graph.Add("Gather", _graph.Inner(made, "rows"), [places, Numbers("first", 0)], ("axis", 1L));
            var across = _graph.Add(
                "Gather",
                _graph.Inner(made, "across"),
                [places, Numbers("second", 1)],
                ("axis", 1L)
            );
            var exists = _graph.Add(
                "Cast",
                _graph.Inner(made, "exists"),
                [Made("Greater", "inside", rows, Numbers("outside", -1))],
                ("to", 1L)
            );
            var columns = Made("Mul", "columns", all, exists);
            var offsets = Made("Mul", "offsets", rows, Numbers("width", scatter.Width));
            var index = Made("Max", "index", Made("Add", "anywhere", offsets, across), Numbers("origin", 0));
            var spread = Made("Expand", "spread", index, Made("Shape", "size", columns));
            // The batch is the first number of the columns' shape.
            var batch = Made("Gather", "batch", Made("Shape", "size", columns), Numbers("batch-axis", 0));
            var empty = Made(
                "Expand",
                "empty",
                Number("zero", 0),
                _graph.Add(
                    "Concat",
                    _graph.Inner(made, "empty-size"),
                    [batch, Numbers("map", channels, area)],
                    ("axis", 0L)
                )
            );
            var laid = _graph.Add(
                "ScatterElements",
                _graph.Inner(made, "laid"),
                [empty, spread, columns],
                ("axis", 2L),
                ("reduction", "add")
            );
            return _graph.Add("Reshape", made, [laid, Numbers("sides", 0, channels, scatter.Height, scatter.Width)]);
        }

        string Number(string name, float value) => _graph.Constant("constant/" + name, [], [value]);

        Shape ShapeBefore(NetworkNode node) => _network.Nodes[node.Inputs[0]].Shape;

        Window WindowOf(
            NetworkNode node,
            Sequence<int> kernel,
            Sequence<int> stride,
            Sequence<int> dilation,
            Networks.Padding padding
        ) => Window.Of(ShapeBefore(node), node.Shape, kernel, stride, dilation, padding);

        // All sides before, then all sides after.
        static long[] PadsOf(Window window)
        {
            var sides = window.Kernel.Length;
            return window.Explicit is not { } around
                ? [.. window.Padding, .. window.Padding]
                :
                [
                    .. Enumerable.Range(0, sides).Select(i => around[2 * (sides - 1 - i)]),
                    .. Enumerable.Range(0, sides).Select(i => around[2 * (sides - 1 - i) + 1]),
                ];
        }

        static long[] Longs(Sequence<int> sides) => [.. sides.Select(side => (long)side)];
    }
}
