using EvoNas.Tasks;
using EvoNas.Tasks.Data;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;

namespace EvoNas.Searches.Evaluations;

/// <summary>Makes sure that a data set is on this machine before anything begins.</summary>
static class DataSets
{
    /// <summary>Downloads what the data of a training are made of, and makes them.</summary>
    /// <param name="settings">Name task and data set.</param>
    /// <param name="data">The folder of all data sets.</param>
    /// <param name="say">Is told what is downloaded or made, and where to.</param>
    /// <exception cref="RequestException">They cannot be had.</exception>
    public static async Task Provide(TrainingSettings settings, string data, Action<string> say)
    {
        var task = TaskCatalog.Of(settings);
        if (task.Source(settings) is { } source)
            await Provide(source, data, say);
        UserDataSet.Check(settings, new(data));
        task.Prepare(settings, new(data), say);
    }

    /// <summary>Downloads a set that is nowhere, and says so.</summary>
    /// <param name="set">The data set that is needed.</param>
    /// <param name="data">The folder of all data sets.</param>
    /// <param name="say">Is told what is downloaded, and where to.</param>
    /// <exception cref="RequestException">It cannot be had; names the files and where to put them.</exception>
    public static async Task Provide(ImageDataSet set, string data, Action<string> say)
    {
        var folder = new DataFolder(data);
        if (folder.TryLocate(set) is not null)
            return;
        say($"Downloading {set.Title} to {Path.Combine(data, set.Name)}.");
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
        await folder.Fetch(set, (address, stop) => client.GetStreamAsync(address, stop), CancellationToken.None);
    }
}
