using System.Diagnostics;

namespace EvoNas.Storage.Tests.Faults;

/// <summary>A test that counts system calls, or lets some fail; skipped, with the reason, where they cannot be
/// traced.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class TracedFactAttribute : FactAttribute
{
    public TracedFactAttribute() => Skip = Tracing.Lack;
}

/// <summary>As <see cref="TracedFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class TracedTheoryAttribute : TheoryAttribute
{
    public TracedTheoryAttribute() => Skip = Tracing.Lack;
}

static class Tracing
{
    /// <summary>Why system calls cannot be traced here; null if they can.</summary>
    public static readonly string? Lack = Try();

    static string? Try()
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("strace", ["-f", "-o", "/dev/null", "true"]) { RedirectStandardError = true }
            )!; // A new process, never a running one.
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"strace cannot trace here: {said.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "strace is not installed.";
        }
    }
}
