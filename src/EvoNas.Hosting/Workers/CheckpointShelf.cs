using System.Globalization;
using EvoNas.Actors;
using EvoNas.Genetics;

namespace EvoNas.Hosting.Workers;

/// <summary>The folder in which a search keeps the checkpoints of its rungs. All its workers on a machine share it, and
/// all machines do where it lies in a shared folder.</summary>
/// <remarks>A checkpoint is worth the time to train it again: what cannot be removed is left.</remarks>
/// <param name="folder">Made when something is kept.</param>
public sealed class CheckpointShelf(string folder)
{
    const string Extension = ".safetensors";

    /// <summary>Where the checkpoint of a birth lies that was trained to the end of a rung.</summary>
    /// <param name="rung">From 0.</param>
    /// <param name="birth">Which.</param>
    public string PathOf(int rung, BirthNumber birth) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"rung-{rung}-{birth.Value}{Extension}"));

    /// <summary>Removes the checkpoint that a stage went on with.</summary>
    public void Forget(Stage stage)
    {
        if (stage.Continues is { } birth)
            Remove(PathOf(stage.Rung - 1, birth));
    }

    /// <summary>Removes what can be promoted no more.</summary>
    /// <param name="needed">Of each rung below the top, the first birth that may be needed.</param>
    public void Sweep(Sequence<BirthNumber> needed)
    {
        if (needed.Count == 0 || !Directory.Exists(folder))
            return;
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "rung-*"))
                if (
                    Path.GetFileName(path).Split('-', '.') is [_, var rung, var birth, ..]
                    && int.TryParse(rung, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
                    && long.TryParse(birth, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && (place >= needed.Count || number < needed[place].Value)
                )
                    Remove(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException) { }
    }

    /// <summary>Removes all: the search has ended.</summary>
    public void Clear()
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException) { }
    }

    static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException) { }
    }
}
