namespace EvoNas.Storage;

/// <summary>On what kind of file system a file lies, and what that means for a journal.</summary>
public static class FolderKind
{
    const string Mounts = "/proc/self/mountinfo";

    static readonly string[] Networks =
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "lustre",
        "gpfs",
        "beegfs",
        "glusterfs",
        "panfs",
        "coda",
        "fuse.sshfs",
        "fuse.glusterfs",
        "fuse.s3fs",
        "fuse.rclone",
    ];

    /// <summary>One sentence of warning where a journal would not be safe; null on a local disk, or where the system
    /// does not say.</summary>
    public static string? WarningFor(string path) => Warning(path, Of(Path.GetFullPath(path)));

    /// <summary>What a kind, named as the system does, means for a journal there.</summary>
    internal static string? Warning(string path, string? kind) =>
        kind switch
        {
            "tmpfs" or "ramfs" =>
                $"{path} is in memory ({kind}): a restart of the machine deletes it. Keep journals on a disk.",
            // Locks and the shared index of a write-ahead log do not hold between machines, and a synchronised write
            // may not be one.
            not null when Networks.Contains(kind) =>
                $"{path} is on a network file system ({kind}): two machines could write one "
                    + "search, and a power loss could take acknowledged events. Keep journals on a local disk.",
            _ => null,
        };

    /// <summary>The kind of the innermost mount that holds a path.</summary>
    /// <param name="mounts">Lines of /proc/self/mountinfo; see proc(5).</param>
    /// <param name="path">Whole.</param>
    internal static string? Of(IEnumerable<string> mounts, string path)
    {
        var (kind, depth) = ((string?)null, -1);
        foreach (var mount in mounts)
        {
            var words = mount.Split(' ');
            var rest = Array.IndexOf(words, "-");
            if (words.Length < 5 || rest < 0 || rest + 1 >= words.Length)
                continue;
            var point = words[4]
                .Replace(@"\040", " ")
                .Replace(@"\011", "\t")
                .Replace(@"\012", "\n")
                .Replace(@"\134", @"\")
                .TrimEnd('/');
            // Of two mounts at one point, the later one hides the earlier.
            if (point.Length >= depth && (path + "/").StartsWith(point + "/", StringComparison.Ordinal))
                (kind, depth) = (words[rest + 1], point.Length);
        }
        return kind;
    }

    /// <summary>The kind of file system on which a path lies; null where the system does not say.</summary>
    /// <param name="path">Whole.</param>
    internal static string? Of(string path)
    {
        try
        {
            return File.Exists(Mounts)
                ? Of(File.ReadLines(Mounts), path)
                : new DriveInfo(Path.GetPathRoot(path)!).DriveFormat; // A whole path has a root.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
