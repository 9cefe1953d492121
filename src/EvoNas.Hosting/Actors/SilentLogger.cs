using Akka.Event;

namespace EvoNas.Hosting.Actors;

/// <summary>Takes the place of the logger by which Akka.NET writes to the terminal while its other loggers start and
/// stop. Its level <c>OFF</c> lets everything through then: a message that came after a search's end stood amid the
/// report.</summary>
sealed class SilentLogger : MinimalLogger
{
    protected override void Log(object message) { }
}
