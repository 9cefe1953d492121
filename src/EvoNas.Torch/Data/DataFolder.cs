using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace EvoNas.Torch.Data;

/// <summary>Where data sets lie: a folder a set under the data folder, else under the system's.</summary>
/// <param name="Root">The data folder; created when something is downloaded.</param>
public sealed record DataFolder(string Root)
{
    /// <summary>Looked into after the data folder. Debian's <c>dataset-fashion-mnist</c> installs into the
    /// second.</summary>
    public static readonly Sequence<string> SystemRoots = ["/usr/local/share/datasets", "/usr/share/datasets"];

    /// <summary>The folder that holds a set's files.</summary>
    /// <exception cref="RequestException">None does; names the folder to fill, the files and the addresses.</exception>
    public string Locate(ImageDataSet set) => TryLocate(set) ?? throw Missing(set, null);

    /// <summary>The folder that holds all files of a set; null if none does.</summary>
    public string? TryLocate(ImageDataSet set)
    {
        foreach (var root in (IEnumerable<string>)[Root, .. SystemRoots])
        {
            var folder = Path.Combine(root, set.Name);
            if (set.TrainFiles.Concat(set.TestFiles).All(file => File.Exists(DataFile.In(folder, file))))
                return folder;
        }
        return null;
    }

    /// <summary>The folder that holds a set's files, which are downloaded from their authors if they are
    /// nowhere.</summary>
    /// <param name="set">Which.</param>
    /// <param name="web">Fetches an address; its stream is disposed here.</param>
    /// <param name="stop">Ends a download; nothing half is left.</param>
    /// <exception cref="RequestException">A download fails, or what came is not what was published.</exception>
    public async Task<string> Fetch(
        ImageDataSet set,
        Func<string, CancellationToken, Task<Stream>> web,
        CancellationToken stop
    )
    {
        if (TryLocate(set) is { } present)
            return present;
        var folder = Path.Combine(Root, set.Name);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var download in set.Downloads)
                await Fetch(download, set, folder, web, stop);
        }
        catch (Exception error)
            when (error is HttpRequestException or IOException or UnauthorizedAccessException
                || (error is OperationCanceledException && !stop.IsCancellationRequested)
            )
        {
            throw Missing(set, error.Message);
        }
        return Locate(set);
    }

    static async Task Fetch(
        Download download,
        ImageDataSet set,
        string folder,
        Func<string, CancellationToken, Task<Stream>> web,
        CancellationToken stop
    )
    {
        var path = Path.Combine(folder, download.FileName);
        var partial = path + ".partial";
        try
        {
            await using (var source = await web(download.Url, stop))
            await using (var target = File.Create(partial))
                await source.CopyToAsync(target, stop);
            await using (var content = File.OpenRead(partial))
            {
                var found = Convert.ToHexStringLower(await MD5.HashDataAsync(content, stop));
                if (found != download.Md5)
                    throw DataFile.Bad(download.Url, $"MD5 {download.Md5}", found);
            }
            if (path.EndsWith(".tar.gz", StringComparison.Ordinal))
                await Unpack(partial, set, folder, stop);
            else
                await Keep(await File.ReadAllBytesAsync(partial, stop), path, stop);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    // Only the files that the set names, by their last segment: an archive cannot write anywhere else.
    static async Task Unpack(string archive, ImageDataSet set, string folder, CancellationToken stop)
    {
        string[] wanted = [.. set.TrainFiles, .. set.TestFiles];
        await using var packed = File.OpenRead(archive);
        await using var plain = new GZipStream(packed, CompressionMode.Decompress);
        await using var tar = new TarReader(plain);
        while (await tar.GetNextEntryAsync(cancellationToken: stop) is { } entry)
        {
            var name = Path.GetFileName(entry.Name);
            if (entry.DataStream is null || !wanted.Contains(name))
                continue;
            using var content = new MemoryStream();
            await entry.DataStream.CopyToAsync(content, stop);
            await Keep(content.ToArray(), Path.Combine(folder, name), stop);
        }
    }

    static async Task Keep(byte[] content, string path, CancellationToken stop)
    {
        await File.WriteAllBytesAsync(path + ".new", content, stop);
        File.Move(path + ".new", path, overwrite: true);
        var sums = Path.Combine(Path.GetDirectoryName(path)!, DataFile.Checksums); // path lies in a folder
        await File.AppendAllTextAsync(sums, $"{DataFile.Sha256(content)}  {Path.GetFileName(path)}\n", stop);
    }

    RequestException Missing(ImageDataSet set, string? cause)
    {
        var folder = Path.Combine(Root, set.Name);
        var files = string.Join(", ", set.TrainFiles.Concat(set.TestFiles));
        var addresses = string.Join(" ", set.Downloads.Select(download => download.Url));
        var package = set == ImageDataSet.FashionMnist ? " On Debian: apt-get install dataset-fashion-mnist." : "";
        var gzipped = set.Format == ImageFormat.Idx ? " (gzipped or plain)" : "";
        return new(
            $"{set.Title} is not in '{folder}'"
                + (cause is null ? "." : $" and cannot be downloaded: {cause.TrimEnd('.')}."),
            $"Put {files}{gzipped} from {addresses} into '{folder}', or name another folder with --data.{package}"
        );
    }
}
