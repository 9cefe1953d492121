using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace EvoNas.Hosting.Workers;

/// <summary>One worker process: started in a group of its own, spoken to over its standard streams, ended without
/// mercy.</summary>
sealed class WorkerProcess : IDisposable
{
    // More than any line of the protocol; a worker's output is not trusted.
    const int LineMax = 1 << 20;

    // The kernel ends a worker when the *thread* that started it ends, so that thread lives as long as this process.
    static readonly BlockingCollection<Action> Births = [];

    static WorkerProcess() =>
        new Thread(() =>
        {
            foreach (var birth in Births.GetConsumingEnumerable())
                birth();
        })
        {
            IsBackground = true,
            Name = "worker nursery",
        }.Start();

    readonly Process _process;
    readonly WorkerTerms _terms;
    readonly Queue<string> _lastWords = [];
    readonly long _oomKillsBefore = OomKills();

    WorkerProcess(Process process, WorkerTerms terms)
    {
        (_process, _terms) = (process, terms);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
                return;
            lock (_lastWords)
            {
                _lastWords.Enqueue(line.Data);
                if (_lastWords.Count > 20)
                    _lastWords.Dequeue();
            }
        };
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Births it has worked on.</summary>
    public int Used { get; set; }

    public static async Task<WorkerProcess> Start(WorkerTerms terms, WorkerOrders orders)
    {
        var start = new ProcessStartInfo(terms.Command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        foreach (var argument in terms.Command.Skip(1))
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in terms.Environment)
            start.Environment[name] = value;
        var born = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Births.Add(() =>
        {
            try
            {
                born.SetResult(Process.Start(start)!);
            } // Not null without the shell.
            catch (Exception fault)
            {
                born.SetException(fault);
            }
        });
        var worker = new WorkerProcess(await born.Task.ConfigureAwait(false), terms);
        await worker.Write(JsonSerializer.Serialize(orders, WorkerJson.Default.WorkerOrders)).ConfigureAwait(false);
        return worker;
    }

    public async Task Write(string line)
    {
        try
        {
            await _process.StandardInput.WriteAsync(line + "\n").ConfigureAwait(false);
            await _process.StandardInput.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException) { } // It is dead; reading says so.
    }

    /// <summary>The next line of the protocol; null when the worker is gone. What a native library prints is passed
    /// over.</summary>
    /// <exception cref="JsonException">It speaks, but not our language.</exception>
    public async Task<WorkerLine?> Read(CancellationToken stop)
    {
        while (await _process.StandardOutput.ReadLineAsync(stop).ConfigureAwait(false) is { } text)
        {
            if (text.Length > LineMax)
                throw new JsonException($"A line of {text.Length} characters.");
            if (text.StartsWith('{'))
                return WorkerLine.From(text);
        }
        return null;
    }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : _process.WorkingSet64;
        }
    }

    /// <summary>How it ended, of one that has.</summary>
    public (EvoNas.Actors.LossCause Cause, string Detail) Autopsy()
    {
        string words;
        lock (_lastWords)
            words = string.Join(" / ", _lastWords.TakeLast(3));
        var code = _process.ExitCode;
        var (cause, text) = code switch
        {
            137 when OomKills() > _oomKillsBefore => (
                EvoNas.Actors.LossCause.Oom,
                "the kernel ended it because memory ran out"
            ),
            > 128 and < 160 => (EvoNas.Actors.LossCause.Signal, $"signal {code - 128}"),
            _ => (EvoNas.Actors.LossCause.Exit, $"exit code {code}"),
        };
        return (cause, words == "" ? text : $"{text}: {words}");
    }

    /// <summary>Ends it, if it has not ended: asks, waits, kills.</summary>
    /// <returns>False if it cannot be killed.</returns>
    public async Task<bool> End(bool politely)
    {
        if (HasExited)
            return true;
        if (politely)
        {
            Native.Signal(Id, Native.SignalTerminate);
            if (await Exited(_terms.TermGrace).ConfigureAwait(false))
                return true;
        }
        Native.Signal(Id, Native.SignalKill);
        return await Exited(_terms.KillGrace).ConfigureAwait(false);
    }

    /// <summary>Waits for its end, and for its last words.</summary>
    /// <returns>False if it is still there.</returns>
    public async Task<bool> Exited(TimeSpan within)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(within).ConfigureAwait(false);
        }
        catch (TimeoutException) { } // Or a child of its own keeps its streams open.
        return HasExited;
    }

    public void Dispose() => _process.Dispose();

    static long OomKills()
    {
        try
        {
            foreach (var line in File.ReadLines("/proc/vmstat"))
                if (line.StartsWith("oom_kill ", StringComparison.Ordinal))
                    return long.Parse(line.AsSpan(9), System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException) { } // Not Linux: the cause is then told as the signal that it is.
        return 0;
    }
}
