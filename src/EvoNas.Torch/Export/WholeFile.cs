namespace EvoNas.Torch.Export;

/// <summary>A file that appears whole or not at all: written beside its place, flushed, and renamed.</summary>
sealed class WholeFile : IDisposable
{
    readonly string _path,
        _partial;
    bool _committed;

    /// <param name="path">Of the file; its folder must exist.</param>
    public WholeFile(string path)
    {
        (_path, _partial) = (path, path + ".partial");
        Stream = File.Create(_partial);
    }

    /// <summary>Takes the bytes.</summary>
    public FileStream Stream { get; }

    /// <summary>Lets the file appear, in the place of one that is there.</summary>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_partial, _path, overwrite: true);
        _committed = true;
    }

    /// <summary>Removes what was written, unless it was committed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (!_committed)
            File.Delete(_partial);
    }
}
