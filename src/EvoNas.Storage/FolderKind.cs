namespace EvoNas.Storage;

/// <summary>On what kind of file system a file lies.</summary>
public static class FolderKind
{
    // As the system calls them; what ends a name there (nfs4, smb2, fuse.sshfs) is not told apart.
    static readonly string[] Networks = ["nfs", "cifs", "smb", "smb2", "smb3", "9p", "afs", "ceph", "lustre", "gpfs", "beegfs", "glusterfs", "sshfs", "fuse.sshfs", "ncpfs", "coda", "panfs"];

    /// <summary>One sentence of warning where a file lies on a network's file system; null on a local one, or where the system does not say.</summary>
    /// <remarks>Locks and the shared index of a write-ahead log do not hold between machines there, and a synchronised write may not be one.</remarks>
    public static string? WarningFor(string path)
    {
        var kind = Of(path);
        return kind is not null && Networks.Any(network => kind.StartsWith(network, StringComparison.OrdinalIgnoreCase))
            ? $"{path} lies on a network file system ({kind}): two machines could write one search, and a power loss could take acknowledged events. Keep journals on a local disk."
            : null;
    }

    static string? Of(string path)
    {
        try
        {
            return new DriveInfo(path).DriveFormat;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
