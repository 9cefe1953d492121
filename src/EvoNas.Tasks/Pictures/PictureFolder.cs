using System.Globalization;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Scenes;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;

namespace EvoNas.Tasks.Pictures;

/// <summary>The pictures of a user's data set for trainings: decoded to the training's size once, kept beside the data
/// sets.</summary>
/// <param name="settings">With the facts of the data set.</param>
/// <param name="data">Where data sets lie.</param>
/// <param name="how">The size; whether masks are kept.</param>
/// <param name="read">Reads the annotations of the folder.</param>
sealed class PictureFolder(
    TrainingSettings settings,
    DataFolder data,
    Decoding how,
    Func<string, string, DataReport, PartsOf<PictureJob>> read
)
{
    // The oldest make room for new ones.
    const long KeptMax = 64L << 30;

    const string Train = "train",
        Validation = "validation",
        Test = "test";

    static readonly TimeSpan _betweenTries = TimeSpan.FromMilliseconds(200);

    DataSetFacts Facts => settings.Data!; // Of a user's data set they are known.

    string Folder => Path.Combine(data.Root, ".decoded");

    /// <summary>Decodes the parts that are not there yet.</summary>
    /// <param name="say">Is told how large they become, and what was left out.</param>
    /// <exception cref="RequestException">The folder is missing, has other contents than the settings say, or is
    /// malformed; or the disk is full.</exception>
    public void Prepare(Action<string> say)
    {
        foreach (var part in (string[])[Train, Validation, Test])
            if (CountOf(part) > 0)
                Open(part, say).Dispose();
    }

    /// <summary>Opens the parts for a training.</summary>
    /// <param name="seed">Of the split.</param>
    /// <param name="jitter">How training images are varied.</param>
    /// <param name="make">Puts some pictures on the device; owns the source from then on.</param>
    public TaskData Open(ulong seed, Jitter jitter, Func<DecodedPictures, int[], Jitter, Samples> make)
    {
        var plain = new Jitter(Mirror: false);
        if (Facts.Validation > 0)
            return new(
                All(Train, jitter),
                settings.ValidationImages == 0 ? null : All(Validation, plain),
                () => All(Test, plain)
            );
        var pictures = Open(Train, null);
        // Those that could not be decoded are missing from the part that is learnt from.
        var train = Math.Min(Learnt, pictures.Count - settings.ValidationImages);
        var split = Split.Of(pictures.Count, Math.Max(train, 0), settings.ValidationImages, seed);
        return new(
            make(pictures, split.Train, jitter),
            split.Validation.Length == 0 ? null : make(Open(Train, null), split.Validation, plain),
            () => All(Test, plain)
        );

        Samples All(string part, Jitter varied)
        {
            var some = Open(part, null);
            return make(some, [.. Enumerable.Range(0, some.Count)], varied);
        }
    }

    int Learnt =>
        settings.TrainImages > 0
            ? settings.TrainImages
            : Facts.Train - (Facts.Validation > 0 ? 0 : settings.ValidationImages);

    // What is held out of the training part is decoded with it.
    int CountOf(string part) =>
        part switch
        {
            Train => Math.Min(Facts.Train, Learnt + (Facts.Validation > 0 ? 0 : settings.ValidationImages)),
            Validation => Math.Min(Facts.Validation, settings.ValidationImages),
            _ => Facts.Test,
        };

    DecodedPictures Open(string part, Action<string>? say)
    {
        var count = CountOf(part);
        var path = Path.Combine(
            Folder,
            settings.DataSet,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Facts.Fingerprint}-{Facts.Layout}-{how.Side}-{how.Classes}-{part}-{count}.pictures"
            )
        );
        if (DecodedPictures.TryOpen(path) is { } there)
            return Touched(path, there);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // It lies in a folder.
        using var turn = WaitFor(path + ".lock");
        if (DecodedPictures.TryOpen(path) is { } made)
            return Touched(path, made); // Another process was faster.
        UserDataSet.Check(settings, data);
        var report = DataReport.For(settings);
        var parts = read(
            Path.Combine(data.Root, settings.DataSet),
            Facts.Layout,
            new() { SkipMissing = true, SkipDamaged = true }
        );
        var jobs = part switch
        {
            Train => parts.Train,
            Validation => parts.Validation ?? [],
            _ => parts.Test,
        };
        // Which of them are taken does not depend on a search's seed: the same file serves all of them.
        var order = Split.Shuffled(jobs.Length, Genetics.SeededRandom.For(0, "decoded"));
        PictureJob[] some = [.. order.Take(count).Order().Select(i => jobs[i])];
        MakeRoom(some.Length * how.Bytes, say, part, some.Length);
        DecodedPictures.Make(path, some, how with { KeepsOriginals = how.Classes > 0 }, report);
        report.Tell(say ?? (static _ => { }));
        return DecodedPictures.TryOpen(path)
            ?? throw new RequestException($"'{path}' cannot be read.", "Remove it; it is made again.");
    }

    void MakeRoom(long bytes, Action<string>? say, string part, int count)
    {
        var size = FormattableString.Invariant($"{bytes / 1e6:0.#} MB");
        say?.Invoke(
            $"Decoding {count} pictures ({part}) of {settings.DataSet} to {how.Side} pixels: {size} in {Folder}."
        );
        var kept = Directory
            .EnumerateFiles(Folder, "*.pictures", SearchOption.AllDirectories)
            .Select(path => new FileInfo(path))
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .ToArray();
        var total = bytes;
        foreach (var file in kept)
            if ((total += file.Length) > KeptMax)
                file.Delete(); // Who has it mapped keeps it until its end.
        var free = new DriveInfo(Path.GetFullPath(Folder)).AvailableFreeSpace;
        if (bytes > free)
            throw new RequestException(
                FormattableString.Invariant(
                    $"The decoded pictures of '{settings.DataSet}' take {size}; {Folder} has {free / 1e6:0.#} MB left."
                ),
                "Lower --image-side or --train-images, or name another data folder with --data."
            );
    }

    // The time of the last use decides which makes room.
    static DecodedPictures Touched(string path, DecodedPictures pictures)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A folder that is only read keeps the order in which they were made.
        }
        return pictures;
    }

    // Several slots would decode the same pictures at once.
    static FileStream WaitFor(string path)
    {
        while (true)
            try
            {
                return new(
                    path,
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    1,
                    FileOptions.DeleteOnClose
                );
            }
            catch (IOException fault) when (File.Exists(path) && fault is not PathTooLongException)
            {
                Thread.Sleep(_betweenTries);
            }
    }
}
