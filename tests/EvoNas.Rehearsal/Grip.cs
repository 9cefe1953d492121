using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EvoNas.Rehearsal;

/// <summary>Holds a process so that it cannot be got rid of: as with a driver that does not let go, it dies of no
/// signal as far as its parent can see.</summary>
/// <remarks>A process that is traced shows its end to its tracer alone, and this one does not look (Linux,
/// <c>ptrace(2)</c>, <c>wait4</c> of the kernel).</remarks>
public sealed partial class Grip : IDisposable
{
    const int Seize = 0x4206;

    readonly Process _tracer;

    /// <param name="process">To hold.</param>
    public Grip(int process)
    {
        _tracer = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [Path.Combine(AppContext.BaseDirectory, "EvoNas.Rehearsal.dll"), "hold", $"{process}"]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!; // A program that is not there throws.
        if (_tracer.StandardOutput.ReadLine() != "held")
            throw new InvalidOperationException($"Process {process} could not be held.");
    }

    /// <summary>Lets go.</summary>
    public void Dispose()
    {
        _tracer.StandardInput.Close();
        _tracer.WaitForExit();
        _tracer.Dispose();
    }

    /// <summary>Why nothing can be held here; null where it can.</summary>
    public static string? Lack
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return "ptrace is Linux's.";
            const string scope = "/proc/sys/kernel/yama/ptrace_scope";
            var allowed = File.Exists(scope) ? File.ReadAllText(scope).Trim() : "0";
            return allowed == "0" || allowed != "3" && Environment.IsPrivilegedProcess
                ? null
                : $"No process may be traced here: {scope} is {allowed}.";
        }
    }

    /// <summary>The tracer: holds a process until its input is closed.</summary>
    internal static int Hold(int process)
    {
        // A thread is the tracer, not a process: this one must not end or be changed for another.
        if (ptrace(Seize, process, 0, 0) != 0)
            return 1;
        Console.Out.WriteLine("held");
        Console.Out.Flush();
        while (Console.In.Read() >= 0) { }
        return 0;
    }

    [LibraryImport("libc")]
    private static partial nint ptrace(nint request, int process, nint address, nint data);
}
