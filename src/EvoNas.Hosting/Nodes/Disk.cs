namespace EvoNas.Hosting.Nodes;

/// <summary>Free space on the disks of a node: a training whose outcome cannot be kept is wasted.</summary>
static class Disk
{
    /// <summary>The first folder whose disk has less free space than the reserve, in words; null: each has
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
            } // Unavailable for a moment; the next write there reports it.
            if (free < reserve)
                return $"the disk of {folder} has {free / 1_000_000} MB free, "
                    + $"less than the reserve of {reserve / 1_000_000} MB";
        }
        return null;
    }
}
