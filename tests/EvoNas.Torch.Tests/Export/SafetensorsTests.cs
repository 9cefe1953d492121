using System.Buffers.Binary;
using System.Text;
using EvoNas.Torch.Export;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Export;

/// <summary>Weights in a file, read back.</summary>
public sealed class SafetensorsTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evonas-safetensors");

    string File => Path.Combine(_folder.FullName, "weights.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void WeightsComeBackAsTheyWere()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var written = new NetworkModule(Some.SmallNetwork());
        using (no_grad())
            foreach (var (_, tensor) in written.Tensors)
                tensor.normal_();
        Safetensors.Write(File, written, [("epoch", "7")]);
        using var read = new NetworkModule(Some.SmallNetwork());
        var about = Safetensors.Load(File, read);
        Assert.Equal("7", about["epoch"]);
        foreach (var (one, other) in written.Tensors.Zip(read.Tensors))
        {
            Assert.Equal(one.Name, other.Name);
            Assert.True(one.Tensor.equal(other.Tensor).all().item<bool>(), one.Name);
        }
    }

    [Fact]
    public void WeightsOfAnotherNetworkAreRefused()
    {
        using (var written = new NetworkModule(Some.SmallNetwork()))
            Safetensors.Write(File, written, []);
        Refuses(File, "another network");
    }

    [Fact]
    public void AnotherShapeIsRefused()
    {
        using (var written = new NetworkModule(Some.TinyNetwork))
            Safetensors.Write(File, [.. written.Tensors.Select(part => (part.Name, part.Tensor.flatten()))], []);
        Refuses(File, "the network needs [");
    }

    [Fact]
    public void AMissingTensorIsRefused()
    {
        using (var written = new NetworkModule(Some.TinyNetwork))
            Safetensors.Write(File, [.. written.Tensors.Skip(1)], []);
        Refuses(File, "has no tensor");
    }

    [Fact]
    public void AFileThatWasCutIsRefusedAndNoWeightIsTaken()
    {
        using (var written = new NetworkModule(Some.TinyNetwork))
        {
            using (no_grad())
                foreach (var (_, tensor) in written.Tensors)
                    tensor.fill_(5);
            Safetensors.Write(File, written, []);
        }
        using (var file = System.IO.File.Open(File, FileMode.Open))
            file.SetLength(file.Length - 1);
        using var read = Refuses(File, "no whole safetensors file");
        Assert.DoesNotContain(read.Tensors, part => (part.Tensor == 5).all().item<bool>());
    }

    public static TheoryData<byte[]> Damaged =>
        [
            [],
            [1, 2, 3],
            Whole("{"),
            Whole("[]"),
            Whole("""{"stem.conv.weight":5}"""),
            Whole("""{"stem.conv.weight":{"dtype":"F32","shape":[4,1,3,3]}}"""),
            Whole("""{"stem.conv.weight":{"dtype":"F32","shape":[4,1,3,3],"data_offsets":[-4,140]}}"""),
            Whole("""{"stem.conv.weight":{"dtype":"F16","shape":[4,1,3,3],"data_offsets":[0,72]}}"""),
            [255, 255, 255, 255, 255, 255, 255, 127, 0, 0],
        ];

    [Theory, MemberData(nameof(Damaged))]
    public void ADamagedFileIsRefused(byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File, bytes);
        Refuses(File, "weights.safetensors'").Dispose();
    }

    [Fact]
    public void AFileThatIsNotThereIsRefused() => Refuses(File, "cannot be read").Dispose();

    static NetworkModule Refuses(string file, string why)
    {
        var module = new NetworkModule(Some.TinyNetwork);
        Assert.Contains(why, Assert.Throws<RequestException>(() => Safetensors.Load(file, module)).Message);
        return module;
    }

    static byte[] Whole(string header)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        return bytes;
    }
}
