using System.Buffers.Binary;
using System.IO.Compression;
using EvoNas.Torch.Data;

namespace EvoNas.Torch.Tests.Support;

/// <summary>A data folder of its own with small real files, gone with the test.</summary>
sealed class TinySet : IDisposable
{
    public TinySet() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), "evonas-test-" + Guid.NewGuid().ToString("n"));

    public DataFolder Data => new(Root);

    public string Folder(ImageDataSet set) => Directory.CreateDirectory(Path.Combine(Root, set.Name)).FullName;

    /// <summary>Fashion-MNIST files whose class is told by where a bright bar lies, under noise: learnt within a few
    /// steps.</summary>
    public TinySet WithFashionMnist(int train = 512, int test = 128, bool gzipped = true)
    {
        var folder = Folder(ImageDataSet.FashionMnist);
        WriteIdx(folder, "train", train, seed: 1, gzipped);
        WriteIdx(folder, "t10k", test, seed: 2, gzipped);
        return this;
    }

    /// <summary>CIFAR-10 files, five batches and a test batch of so many records.</summary>
    public TinySet WithCifar10(int records = 20)
    {
        var folder = Folder(ImageDataSet.Cifar10);
        var chance = new Random(3);
        foreach (var file in ImageDataSet.Cifar10.TrainFiles.Concat(ImageDataSet.Cifar10.TestFiles))
        {
            var content = new byte[records * 3073];
            chance.NextBytes(content);
            for (var i = 0; i < records; i++)
                content[i * 3073] = (byte)(i % 10);
            File.WriteAllBytes(Path.Combine(folder, file), content);
        }
        return this;
    }

    /// <summary>CIFAR-100 files, training and test alike, with these labels.</summary>
    public TinySet WithCifar100((byte Coarse, byte Fine)[] labels)
    {
        var folder = Folder(ImageDataSet.Cifar100);
        foreach (var file in ImageDataSet.Cifar100.TrainFiles.Concat(ImageDataSet.Cifar100.TestFiles))
        {
            var content = new byte[labels.Length * 3074];
            for (var i = 0; i < labels.Length; i++)
                (content[i * 3074], content[i * 3074 + 1]) = labels[i];
            File.WriteAllBytes(Path.Combine(folder, file), content);
        }
        return this;
    }

    public static byte[] Images(byte[] labels, int seed)
    {
        var content = new byte[16 + labels.Length * 784];
        BinaryPrimitives.WriteInt32BigEndian(content, 0x803);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4), labels.Length);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(8), 28);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(12), 28);
        var chance = new Random(seed);
        for (var i = 0; i < labels.Length; i++)
        {
            var image = content.AsSpan(16 + i * 784, 784);
            for (var at = 0; at < 784; at++)
                image[at] = (byte)chance.Next(60);
            for (var row = 0; row < 28; row++)
                image.Slice(row * 28 + labels[i] * 28 / 10, 3).Fill(220);
        }
        return content;
    }

    public static byte[] Labels(byte[] labels)
    {
        var content = new byte[8 + labels.Length];
        BinaryPrimitives.WriteInt32BigEndian(content, 0x801);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4), labels.Length);
        labels.CopyTo(content, 8);
        return content;
    }

    public static void Write(string path, byte[] content, bool gzipped)
    {
        if (!gzipped)
        {
            File.WriteAllBytes(path, content);
            return;
        }
        using var stream = new GZipStream(File.Create(path + ".gz"), CompressionLevel.Fastest);
        stream.Write(content);
    }

    static void WriteIdx(string folder, string part, int count, int seed, bool gzipped)
    {
        var chance = new Random(seed);
        var labels = Enumerable.Range(0, count).Select(_ => (byte)chance.Next(10)).ToArray();
        Write(Path.Combine(folder, $"{part}-images-idx3-ubyte"), Images(labels, seed), gzipped);
        Write(Path.Combine(folder, $"{part}-labels-idx1-ubyte"), Labels(labels), gzipped);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
