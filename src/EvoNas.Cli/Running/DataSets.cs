using EvoNas.Cli.CommandLine;
using EvoNas.Torch.Data;

namespace EvoNas.Cli.Running;

/// <summary>Makes sure that a data set is on this machine before anything begins.</summary>
static class DataSets
{
    /// <summary>Downloads a set that is nowhere, and says so.</summary>
    /// <exception cref="RequestException">It cannot be had; names the files and where to put them.</exception>
    public static async Task Provide(Terminal terminal, ImageDataSet set, string data, bool quiet)
    {
        var folder = new DataFolder(data);
        if (folder.TryLocate(set) is not null)
            return;
        if (!quiet)
        {
            terminal.Out.WriteLine($"Downloading {set.Title} to {Path.Combine(data, set.Name)}.");
            terminal.Out.Flush();
        }
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
        await folder.Fetch(set, (address, stop) => client.GetStreamAsync(address, stop), CancellationToken.None);
    }
}
