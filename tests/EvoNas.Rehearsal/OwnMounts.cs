using System.Diagnostics;

namespace EvoNas.Rehearsal;

/// <summary>A mount namespace of a test's own, for disks that are small or full.</summary>
public static class OwnMounts
{
    static readonly Lazy<string?> Probed = new(Probe);

    /// <summary>Why none is to be had here; null where one is.</summary>
    public static string? Lack => Probed.Value;

    static string? Probe()
    {
        if (!OperatingSystem.IsLinux())
            return "Mount namespaces are Linux's.";
        try
        {
            using var probe = Process.Start(
                new ProcessStartInfo(
                    "unshare",
                    ["--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
                )
                {
                    RedirectStandardError = true,
                }
            )!; // A program that is not there throws.
            var said = probe.StandardError.ReadToEnd().Trim();
            probe.WaitForExit();
            return probe.ExitCode == 0 ? null : $"No mount namespace may be made here: {said}";
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            return $"There is no unshare here: {fault.Message}";
        }
    }
}
