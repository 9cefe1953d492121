using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace EvoNas.Hosting.Tests;

/// <summary>A clock that runs a thousand times faster than the world's, so that back-off and leases cost nothing. Goes
/// with <see cref="HurriedScheduler"/>.</summary>
sealed class HurriedTime : TimeProvider
{
    public const int Factor = 1000;

    public override long GetTimestamp() => System.GetTimestamp() * Factor;
}

/// <summary>Akka.NET's scheduler on that clock.</summary>
public sealed class HurriedScheduler(Config settings, ILoggingAdapter log) : SchedulerBase(settings, log), IDisposable
{
    /// <summary>HOCON that makes an actor system use it.</summary>
    public static readonly string Settings =
        $"akka.scheduler.implementation = \"{typeof(HurriedScheduler).AssemblyQualifiedName}\"";

    readonly HashedWheelTimerScheduler _inner = new(settings, log);

    public override TimeSpan MonotonicClock => _inner.MonotonicClock;

    public override TimeSpan HighResMonotonicClock => _inner.HighResMonotonicClock;

    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    public void Dispose() => _inner.Dispose();

    static TimeSpan Hurry(TimeSpan time) => time / HurriedTime.Factor;

    protected override void InternalScheduleTellOnce(
        TimeSpan delay,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable
    ) => ((ITellScheduler)_inner).ScheduleTellOnce(Hurry(delay), receiver, message, sender, cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable
    ) =>
        ((ITellScheduler)_inner).ScheduleTellRepeatedly(
            Hurry(initialDelay),
            Hurry(interval),
            receiver,
            message,
            sender,
            cancelable
        );

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        ((IActionScheduler)_inner).ScheduleOnce(Hurry(delay), action, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        ((IRunnableScheduler)_inner).ScheduleOnce(Hurry(delay), action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        Action action,
        ICancelable cancelable
    ) => ((IActionScheduler)_inner).ScheduleRepeatedly(Hurry(initialDelay), Hurry(interval), action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        IRunnable action,
        ICancelable cancelable
    ) => ((IRunnableScheduler)_inner).ScheduleRepeatedly(Hurry(initialDelay), Hurry(interval), action, cancelable);
}
