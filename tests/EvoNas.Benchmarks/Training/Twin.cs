using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Networks;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Training;

namespace EvoNas.Benchmarks.Training;

/// <summary>Python's torch in a process of its own, training the same network in turns with us.</summary>
sealed class Twin : IDisposable
{
    readonly Process _python;
    readonly string _file = Path.GetTempFileName();

    /// <param name="style"><c>usual</c> or <c>tuned</c>, see twin.py.</param>
    public Twin(
        string python,
        string style,
        Network network,
        int batch,
        int images,
        int threads,
        string device = "cpu",
        Precision precision = Precision.Float32
    )
    {
        File.WriteAllText(_file, Job(network, batch, images).ToJsonString());
        var start = new ProcessStartInfo(
            python,
            [
                Path.Combine(AppContext.BaseDirectory, "Training", "twin.py"),
                _file,
                style,
                $"{threads}",
                device,
                $"{precision}".ToLowerInvariant(),
            ]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["OMP_NUM_THREADS"] = $"{threads}", ["OPENBLAS_NUM_THREADS"] = $"{threads}" },
        };
        _python = Process.Start(start) ?? throw new InvalidOperationException($"{python} does not start.");
        var parameters = long.Parse(Answer()[1], CultureInfo.InvariantCulture);
        if (parameters != Cost.Of(network).Parameters)
            throw new InvalidOperationException(
                $"The twin has {parameters} parameters, we have {Cost.Of(network).Parameters}."
            );
    }

    public Speed Train(double seconds)
    {
        _python.StandardInput.WriteLine(seconds.ToString(CultureInfo.InvariantCulture));
        var answer = Answer();
        double Number(int index) => double.Parse(answer[index], CultureInfo.InvariantCulture);
        return new(Number(0), Number(1), Number(2));
    }

    string[] Answer() =>
        _python.StandardOutput.ReadLine()?.Split(' ')
        ?? throw new InvalidOperationException("The twin ended; see its message above.");

    static JsonObject Job(Network network, int batch, int images)
    {
        var uses = network.Nodes.SelectMany(node => node.Inputs).CountBy(input => input).ToDictionary();
        var nodes = new JsonArray();
        foreach (var node in network.Nodes)
            nodes.Add(Described(network, node, uses));
        return new()
        {
            ["channels"] = network.Input.Channels,
            ["side"] = network.Input.Sides[0],
            ["classes"] = network.ShapeOf(network.Outputs[0]).Channels,
            ["batch"] = batch,
            ["images"] = images,
            ["nodes"] = nodes,
        };
    }

    static JsonObject Described(Network network, NetworkNode node, Dictionary<int, int> uses)
    {
        var json = new JsonObject
        {
            ["kind"] = node.Layer.GetType().Name,
            ["inputs"] = Numbers(node.Inputs),
            ["shape"] = Numbers([node.Shape.Channels, .. node.Shape.Sides]),
        };
        switch (node.Layer)
        {
            case Layer.Convolution conv:
                var window = Window.Of(
                    network.Nodes[node.Inputs[0]].Shape,
                    node.Shape,
                    conv.Kernel,
                    conv.Stride,
                    conv.Dilation,
                    conv.Padding
                );
                var around = window.Explicit;
                (json["before"], json["after"]) = around is null
                    ? (Numbers(window.Padding), Numbers(window.Padding))
                    : (Numbers([around[2], around[0]]), Numbers([around[3], around[1]]));
                (json["kernel"], json["stride"], json["dilation"]) = (
                    Numbers(window.Kernel),
                    Numbers(window.Stride),
                    Numbers(window.Dilation)
                );
                (json["groups"], json["bias"]) = (conv.Groups, conv.Bias);
                break;
            case Layer.BatchNorm norm:
                (json["epsilon"], json["decay"]) = (norm.Epsilon, norm.Decay);
                break;
            case Layer.Dense dense:
                json["bias"] = dense.Bias;
                break;
            case Layer.Dropout dropout:
                json["rate"] = dropout.Rate;
                break;
            case Layer.Activation activation:
                json["function"] = activation.Kind.ToString();
                json["free"] =
                    uses[node.Inputs[0]] == 1 && Operations.LeavesItsOutputAlone(network.Nodes[node.Inputs[0]].Layer);
                break;
        }
        return json;
    }

    static JsonArray Numbers(IEnumerable<int> numbers) => [.. numbers.Select(number => (JsonNode)number)];

    static JsonArray Numbers(IEnumerable<long> numbers) => [.. numbers.Select(number => (JsonNode)number)];

    public void Dispose()
    {
        _python.StandardInput.Close();
        _python.WaitForExit();
        _python.Dispose();
        File.Delete(_file);
    }
}

/// <summary>What was trained in one turn.</summary>
readonly record struct Speed(double Images, double WallSeconds, double CpuSeconds)
{
    public double PerSecond => Images / WallSeconds;

    /// <summary>Of processor time: what stays comparable on a machine that does other things too.</summary>
    public double PerCpuSecond => Images / CpuSeconds;
}
