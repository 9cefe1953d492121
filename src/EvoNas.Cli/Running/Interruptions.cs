using System.Runtime.InteropServices;

namespace EvoNas.Cli.Running;

/// <summary>Ctrl-C and SIGTERM: the first asks for an orderly end, the second for one now, the third takes
/// it.</summary>
sealed class Interruptions : IDisposable
{
    readonly PosixSignalRegistration[] _registrations;
    int _count;

    /// <param name="first">Called at the first signal, on a thread of the runtime; it must return quickly.</param>
    /// <param name="second">Called at the second signal, in the same way.</param>
    public Interruptions(Action first, Action second)
    {
        _registrations =
        [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal =>
                PosixSignalRegistration.Create(
                    signal,
                    context =>
                    {
                        // The third is left to the system, which ends the process.
                        var count = Interlocked.Increment(ref _count);
                        context.Cancel = count <= 2;
                        if (count == 1)
                            first();
                        else if (count == 2)
                            second();
                    }
                )
            ),
        ];
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }
}
