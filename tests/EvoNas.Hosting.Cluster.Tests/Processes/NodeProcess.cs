using System.Diagnostics;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>A real <c>evonas node</c>: what it says is listened to, and anything may be done to it.</summary>
sealed class NodeProcess : IDisposable
{
    // A machine that is busy with other things starts a node in ten seconds; a fail-over takes forty.
    static readonly TimeSpan Patience = SmallCluster.Patience;

    readonly Process _process;
    readonly List<string> _lines = [];
    TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    NodeProcess(string name, Process process)
    {
        (Name, _process) = (name, process);
        process.OutputDataReceived += (_, said) => Hear(said.Data);
        process.ErrorDataReceived += (_, said) => Hear(said.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.Exited += (_, _) => Wake();
        process.EnableRaisingEvents = true;
    }

    public string Name { get; }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts the program.</summary>
    /// <param name="around">A program that starts it, such as one that enters a namespace; empty: none.</param>
    public static NodeProcess Start(
        string name,
        string[] around,
        IEnumerable<string> args,
        IEnumerable<KeyValuePair<string, string>> environment
    )
    {
        string[] line =
        [
            .. around,
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            typeof(Cli.CommandLine.Evonas).Assembly.Location,
            .. args,
        ];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        return new(name, Process.Start(start)!); // Not null without the shell.
    }

    /// <summary>Lines said so far.</summary>
    public int Count
    {
        get
        {
            lock (_lines)
                return _lines.Count;
        }
    }

    /// <summary>Waits until it has said something.</summary>
    /// <param name="text">Part of the line.</param>
    /// <param name="after">Lines that were said before.</param>
    public async Task<string> Said(string text, int after = 0)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task news;
            lock (_lines)
            {
                if (
                    _lines.Skip(after).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } said
                )
                    return said;
                if (_process.HasExited)
                    throw new InvalidOperationException(
                        $"{Name} ended with {_process.ExitCode} before it said '{text}'. It said:\n{All}"
                    );
                news = _news.Task;
            }
            try
            {
                await news.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{Name} never said '{text}', but:\n{All}");
            }
        }
    }

    /// <summary>How many of its lines contain a text.</summary>
    public int Times(string text)
    {
        lock (_lines)
            return _lines.Count(line => line.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>The end of what it said.</summary>
    public string All
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines.TakeLast(200));
        }
    }

    /// <param name="name">Such as KILL, TERM, STOP or CONT.</param>
    public void Signal(string name) => Signal(name, Id);

    public static void Signal(string name, params IEnumerable<int> processes)
    {
        using var kill = Process.Start("kill", [$"-{name}", .. processes.Select(id => $"{id}")]);
        kill.WaitForExit();
    }

    /// <summary>Ends it without warning.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Asks it to end, and waits for that.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Terminate()
    {
        Signal("TERM");
        return await Ended();
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Ended()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    void Hear(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
        Wake();
    }

    void Wake()
    {
        TaskCompletionSource heard;
        lock (_lines)
            (heard, _news) = (_news, new(TaskCreationOptions.RunContinuationsAsynchronously));
        heard.TrySetResult();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
