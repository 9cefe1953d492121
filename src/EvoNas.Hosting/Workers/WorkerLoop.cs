using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EvoNas.Actors;

namespace EvoNas.Hosting.Workers;

/// <summary>Trains what it is told to; on the thread that called.</summary>
/// <param name="assignment">What.</param>
/// <param name="progress">May be called as often as one likes.</param>
public delegate Outcome Trainer(Assignment assignment, Action<Progress> progress);

/// <summary>The life of a worker process: orders, then one assignment after the other, over its standard
/// streams.</summary>
public static class WorkerLoop
{
    /// <summary>Reads orders and assignments, one per line, until the input ends; then the process ends, whatever it
    /// does at that moment.</summary>
    /// <param name="createWorker">Makes a trainer of the orders, which may warn; a <see cref="RequestException"/> is
    /// told to the parent.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Func<WorkerOrders, Action<string>, Trainer> createWorker)
    {
        Native.LeadOwnGroup();
        // A Ctrl-C at the terminal is the parent's business: it drains.
        using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGINT,
            context => context.Cancel = true
        );
        using var output = Console.OpenStandardOutput();
        var lines = new BlockingCollection<string>();
        var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        // A thread of its own, so that the end of the parent is seen while a training runs or hangs.
        new Thread(() =>
        {
            try
            {
                while (input.ReadLine() is { } line)
                    lines.Add(line);
            }
            finally
            {
                Native.ExitNow(0);
            }
        })
        {
            IsBackground = true,
            Name = "parent",
        }.Start();

        var orders =
            JsonSerializer.Deserialize(lines.Take(), WorkerJson.Default.WorkerOrders)
            ?? throw new JsonException("The orders are null.");
        Trainer trainer;
        try
        {
            trainer = createWorker(orders, warning => Say(output, new("warning") { Detail = warning }));
        }
        catch (RequestException fault)
        {
            Say(
                output,
                new("refused") { Detail = fault.Hint is null ? fault.Message : $"{fault.Message} {fault.Hint}" }
            );
            return 2;
        }
        Say(output, new("ready"));
        var spool = new Spool(orders.Spool);
        foreach (var line in lines.GetConsumingEnumerable())
            Work(
                JsonSerializer.Deserialize(line, WorkerJson.Default.Assignment)
                    ?? throw new JsonException("The assignment is null."),
                trainer,
                spool,
                output
            );
        return 0;
    }

    static void Work(Assignment assignment, Trainer trainer, Spool spool, Stream output)
    {
        var started = Stopwatch.GetTimestamp();
        var said = 0L;
        Outcome outcome;
        try
        {
            outcome = trainer(
                assignment,
                progress =>
                {
                    // The parent measures its time-out by these; more than a few a second only cost.
                    if (said != 0 && Stopwatch.GetElapsedTime(said).TotalMilliseconds < 200)
                        return;
                    said = Stopwatch.GetTimestamp();
                    Say(
                        output,
                        new("progress")
                        {
                            Birth = assignment.Birth.Value,
                            Attempt = assignment.Attempt,
                            Progress = progress,
                        }
                    );
                }
            );
        }
        catch (RequestException fault)
        {
            outcome = new Outcome.Failed(Lineages.RuledOutReason.Invalid, fault.Message);
        }
        var ended = WorkerLine.Ended(
            assignment.Birth,
            assignment.Attempt,
            outcome,
            Stopwatch.GetElapsedTime(started).TotalSeconds
        );
        // What is tried again in smaller parts is not the end of the birth.
        if (outcome is not Outcome.OutOfMemory || assignment.Divisor > 1)
            spool.Keep(ended);
        Say(output, ended);
    }

    static void Say(Stream output, WorkerLine line)
    {
        lock (output)
        {
            output.Write([.. line.ToBytes(), (byte)'\n']);
            output.Flush();
        }
    }
}
