using System.IO.MemoryMappedFiles;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Pictures;

/// <summary>A picture that is to be decoded.</summary>
/// <param name="Id">Its id in the data set.</param>
/// <param name="Name">What results call it.</param>
/// <param name="Path">The file.</param>
/// <param name="Boxes">Its objects, in upright pixels.</param>
/// <param name="Class">Of the whole picture; 0 where it has none.</param>
/// <param name="Mask">The file of its labels; null: it has none.</param>
sealed record PictureJob(
    long Id,
    string Name,
    string Path,
    IReadOnlyList<LabelledBox> Boxes,
    int Class = 0,
    string? Mask = null
);

/// <summary>How pictures are decoded.</summary>
/// <param name="Side">Of the square, in pixels.</param>
/// <param name="Crops">True: the middle of a picture fills the square; false: all of it fits in.</param>
/// <param name="Classes">Labels of masks are below; 0 where there are no masks.</param>
/// <param name="KeepsOriginals">Labels are kept at the size of the original too: they are judged there.</param>
readonly record struct Decoding(int Side, bool Crops = false, int Classes = 0, bool KeepsOriginals = false)
{
    /// <summary>Bytes of one picture, but for what is kept of originals.</summary>
    public long Bytes => (Classes > 0 ? 4L : 3L) * Side * Side;
}

/// <summary>Pictures of a data set, decoded and scaled once, in a file that is mapped into memory: workers share its
/// pages.</summary>
sealed unsafe class DecodedPictures : IPictureSource, IDisposable
{
    // Another number for another form of the file: an older one is made anew.
    const int Version = 1;
    const int HeadSize = 8 + 4 + 4 + 4 + 8;

    // Decoded at a time, on as many threads as there are cores: nothing trains meanwhile.
    const int Batch = 64;

    static readonly byte[] _magic = "EVOPICTS"u8.ToArray();

    readonly MemoryMappedFile _file;
    readonly MemoryMappedViewAccessor _view;
    readonly byte* _start;
    readonly (
        PictureFrame Frame,
        string Name,
        long Offset,
        int Class,
        bool HasOriginal,
        LabelledBox[] Boxes
    )[] _records;
    readonly bool _hasLabels;

    DecodedPictures(string path)
    {
        var length = new FileInfo(path).Length;
        _file = MemoryMappedFile.CreateFromFile(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete),
            null,
            0,
            MemoryMappedFileAccess.Read,
            HandleInheritability.None,
            leaveOpen: false
        );
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        using var reader = new BinaryReader(new UnmanagedMemoryStream(_start, length));
        if (length < HeadSize || !reader.ReadBytes(8).AsSpan().SequenceEqual(_magic) || reader.ReadInt32() != Version)
            throw new InvalidDataException("another form");
        (Side, _hasLabels) = (reader.ReadInt32(), reader.ReadInt32() > 0);
        reader.BaseStream.Position = reader.ReadInt64();
        _records = new (PictureFrame, string, long, int, bool, LabelledBox[])[reader.ReadInt32()];
        for (var i = 0; i < _records.Length; i++)
            _records[i] = (
                new(reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32()),
                reader.ReadString(),
                reader.ReadInt64(),
                reader.ReadInt32(),
                reader.ReadBoolean(),
                Boxes(reader)
            );
    }

    /// <inheritdoc/>
    public int Side { get; }

    /// <inheritdoc/>
    public int Count => _records.Length;

    /// <summary>Opens a file that was made whole; null if there is none, or one of another form.</summary>
    public static DecodedPictures? TryOpen(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return new(path);
        }
        // A file of another version, or one that something else has written.
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or IOException)
        {
            return null;
        }
    }

    /// <summary>Decodes pictures into a file, which is there whole or not at all.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="jobs">The pictures.</param>
    /// <param name="how">Their size, and what is kept of their masks.</param>
    /// <param name="report">Whether damaged pictures are left out, and how many are.</param>
    /// <exception cref="RequestException">A picture or mask is damaged, or the disk is full.</exception>
    public static void Make(string path, IReadOnlyList<PictureJob> jobs, Decoding how, DataReport report)
    {
        var partial = $"{path}.{Guid.NewGuid():n}.partial";
        try
        {
            using (var file = File.Create(partial))
                Write(file, jobs, how, report);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RequestException(
                $"The decoded pictures cannot be written to '{path}': {fault.Message}",
                "Make room there, lower --image-side or --train-images, or name another data folder with --data."
            );
        }
        finally
        {
            File.Delete(partial);
        }
    }

    static void Write(FileStream file, IReadOnlyList<PictureJob> jobs, Decoding how, DataReport report)
    {
        using var writer = new BinaryWriter(file);
        writer.Write(new byte[HeadSize]);
        using var records = new MemoryStream();
        using var record = new BinaryWriter(records);
        var kept = 0;
        for (var start = 0; start < jobs.Count; start += Batch)
        {
            var made = new Decoded[Math.Min(Batch, jobs.Count - start)];
            Parallel.For(0, made.Length, i => made[i] = Decode(jobs[start + i], how));
            for (var i = 0; i < made.Length; i++)
            {
                var (one, job) = (made[i], jobs[start + i]);
                if (one.Fault is { } fault)
                {
                    if (!report.SkipDamaged)
                        throw new RequestException(
                            fault.Message,
                            fault.Hint ?? "Give --skip-damaged to leave out what cannot be read."
                        );
                    report.Count("damaged pictures: left out", fault.Message);
                    continue;
                }
                kept++;
                record.Write(one.Frame.Id);
                foreach (
                    var number in (int[])[one.Frame.Width, one.Frame.Height, one.Frame.FitWidth, one.Frame.FitHeight]
                )
                    record.Write(number);
                record.Write(job.Name);
                record.Write(file.Position);
                record.Write(job.Class);
                record.Write(one.Original is not null);
                Write(record, job.Boxes);
                file.Write(one.Pixels);
                file.Write(one.Labels);
                file.Write(one.Original);
            }
        }
        if (kept == 0)
            throw new RequestException("None of the pictures can be read.");
        var end = file.Position;
        writer.Write(kept);
        file.Write(records.ToArray());
        file.Position = 0;
        writer.Write(_magic);
        writer.Write(Version);
        writer.Write(how.Side);
        writer.Write(how.Classes);
        writer.Write(end);
    }

    readonly record struct Decoded(
        PictureFrame Frame,
        byte[] Pixels,
        byte[] Labels,
        byte[]? Original,
        RequestException? Fault
    );

    static Decoded Decode(PictureJob job, Decoding how)
    {
        try
        {
            var picture = PictureFile.Read(job.Path);
            var frame = how.Crops
                ? PictureResize.Filled(job.Id, picture.Width, picture.Height, how.Side)
                : PictureResize.Fit(job.Id, picture.Width, picture.Height, how.Side);
            var pixels = PictureResize.Pixels(picture, frame, how.Side, how.Crops);
            if (job.Mask is null)
                return new(frame, pixels, [], null, null);
            var mask = MaskFile.Read(job.Mask);
            MaskFolder.Check(new(job.Path, job.Mask), mask, how.Classes, byte.MaxValue);
            var labels = Array.ConvertAll(mask.Labels, static label => (byte)label);
            return new(
                frame,
                pixels,
                PictureResize.Labels(labels, frame, how.Side),
                how.KeepsOriginals ? labels : null,
                null
            );
        }
        catch (RequestException fault)
        {
            return new(default, [], [], null, fault);
        }
    }

    static void Write(BinaryWriter writer, IReadOnlyList<LabelledBox> boxes)
    {
        writer.Write(boxes.Count);
        foreach (var one in boxes)
        {
            foreach (var number in (double[])[one.Box.X, one.Box.Y, one.Box.Width, one.Box.Height, one.Area])
                writer.Write(number);
            writer.Write(one.Class);
            writer.Write(one.Crowd);
        }
    }

    static LabelledBox[] Boxes(BinaryReader reader)
    {
        var boxes = new LabelledBox[reader.ReadInt32()];
        for (var i = 0; i < boxes.Length; i++)
        {
            var box = new Box(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
            var area = reader.ReadDouble();
            boxes[i] = new(box, reader.ReadInt32(), area, reader.ReadBoolean());
        }
        return boxes;
    }

    /// <inheritdoc/>
    public PictureFrame FrameOf(int index) => _records[index].Frame;

    /// <inheritdoc/>
    public string NameOf(int index) => _records[index].Name;

    /// <inheritdoc/>
    public int ClassOf(int index) => _records[index].Class;

    /// <inheritdoc/>
    public IReadOnlyList<LabelledBox> BoxesOf(int index) => _records[index].Boxes;

    int Area => Side * Side;

    /// <inheritdoc/>
    public void CopyPixels(int index, Span<byte> into) =>
        new ReadOnlySpan<byte>(_start + _records[index].Offset, 3 * Area).CopyTo(into);

    /// <inheritdoc/>
    public void CopyLabels(int index, Span<byte> into)
    {
        if (_hasLabels)
            new ReadOnlySpan<byte>(_start + _records[index].Offset + 3 * Area, Area).CopyTo(into);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> OriginalLabels(int index)
    {
        var (frame, _, offset, _, hasOriginal, _) = _records[index];
        return hasOriginal ? new(_start + offset + 4 * Area, checked(frame.Width * frame.Height)) : default;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
