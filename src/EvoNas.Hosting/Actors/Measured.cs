using System.Diagnostics;
using EvoNas.Actors;

namespace EvoNas.Hosting.Actors;

/// <summary>Times how long deciding on one message takes, and counts it.</summary>
static class Measured
{
    public static Stretch Turn(string type, Message message) =>
        new(
            type,
            message,
            Telemetry.ProcessingTime.Enabled || Telemetry.Messages.Enabled ? Stopwatch.GetTimestamp() : 0
        );

    /// <summary>Ends when it is disposed of.</summary>
    public readonly struct Stretch(string type, Message message, long began) : IDisposable
    {
        public void Dispose()
        {
            if (began == 0)
                return;
            var (actor, kind) = (
                Telemetry.Tag("actor.type", type),
                Telemetry.Tag("message.type", message.GetType().Name)
            );
            Telemetry.Messages.Add(1, actor, kind);
            Telemetry.ProcessingTime.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, actor, kind);
        }
    }
}
