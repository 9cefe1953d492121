using System.Runtime.InteropServices;

namespace EvoNas.Hosting.Workers;

/// <summary>The few calls of the operating system that .NET does not offer: process groups, and the death of a
/// parent.</summary>
static partial class Native
{
    public const int SignalInterrupt = 2,
        SignalKill = 9,
        SignalTerminate = 15;

    const int SetParentDeathSignal = 1;

    /// <summary>Makes this process the leader of a group of its own, and has it killed when the thread that started it
    /// ends.</summary>
    public static void LeadOwnGroup()
    {
        if (!OperatingSystem.IsLinux())
            return;
        _ = setpgid(0, 0);
        _ = prctl(SetParentDeathSignal, SignalKill, 0, 0, 0);
    }

    /// <summary>Sends a signal to a process and its group.</summary>
    public static void Signal(int process, int signal)
    {
        if (kill(-process, signal) != 0)
            _ = kill(process, signal); // It had no time to lead a group yet.
    }

    /// <summary>Ends this process now: no finalizer, no handler, no thread that hangs can hold it.</summary>
    public static void ExitNow(int code) => _exit(code);

    [LibraryImport("libc")]
    private static partial int setpgid(int process, int group);

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc")]
    private static partial void _exit(int code);
}
