using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Torch.Data;
using EvoNas.Torch.Export;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Tests.Support;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Export;

/// <summary>Python files, run by Python.</summary>
public sealed class PyTorchFileTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evonas-pytorch");

    public void Dispose() => _folder.Delete(recursive: true);

    // Loads every NAME.py of a folder with its weights, computes its inputs, and writes its outputs.
    const string Driver = """
        import importlib.util, os, struct, sys, torch
        torch.set_num_threads(1)
        folder = sys.argv[1]
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".py") or name == "driver.py":
                continue
            path = os.path.join(folder, name[:-3])
            spec = importlib.util.spec_from_file_location(name[:-3], path + ".py")
            made = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(made)
            net = made.Network().eval()
            made.load(net, path + ".safetensors")
            with open(path + ".in", "rb") as file:
                inputs = [torch.frombuffer(bytearray(file.read(8 * __import__("math").prod(shape))),
                          dtype=torch.float32).view(2, *shape) for shape in made.INPUTS.values()]
            with torch.no_grad():
                outputs = net(*inputs)
            with open(path + ".out", "wb") as file:
                for output in outputs if isinstance(outputs, tuple) else (outputs,):
                    file.write(output.contiguous().numpy().tobytes())
        """;

    [PythonFact]
    public void PythonComputesWhatTheModuleComputes()
    {
        // One network of each space; ONNX files are compared for every profile.
        var cases = OnnxFileTests
            .Spaces.Select(row => (Space: (string)row[0], Profile: (string)row[1], Side: (int)row[2]))
            .DistinctBy(one => one.Space);
        var expected = new Dictionary<string, float[]>();
        foreach (var (name, profile, side) in cases)
        {
            var file = $"{name}_{profile}".Replace('-', '_');
            expected[file] = Prepare(file, OnnxFileTests.Smallest(name, profile, side));
        }

        Python(Driver);

        foreach (var (file, numbers) in expected)
        {
            var made = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(PathOf(file + ".out"))).ToArray();
            Assert.Equal(numbers.Length, made.Length);
            var apart = numbers.Zip(made, (a, b) => MathF.Abs(a - b)).Max();
            Assert.True(apart <= 1e-4f * numbers.Max(MathF.Abs), $"{file} is {apart} apart.");
        }
    }

    [PythonFact]
    public void TheFileTrainsTheNetworkOnItsDataSet()
    {
        using var set = new TinySet().WithFashionMnist();
        var data = set.Folder(ImageDataSet.FashionMnist);
        var training = Some.Training with { WeightAverage = 0.9, Shift = 1, GradientClip = 5 };
        PyTorchFile.Write(PathOf("net.py"), Some.TinyNetwork, "tiny", training, []);

        var said = Python(null, "net.py", "--data", data, "--epochs", "3", "--save", PathOf("new.safetensors"));

        Assert.Matches("test accuracy (0[.][3-9]|1)", said);
        using var module = new NetworkModule(Some.TinyNetwork);
        Safetensors.Load(PathOf("new.safetensors"), module);
        var again = Python(null, "net.py", "--data", data, "--load", PathOf("new.safetensors"));
        Assert.Equal(said.Split('\n')[^2], again.Split('\n')[^2]);
    }

    // The gradient is a function of the weight, so that the order of the weights does not matter.
    const string Steps = """
        import importlib.util, sys, torch
        folder = sys.argv[1]
        spec = importlib.util.spec_from_file_location("net", folder + "/net.py")
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
        net, wanted = made.Network(), made.Network()
        made.load(net, folder + "/begin.safetensors")
        made.load(wanted, folder + "/end.safetensors")
        optimizer = made.optimizer_of(net)
        for step in range(4):
            for p in net.parameters():
                p.grad = 0.1 * p.detach() + 0.01
            for group in optimizer.param_groups:
                group["lr"] = 0.05
            optimizer.step()
        ours, theirs = net.state_dict(), wanted.state_dict()
        print(max((ours[name] - theirs[name]).abs().max().item() for name in ours))
        """;

    [PythonFact]
    public void EveryOptimizerOfTheFileStepsAsOursDoes()
    {
        foreach (var optimizer in Enum.GetValues<OptimizerKind>())
        {
            var training = Some.Training with
            {
                Optimizer = optimizer,
                WeightDecay = 0.01,
                Momentum = 0.9,
                SquareDecay = 0.98,
                Epsilon = 1e-3,
            };
            using var scope = NewDisposeScope();
            manual_seed(3);
            using var module = new NetworkModule(Some.TinyNetwork);
            PyTorchFile.Write(PathOf("net.py"), Some.TinyNetwork, "tiny", training, []);
            Safetensors.Write(PathOf("begin.safetensors"), module, []);
            using (var descent = new Descent(module.Memory, training))
                for (var step = 0; step < 4; step++)
                {
                    using (no_grad())
                        module.Memory.Gradients.copy_(module.Memory.Values * 0.1 + 0.01);
                    descent.Step(0.05);
                }
            Safetensors.Write(PathOf("end.safetensors"), module, []);

            var apart = double.Parse(Python(Steps), System.Globalization.CultureInfo.InvariantCulture);

            Assert.True(apart <= 1e-5, $"{optimizer}: {apart} apart.");
        }
    }

    [PythonFact]
    public void NamesCannotEndTheTextThatTheyStandIn()
    {
        const string hostile = "x\"\"\"\nimport os; os._exit(7)\n'''@layers@\\";
        PyTorchFile.Write(PathOf("net.py"), Some.TinyNetwork, hostile, null, [("search", hostile)]);
        Assert.Contains("logits: (2, 10)", Python(null, "net.py", "--check"));
    }

    // Weights, inputs and the file of a network; returns its outputs, one after the other.
    float[] Prepare(string file, Network network)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        manual_seed(5);
        using var module = new NetworkModule(network);
        module.eval();
        OnnxFileTests.AsAfterATraining(module);
        PyTorchFile.Write(PathOf(file + ".py"), network, file, null, []);
        Safetensors.Write(PathOf(file + ".safetensors"), module, []);
        var inputs = network.Inputs.Select(node => OnnxFileTests.InputOf(network, node, 2)).ToArray();
        using (var stream = File.Create(PathOf(file + ".in")))
            foreach (var input in inputs)
                stream.Write(MemoryMarshal.AsBytes(input.data<float>().ToArray().AsSpan()));
        return [.. module.Outputs(inputs).SelectMany(output => output.contiguous().data<float>().ToArray())];
    }

    string PathOf(string name) => Path.Combine(_folder.FullName, name);

    string Python(string? driver, params string[] words)
    {
        if (driver is not null)
            File.WriteAllText(PathOf("driver.py"), driver);
        var start = new ProcessStartInfo(PythonFactAttribute.Program)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var word in driver is null ? words : ["driver.py", _folder.FullName])
            start.ArgumentList.Add(word);
        // What this process was told about libraries is not Python's.
        start.Environment.Remove("LD_LIBRARY_PATH");
        using var process = Process.Start(start)!;
        var errors = new StringBuilder();
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginErrorReadLine();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"Python ended with {process.ExitCode}: {said}{errors}");
        return said;
    }
}

/// <summary>A fact where Python has PyTorch.</summary>
sealed class PythonFactAttribute : FactAttribute
{
    /// <summary>Debian's, for which python3-torch is installed.</summary>
    public const string Program = "/usr/bin/python3";

    public PythonFactAttribute() =>
        Skip =
            Directory.Exists("/usr/lib/python3/dist-packages/torch") && File.Exists(Program)
                ? null
                : "python3-torch is not installed.";
}
