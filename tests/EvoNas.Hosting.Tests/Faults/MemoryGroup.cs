namespace EvoNas.Hosting.Tests.Faults;

/// <summary>A memory cgroup of its own, of either version: processes in it are ended by the kernel when they take more
/// than their share.</summary>
sealed class MemoryGroup : IDisposable
{
    const string First = "/sys/fs/cgroup/memory",
        Second = "/sys/fs/cgroup";
    readonly string _folder;

    /// <param name="bytes">What its processes may take together.</param>
    public MemoryGroup(long bytes)
    {
        var version1 = Directory.Exists(First);
        _folder = Path.Combine(version1 ? First : Second, $"evonas-test-{Guid.NewGuid():n}");
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, version1 ? "memory.limit_in_bytes" : "memory.max"), $"{bytes}");
    }

    /// <summary>A process joins; its children, born from now on, are in it too.</summary>
    public void Take(int process) => File.WriteAllText(Path.Combine(_folder, "cgroup.procs"), $"{process}");

    /// <summary>How often the kernel found the share spent.</summary>
    public bool WasFull =>
        File.Exists(Path.Combine(_folder, "memory.failcnt"))
            ? File.ReadAllText(Path.Combine(_folder, "memory.failcnt")).Trim() != "0"
            : File.ReadLines(Path.Combine(_folder, "memory.events"))
                .Any(line => line.StartsWith("oom_kill ", StringComparison.Ordinal) && line != "oom_kill 0");

    // A group that still has a process, or one that just died, refuses to go: the system keeps it, empty, until it is
    // next started.
    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder);
        }
        catch (IOException)
        {
            return;
        }
    }

    /// <summary>Why there can be none here; null if there can.</summary>
    public static readonly Lazy<string?> Lack = new(() =>
    {
        if (!OperatingSystem.IsLinux())
            return "Memory cgroups are Linux's.";
        try
        {
            using var probe = new MemoryGroup(64 << 20);
            return
                File.Exists(Path.Combine(probe._folder, "memory.limit_in_bytes"))
                || File.Exists(Path.Combine(probe._folder, "memory.max"))
                ? null
                : "The memory controller is not given to this group.";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"No memory cgroup may be made here: {fault.Message}";
        }
    });
}

/// <summary>A test that needs a memory cgroup; skipped, with the reason, where none is to be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class MemoryGroupFactAttribute : FactAttribute
{
    public MemoryGroupFactAttribute() => Skip = MemoryGroup.Lack.Value;
}
