using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Networks;
using EvoNas.Torch.Export;

namespace EvoNas.Benchmarks.Training;

/// <summary>Published code in Python's torch in a process of its own, around a network that we exported.</summary>
sealed class TaskTwin : IDisposable
{
    readonly Process _python;

    /// <param name="folder">Gets the network's file and the job.</param>
    /// <param name="task">As task_twin.py knows it.</param>
    /// <param name="network">What it trains.</param>
    /// <param name="job">What task_twin.py reads.</param>
    /// <param name="threads">Of torch.</param>
    public TaskTwin(string folder, string task, Network network, JsonObject job, int threads)
    {
        var (file, jobFile) = (Path.Combine(folder, "network.py"), Path.Combine(folder, "job.json"));
        PyTorchFile.Write(file, network, task, null, []);
        File.WriteAllText(jobFile, job.ToJsonString());
        var python = Environment.GetEnvironmentVariable("PYTHON") ?? "/usr/bin/python3";
        var start = new ProcessStartInfo(
            python,
            [Path.Combine(AppContext.BaseDirectory, "Training", "task_twin.py"), file, task, jobFile, $"{threads}"]
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

    /// <summary>Trains or judges for so long.</summary>
    public Speed Work(string what, double seconds)
    {
        _python.StandardInput.WriteLine(FormattableString.Invariant($"{what} {seconds}"));
        var answer = Answer();
        double Number(int index) => double.Parse(answer[index], CultureInfo.InvariantCulture);
        return new(Number(0), Number(1), Number(2));
    }

    /// <summary>Takes weights that we learnt.</summary>
    public void Load(string weights)
    {
        _python.StandardInput.WriteLine($"load {weights}");
        Answer();
    }

    string[] Answer() =>
        _python.StandardOutput.ReadLine()?.Split(' ')
        ?? throw new InvalidOperationException("The twin ended; see its message above.");

    public void Dispose()
    {
        _python.StandardInput.Close();
        _python.WaitForExit();
        _python.Dispose();
    }
}
