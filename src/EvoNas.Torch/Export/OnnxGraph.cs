using System.Runtime.InteropServices;
using EvoNas.Networks;

namespace EvoNas.Torch.Export;

/// <summary>A graph of ONNX operators while it is written: nodes in the order of execution, and the constants they
/// take. Field numbers are those of <c>onnx.proto3</c> (onnx/onnx, IR version 8).</summary>
/// <param name="name">Of the graph.</param>
sealed class OnnxGraph(string name)
{
    const int Float32 = 1,
        Int64 = 7;

    // AttributeProto.AttributeType
    const int FloatAttribute = 1,
        IntAttribute = 2,
        TextAttribute = 3,
        IntsAttribute = 7;

    readonly ProtobufMessage _graph = new();
    readonly HashSet<string> _constants = new(StringComparer.Ordinal);
    int _made;

    /// <summary>Adds an operator with one output.</summary>
    /// <param name="type">Its name in the ONNX operator set.</param>
    /// <param name="output">The value that it makes.</param>
    /// <param name="inputs">Values and constants; an empty name leaves an optional one out.</param>
    /// <param name="attributes">Each a <c>long</c>, <c>long[]</c>, <c>float</c> or <c>string</c>.</param>
    /// <returns>The name of the output.</returns>
    public string Add(
        string type,
        string output,
        IEnumerable<string> inputs,
        params ReadOnlySpan<(string Name, object Value)> attributes
    )
    {
        var node = new ProtobufMessage();
        foreach (var input in inputs)
            node.Text(1, input);
        node.Text(2, output).Text(3, output).Text(4, type);
        foreach (var (key, value) in attributes)
            node.Message(5, Attribute(key, value));
        _graph.Message(1, node);
        return output;
    }

    /// <summary>A name for a value between operators.</summary>
    /// <param name="of">The node that it helps.</param>
    /// <param name="what">What it is.</param>
    public string Inner(string of, string what) => $"{of}/{what}{++_made}";

    /// <summary>Adds a constant of float32 once; later calls with its name add nothing.</summary>
    public string Constant(string constant, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) =>
        Constant(constant, shape, Float32, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a constant of int64 once, a vector; later calls with its name add nothing.</summary>
    public string Constant(string constant, params ReadOnlySpan<long> values) =>
        Constant(constant, [values.Length], Int64, MemoryMarshal.AsBytes(values));

    /// <summary>Has this constant been added?</summary>
    public bool Has(string constant) => _constants.Contains(constant);

    /// <summary>Adds an input of the graph.</summary>
    /// <param name="input">Its name.</param>
    /// <param name="shape">Of one sample.</param>
    public void Input(string input, Shape shape) => _graph.Message(11, Value(input, shape));

    /// <summary>Adds an output of the graph.</summary>
    /// <param name="output">The name of a value.</param>
    /// <param name="shape">Of one sample.</param>
    public void Output(string output, Shape shape) => _graph.Message(12, Value(output, shape));

    /// <summary>The model with this graph: the whole file.</summary>
    /// <param name="producer">The program that wrote it.</param>
    /// <param name="operators">Version of the operator set.</param>
    /// <param name="about">Text about the whole, as the format's metadata.</param>
    public ProtobufMessage Model(string producer, long operators, IEnumerable<(string Key, string Value)> about)
    {
        var model = new ProtobufMessage()
            .Whole(1, 8)
            .Text(2, producer)
            .Message(7, _graph.Text(2, name))
            .Message(8, new ProtobufMessage().Text(1, "").Whole(2, operators));
        foreach (var (key, value) in about)
            model.Message(14, new ProtobufMessage().Text(1, key).Text(2, value));
        return model;
    }

    string Constant(string constant, ReadOnlySpan<long> shape, int type, ReadOnlySpan<byte> bytes)
    {
        if (!_constants.Add(constant))
            return constant;
        var tensor = new ProtobufMessage();
        foreach (var side in shape)
            tensor.Whole(1, side);
        _graph.Message(5, tensor.Whole(2, type).Text(8, constant).Bytes(9, bytes));
        return constant;
    }

    // The batch has a name instead of a number: the model takes any.
    static ProtobufMessage Value(string value, Shape shape)
    {
        var sides = new ProtobufMessage().Message(1, new ProtobufMessage().Text(2, "N"));
        foreach (var side in (int[])[shape.Channels, .. shape.Sides])
            sides.Message(1, new ProtobufMessage().Whole(1, side));
        var tensor = new ProtobufMessage().Whole(1, Float32).Message(2, sides);
        return new ProtobufMessage().Text(1, value).Message(2, new ProtobufMessage().Message(1, tensor));
    }

    static ProtobufMessage Attribute(string key, object value)
    {
        var attribute = new ProtobufMessage().Text(1, key);
        switch (value)
        {
            case long whole:
                return attribute.Whole(3, whole).Whole(20, IntAttribute);
            case float single:
                return attribute.Single(2, single).Whole(20, FloatAttribute);
            case string text:
                return attribute.Text(4, text).Whole(20, TextAttribute);
            case long[] numbers:
                foreach (var number in numbers)
                    attribute.Whole(8, number);
                return attribute.Whole(20, IntsAttribute);
            default:
                throw new System.Diagnostics.UnreachableException($"{key} is a {value.GetType().Name}.");
        }
    }
}
