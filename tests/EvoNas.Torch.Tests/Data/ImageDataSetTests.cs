using System.Text;
using EvoNas.Torch.Data;
using EvoNas.Torch.Tests.Support;

namespace EvoNas.Torch.Tests.Data;

public class ImageDataSetTests
{
    [Theory, InlineData(true), InlineData(false)]
    public void IdxFilesAreReadPlainAndGzipped(bool gzipped)
    {
        using var set = new TinySet().WithFashionMnist(train: 30, test: 10, gzipped);
        var folder = set.Data.Locate(ImageDataSet.FashionMnist);
        var (train, test) = (
            ImageDataSet.FashionMnist.Read(folder, Part.Train),
            ImageDataSet.FashionMnist.Read(folder, Part.Test)
        );
        Assert.Equal((30, 10), (train.Count, test.Count));
        Assert.Equal(784, train.ImageSize);
        Assert.Equal(220, train.Pixels.Span[5 * 784 + train.Labels.Span[5] * 28 / 10]);
    }

    [Fact]
    public void CifarsPlanesBecomeChannelsLast()
    {
        using var set = new TinySet().WithCifar10(records: 4);
        var folder = set.Data.Locate(ImageDataSet.Cifar10);
        var images = ImageDataSet.Cifar10.Read(folder, Part.Train);
        Assert.Equal(20, images.Count);
        Assert.Equal([0, 1, 2, 3, 0], images.Labels[..5].ToArray());
        var file = File.ReadAllBytes(Path.Combine(folder, "data_batch_1.bin"));
        // Red, green and blue of the second pixel of the second image.
        Assert.Equal(
            [file[3073 + 1 + 1], file[3073 + 1 + 1025], file[3073 + 1 + 2049]],
            images.Pixels[(3072 + 3)..(3072 + 6)].ToArray()
        );
    }

    public static TheoryData<string, string, string> Damages =>
        new()
        {
            { "truncated", "8×28×28 values after the header", "6172" },
            { "magic", "0x00000803", "0x00000801" },
            { "size", "28×28", "14×56" },
            { "empty", "a header of 16 bytes", "0 bytes" },
            { "giant", "values after the header", "" },
        };

    [Theory, MemberData(nameof(Damages))]
    public void ADamagedIdxFileIsNamedWithWhatWasExpectedAndFound(string damage, string expected, string found)
    {
        using var set = new TinySet().WithFashionMnist(train: 8, gzipped: false);
        var path = Path.Combine(set.Folder(ImageDataSet.FashionMnist), "train-images-idx3-ubyte");
        var content = File.ReadAllBytes(path);
        switch (damage)
        {
            case "truncated":
                content = content[..^100];
                break;
            case "magic":
                content[3] = 1;
                break;
            case "size":
                (content[11], content[15]) = (14, 56);
                break;
            case "empty":
                content = [];
                break;
            case "giant":
                content[4] = 0x7f;
                break;
        }
        File.WriteAllBytes(path, content);
        var error = Assert.Throws<RequestException>(() =>
            ImageDataSet.FashionMnist.Read(set.Folder(ImageDataSet.FashionMnist), Part.Train)
        );
        Assert.Contains(path, error.Message);
        Assert.Contains(expected, error.Message);
        Assert.Contains(found, error.Message);
    }

    [Theory, InlineData(0.3), InlineData(0.97), InlineData(1.0)]
    public void ADamagedGzipStreamIsOneClearError(double place)
    {
        using var set = new TinySet().WithFashionMnist(train: 40);
        var path = Path.Combine(set.Folder(ImageDataSet.FashionMnist), "train-images-idx3-ubyte.gz");
        var content = File.ReadAllBytes(path);
        // Cut, or, at the end, one bit of the checksum turned.
        if (place < 1)
            content = content[..(int)(content.Length * place)];
        else
            content[^6] ^= 1;
        File.WriteAllBytes(path, content);
        var error = Assert.Throws<RequestException>(() =>
            ImageDataSet.FashionMnist.Read(set.Folder(ImageDataSet.FashionMnist), Part.Train)
        );
        Assert.Contains(path, error.Message);
        Assert.Contains("gzip", error.Message);
    }

    [Fact]
    public void LabelsThatDoNotFitTheImagesAreRefused()
    {
        using var set = new TinySet().WithFashionMnist(train: 8, gzipped: false);
        var path = Path.Combine(set.Folder(ImageDataSet.FashionMnist), "train-labels-idx1-ubyte");
        File.WriteAllBytes(path, TinySet.Labels(new byte[7]));
        Assert.Contains("8 labels", Read().Message);
        File.WriteAllBytes(path, TinySet.Labels([0, 1, 2, 3, 4, 10, 6, 7]));
        Assert.Contains("10 at index 5", Read().Message);

        RequestException Read() =>
            Assert.Throws<RequestException>(() =>
                ImageDataSet.FashionMnist.Read(set.Folder(ImageDataSet.FashionMnist), Part.Train)
            );
    }

    [Fact]
    public void ACifarFileOfHalfRecordsOrFewerThanItsSistersIsRefused()
    {
        using var set = new TinySet().WithCifar10(records: 4);
        var folder = set.Folder(ImageDataSet.Cifar10);
        var path = Path.Combine(folder, "data_batch_3.bin");
        var content = File.ReadAllBytes(path);
        File.WriteAllBytes(path, content[..^1]);
        Assert.Contains(
            "3072 over",
            Assert.Throws<RequestException>(() => ImageDataSet.Cifar10.Read(folder, Part.Train)).Message
        );
        File.WriteAllBytes(path, content[..^3073]);
        Assert.Contains(
            "4 records",
            Assert.Throws<RequestException>(() => ImageDataSet.Cifar10.Read(folder, Part.Train)).Message
        );
    }

    [Fact]
    public void TheFineLabelsOfCifar100AreReadAndTheCoarseOnesChecked()
    {
        using var set = new TinySet().WithCifar100([(3, 17), (19, 99), (3, 17), (0, 0)]);
        var folder = set.Folder(ImageDataSet.Cifar100);

        var images = ImageDataSet.Cifar100.Read(folder, Part.Train);

        Assert.Equal([17, 99, 17, 0], images.Labels.ToArray());
    }

    [Theory]
    [InlineData(20, 5, "coarse labels of 0 to 19", "20 at index 1")]
    [InlineData(4, 100, "labels of 0 to 99", "100 at index 1")]
    [InlineData(4, 17, "coarse label 3 with fine label 17, as before", "4 at index 1")]
    public void LabelsThatCifar100DoesNotHaveAreRefused(byte coarse, byte fine, string expected, string found)
    {
        using var set = new TinySet().WithCifar100([(3, 17), (coarse, fine)]);

        var error = Assert.Throws<RequestException>(() =>
            ImageDataSet.Cifar100.Read(set.Folder(ImageDataSet.Cifar100), Part.Train)
        );

        Assert.Contains("train.bin", error.Message);
        Assert.Contains(expected, error.Message);
        Assert.Contains(found, error.Message);
    }

    [Fact]
    public void AChecksumThatDiffersIsRefused()
    {
        using var set = new TinySet().WithCifar10(records: 2);
        var folder = set.Folder(ImageDataSet.Cifar10);
        var path = Path.Combine(folder, "test_batch.bin");
        File.WriteAllText(
            Path.Combine(folder, "SHA256SUMS"),
            $"{DataFile.Sha256(File.ReadAllBytes(path))}  test_batch.bin\n"
        );
        Assert.Equal(2, ImageDataSet.Cifar10.Read(folder, Part.Test).Count);
        var content = File.ReadAllBytes(path);
        content[100] ^= 1;
        File.WriteAllBytes(path, content);
        Assert.Contains(
            "SHA-256",
            Assert.Throws<RequestException>(() => ImageDataSet.Cifar10.Read(folder, Part.Test)).Message
        );
    }

    [Fact]
    public void AMissingSetIsNamedWithItsFolderFilesAndAddress()
    {
        using var set = new TinySet();
        var error = Assert.Throws<RequestException>(() => set.Data.Locate(ImageDataSet.Cifar100));
        Assert.Contains(Path.Combine(set.Root, "cifar-100"), error.Message);
        Assert.Contains("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz", error.Hint);
        Assert.Contains("train.bin", error.Hint);
    }

    [Fact]
    public async Task ADownloadThatIsNotWhatWasPublishedLeavesNothing()
    {
        using var set = new TinySet();
        var error = await Assert.ThrowsAsync<RequestException>(() =>
            set.Data.Fetch(
                ImageDataSet.Cifar100,
                (_, _) => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes("<html>"))),
                default
            )
        );
        Assert.Contains("MD5 03b5dce01913d631647c71ecec9e9cb8", error.Message);
        Assert.Empty(Directory.GetFiles(set.Folder(ImageDataSet.Cifar100)));
    }

    [Fact]
    public async Task ANetworkThatIsNotThereSaysWhatToDoByHand()
    {
        using var set = new TinySet();
        var error = await Assert.ThrowsAsync<RequestException>(() =>
            set.Data.Fetch(ImageDataSet.Cifar100, (_, _) => throw new HttpRequestException("No such host."), default)
        );
        Assert.Contains("No such host", error.Message);
        Assert.Contains("https://", error.Hint);
    }

    [Fact]
    public async Task AnArchiveIsUnpackedAndItsChecksumsAreKept()
    {
        using var packed = new MemoryStream();
        await using (
            var gzip = new System.IO.Compression.GZipStream(
                packed,
                System.IO.Compression.CompressionLevel.Fastest,
                leaveOpen: true
            )
        )
        await using (var tar = new System.Formats.Tar.TarWriter(gzip))
            foreach (
                var name in new[] { "cifar-100-binary/train.bin", "../../test.bin", "cifar-100-binary/readme.html" }
            )
                await tar.WriteEntryAsync(
                    new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name)
                    {
                        DataStream = new MemoryStream(new byte[3074]),
                    }
                );
        var content = packed.ToArray();
        var published = ImageDataSet.Cifar100 with
        {
            Downloads =
            [
                new(
                    "https://example.org/cifar-100-binary.tar.gz",
                    Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(content))
                ),
            ],
        };
        using var set = new TinySet();
        var folder = await set.Data.Fetch(
            published,
            (_, _) => Task.FromResult<Stream>(new MemoryStream(content)),
            default
        );
        Assert.Equal(
            ["SHA256SUMS", "test.bin", "train.bin"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order()
        );
        Assert.Equal(1, published.Read(folder, Part.Train).Count);
    }

    [Fact]
    public void AnUnknownSetSuggestsTheNearest() =>
        Assert.Contains(
            "fashion-mnist",
            Assert.Throws<RequestException>(() => ImageDataSet.Named("fashon-mnist")).Hint
        );
}
