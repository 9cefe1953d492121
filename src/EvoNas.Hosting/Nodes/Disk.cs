namespace EvoNas.Hosting.Nodes;

/// <summary>Room on the disks of a node: an outcome that cannot be kept was trained for nothing.</summary>
static class Disk
{
    /// <summary>The first folder whose disk has less room than the reserve, in words; null where each has
    /// enough.</summary>
    public static string? Low(IEnumerable<string> folders, long reserve)
    {
        foreach (var folder in folders)
        {
            long free;
            try
            {
                free = new DriveInfo(folder).AvailableFreeSpace;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                continue;
            } // Gone for a moment; whoever writes there will say so.
            if (free < reserve)
                return $"the disk of {folder} has {free / 1_000_000} MB free, less than the reserve of {reserve / 1_000_000} MB";
        }
        return null;
    }
}
