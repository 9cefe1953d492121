using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Event;
using EvoNas.Hosting.Actors;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Tests.Nodes;

public class SystemWatchTests
{
    readonly NodeReadiness _readiness = new(false, () => null, TimeProvider.System);

    [Fact]
    public async Task TenThousandMessagesToNoActorAreCountedAndFillNoLog()
    {
        using var system = Start();
        var log = new Log();
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Listener(log))), typeof(LogEvent));
        var gone = system.ActorOf(Props.Create(() => new PassingActor()));
        await gone.GracefulStop(TimeSpan.FromMinutes(1));

        for (var i = 0; i < 10_000; i++)
            gone.Tell("is anybody there?");
        await log.IsSilent.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await system.Terminate();

        Assert.True(_readiness.DeadLetters >= 10_000, $"{_readiness.DeadLetters} messages were counted.");
        Assert.Equal(10, log.Lines.Count(line => line.Contains("is anybody there?", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TheStopOfEveryActorIsCountedToTheEndOfItsSystem()
    {
        var stopped = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "evonas.actor.stops")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, _, tags, _) =>
            {
                if (tags.Contains(new("actor.type", "passing")))
                    Interlocked.Increment(ref stopped);
            }
        );
        using var system = Start();
        for (var i = 0; i < 20; i++)
            system.ActorOf(Props.Create(() => new PassingActor()));
        listener.Start();

        await system.Terminate();

        Assert.Equal(20, stopped);
    }

    [Fact]
    public async Task NothingIsWrittenToTheTerminalWhileASystemStartsAndStops()
    {
        var (terminal, written) = (Console.Out, new StringWriter());
        Console.SetOut(TextWriter.Synchronized(written));
        try
        {
            var system = Start();
            system.EventStream.Publish(new Warning("", typeof(SystemWatchTests), "while it runs"));
            await system.Terminate();
            // What is told while the loggers stop goes by the logger of the terminal alone.
            system.Settings.StdoutLogger.Tell(new Warning("", typeof(SystemWatchTests), "at its end"));
        }
        finally
        {
            Console.SetOut(terminal);
        }

        // Other tests may write, too.
        Assert.DoesNotContain("while it runs", written.ToString());
        Assert.DoesNotContain("at its end", written.ToString());
    }

    ActorSystem Start()
    {
        var system = ActorSystem.Create("evonas", AkkaConfiguration.OfLocal("here", null, "akka.loggers = []"));
        SystemWatch.Start(system, _readiness);
        return system;
    }

    sealed class Log
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public TaskCompletionSource IsSilent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    sealed class Listener(Log log) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            var line = $"{message}";
            log.Lines.Enqueue(line);
            if (line.Contains("no more dead letters will be logged", StringComparison.OrdinalIgnoreCase))
                log.IsSilent.TrySetResult();
        }
    }
}
