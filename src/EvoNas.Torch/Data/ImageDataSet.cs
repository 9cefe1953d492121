using EvoNas.Networks;
using EvoNas.Spaces;

namespace EvoNas.Torch.Data;

/// <summary>The two parts in which the sets are published.</summary>
public enum Part
{
    /// <summary>What a search trains and validates on.</summary>
    Train,

    /// <summary>What a search never sees.</summary>
    Test,
}

/// <summary>How the files of a set are laid out.</summary>
public enum ImageFormat
{
    /// <summary>Big-endian header with the sides, then bytes; images and labels in a file each, plain or gzipped (LeCun
    /// et al. 1998).</summary>
    Idx,

    /// <summary>Records of a label byte and 3×32×32 bytes, channels first (Krizhevsky 2009).</summary>
    Cifar,

    /// <summary>As <see cref="Cifar"/> with a coarse label byte before the fine one.</summary>
    CifarFine,
}

/// <summary>A file to fetch.</summary>
/// <param name="Url">Where its authors publish it.</param>
/// <param name="Md5">Of the file as published, 32 hexadecimal digits.</param>
public sealed record Download(string Url, string Md5)
{
    /// <summary>The last segment of the address.</summary>
    public string FileName => Url[(Url.LastIndexOf('/') + 1)..];
}

/// <summary>A published set of labelled images: what it holds, where it comes from, how it is read.</summary>
/// <param name="Name">What users call it; also its folder under the data folder.</param>
/// <param name="Title">What its authors call it.</param>
/// <param name="Shape">Of one image: [C, H, W].</param>
/// <param name="Classes">Labels are 0 to Classes − 1.</param>
/// <param name="Mean">Of the training part, a number a channel, in [0, 1].</param>
/// <param name="Deviation">Standard deviation of the training part, a number a channel.</param>
/// <param name="HasMirrors">True where a mirrored image is of the same class; false for digits.</param>
/// <param name="Format">How the files are laid out.</param>
/// <param name="TrainFiles">Images then labels for <see cref="ImageFormat.Idx"/>; else files of records.</param>
/// <param name="TestFiles">Likewise.</param>
/// <param name="Downloads">The files themselves, or one archive that holds them.</param>
public sealed record ImageDataSet(
    string Name,
    string Title,
    Shape Shape,
    int Classes,
    Sequence<double> Mean,
    Sequence<double> Deviation,
    bool HasMirrors,
    ImageFormat Format,
    Sequence<string> TrainFiles,
    Sequence<string> TestFiles,
    Sequence<Download> Downloads
)
{
    /// <summary>Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747.</summary>
    public static readonly ImageDataSet FashionMnist = Idx(
        "fashion-mnist",
        "Fashion-MNIST",
        0.2860,
        0.3530,
        true,
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79",
        "bb300cfdad3c16e7a12a480ee83cd310"
    );

    /// <summary>LeCun, Bottou, Bengio and Haffner 1998.</summary>
    public static readonly ImageDataSet Mnist = Idx(
        "mnist",
        "MNIST",
        0.1307,
        0.3081,
        false,
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "d53e105ee54ea40749a09fcbcd1e9432",
        "9fb629c4189551a2d022fa330f9573f3",
        "ec29112dd5afa0611ce80d1b7f02629c"
    );

    /// <summary>Krizhevsky 2009, <i>Learning Multiple Layers of Features from Tiny Images</i>.</summary>
    public static readonly ImageDataSet Cifar10 = new(
        "cifar-10",
        "CIFAR-10",
        Shape.Of(3, 32, 32),
        10,
        [0.4914, 0.4822, 0.4465],
        [0.2470, 0.2435, 0.2616],
        true,
        ImageFormat.Cifar,
        [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")],
        ["test_batch.bin"],
        [new("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530")]
    );

    /// <summary>Krizhevsky 2009, with the 100 fine labels.</summary>
    public static readonly ImageDataSet Cifar100 = new(
        "cifar-100",
        "CIFAR-100",
        Shape.Of(3, 32, 32),
        100,
        [0.5071, 0.4865, 0.4409],
        [0.2673, 0.2564, 0.2762],
        true,
        ImageFormat.CifarFine,
        ["train.bin"],
        ["test.bin"],
        [new("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8")]
    );

    /// <summary>Images of the training part.</summary>
    public int TrainCount => Format == ImageFormat.Idx ? 60_000 : 50_000;

    /// <summary>Every set that is known.</summary>
    public static readonly Sequence<ImageDataSet> All = [FashionMnist, Mnist, Cifar10, Cifar100];

    /// <summary>The set of a name.</summary>
    /// <exception cref="RequestException">There is none; suggests the nearest.</exception>
    public static ImageDataSet Named(string name)
    {
        foreach (var set in All)
            if (set.Name == name)
                return set;
        throw Nearest.Unknown("data set", name, [.. All.Select(set => set.Name)]);
    }

    /// <summary>What networks are built for when they are trained on this set.</summary>
    /// <param name="side">Of the image after resizing; 0 leaves it as it is.</param>
    public Target Target(int side = 0) => new(side == 0 ? Shape : Shape.Of(Shape.Channels, side, side), Classes);

    /// <summary>Reads one part from its files.</summary>
    /// <param name="folder">Holds the files.</param>
    /// <param name="part">Which.</param>
    /// <exception cref="RequestException">A file is missing, truncated or corrupt, or is none of this set; names file,
    /// expected and found.</exception>
    public ImageSet Read(string folder, Part part)
    {
        var files = part == Part.Train ? TrainFiles : TestFiles;
        return Format == ImageFormat.Idx
            ? IdxFile.ReadSet(DataFile.In(folder, files[0]), DataFile.In(folder, files[1]), Shape, Classes)
            : CifarFile.ReadSet(
                [.. files.Select(file => DataFile.In(folder, file))],
                Shape,
                Classes,
                fine: Format == ImageFormat.CifarFine
            );
    }

    static ImageDataSet Idx(
        string name,
        string title,
        double mean,
        double deviation,
        bool hasMirrors,
        string address,
        string trainImages,
        string trainLabels,
        string testImages,
        string testLabels
    )
    {
        Sequence<string> train = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
            test = ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];
        return new(
            name,
            title,
            Shape.Of(1, 28, 28),
            10,
            [mean],
            [deviation],
            hasMirrors,
            ImageFormat.Idx,
            train,
            test,
            [
                new($"{address}{train[0]}.gz", trainImages),
                new($"{address}{train[1]}.gz", trainLabels),
                new($"{address}{test[0]}.gz", testImages),
                new($"{address}{test[1]}.gz", testLabels),
            ]
        );
    }
}
