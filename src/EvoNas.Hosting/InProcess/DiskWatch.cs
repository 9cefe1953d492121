namespace EvoNas.Hosting.InProcess;

/// <summary>Pauses a search while its disk has less room than the reserve: a worker that cannot keep its outcome has
/// trained for nothing.</summary>
sealed class DiskWatch : IDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly ITimer _timer;
    bool _low;

    public DiskWatch(string folder, long reserve, TimeProvider time, Action<string> pause, Action resume) =>
        _timer = time.CreateTimer(
            _ =>
            {
                long free;
                try
                {
                    free = new DriveInfo(folder).AvailableFreeSpace;
                }
                catch (IOException)
                {
                    return;
                } // Gone for a moment; the journal will say so if it stays gone.
                switch (free < reserve)
                {
                    case true when !_low:
                        _low = true;
                        pause(
                            $"the disk of {folder} has {free / 1_000_000} MB free, less than the reserve of {reserve / 1_000_000} MB"
                        );
                        break;
                    case false when _low:
                        _low = false;
                        resume();
                        break;
                }
            },
            null,
            TimeSpan.Zero,
            Interval
        );

    public void Dispose() => _timer.Dispose();
}
