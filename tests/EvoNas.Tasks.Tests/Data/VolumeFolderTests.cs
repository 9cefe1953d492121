using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Tests.Data;

public sealed class VolumeFolderTests : IDisposable
{
    const string Decathlon = """
        {"modality": {"0": "T1"}, "labels": {"0": "background", "1": "tumour"},
         "training": [{"image": "./imagesTr/a.nii", "label": "./labelsTr/a.nii"}], "test": ["./imagesTs/b.nii"]}
        """;

    readonly TemporaryFolder _folder = new();
    readonly DataReport _report = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheDecathlonsLayoutIsRead()
    {
        _folder.Write("dataset.json", Decathlon);
        _folder.Write("imagesTr/a.nii", Nifti(2, 1f, [0, 1, 2, 3, 4, 5, 6, 7]));
        _folder.Write("labelsTr/a.nii", Nifti(2, 1f, [0, 1, 0, 1, 0, 0, 0, 0.9999f]));
        var set = VolumeFolder.Read(_folder.Path, _report);
        Assert.Equal(("msd", "T1", "tumour"), (set.Kind, set.Channels[0], set.Labels[1]));
        var (channels, labels) = VolumeFolder.ReadCase(set, Assert.Single(set.Cases), _report);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], Assert.Single(channels).Values);
        Assert.Equal(new ushort[] { 0, 1, 0, 1, 0, 0, 0, 1 }, labels);
    }

    [Fact]
    public void NnUnetsLayoutHasAFileAChannel()
    {
        _folder.Write(
            "dataset.json",
            """
            {"channel_names": {"0": "CT", "1": "PET"}, "labels": {"background": 0, "whole": [1, 2], "core": 2},
             "file_ending": ".nii"}
            """
        );
        _folder.Write("imagesTr/a_0000.nii", Nifti(2, 1f, new float[8]));
        _folder.Write("imagesTr/a_0001.nii", Nifti(2, 1f, new float[8]));
        _folder.Write("labelsTr/a.nii", Nifti(2, 1f, [2, 1, 0, 0, 0, 0, 0, 0]));
        _folder.Write("labelsTr/._a.nii", "macOS");
        var set = VolumeFolder.Read(_folder.Path, _report);
        Assert.Equal(("nnunet", "whole", "core"), (set.Kind, set.Labels[1], set.Labels[2]));
        Assert.Equal(2, VolumeFolder.ReadCase(set, Assert.Single(set.Cases), _report).Channels.Length);
    }

    [Theory]
    [InlineData(3, "voxel (1, 0, 0): the label 3 is not in dataset.json")]
    [InlineData(0.5f, "voxel (1, 0, 0): a label is a whole number")]
    [InlineData(-1, "voxel (1, 0, 0): a label is a whole number")]
    public void LabelsThatTheSetDoesNotNameAreRefused(float label, string expected)
    {
        _folder.Write("dataset.json", Decathlon);
        _folder.Write("imagesTr/a.nii", Nifti(2, 1f, new float[8]));
        _folder.Write("labelsTr/a.nii", Nifti(2, 1f, [0, label, 0, 0, 0, 0, 0, 0]));
        var set = VolumeFolder.Read(_folder.Path, _report);
        var error = Assert.Throws<RequestException>(() => VolumeFolder.ReadCase(set, set.Cases[0], _report));
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void AnotherGridThanTheImagesIsRefused()
    {
        _folder.Write("dataset.json", Decathlon);
        _folder.Write("imagesTr/a.nii", Nifti(2, 1f, new float[8]));
        _folder.Write("labelsTr/a.nii", Nifti(2, 1.1f, new float[8]));
        var set = VolumeFolder.Read(_folder.Path, _report);
        var error = Assert.Throws<RequestException>(() => VolumeFolder.ReadCase(set, set.Cases[0], _report));
        Assert.Contains("lies on another grid", error.Message);
    }

    [Fact]
    public void CasesWithoutFilesAreRefusedOrLeftOut()
    {
        _folder.Write("dataset.json", Decathlon);
        Assert.Contains(
            "lacks files of 1 cases: imagesTr/a.nii",
            Assert.Throws<RequestException>(() => VolumeFolder.Read(_folder.Path, _report)).Message
        );
        Assert.Empty(VolumeFolder.Read(_folder.Path, new() { SkipMissing = true }).Cases);
    }

    [Fact]
    public void ValuesThatAreNoNumbersAreReplacedAndCountedUpToOnePercent()
    {
        var values = new float[1000];
        values[7] = float.NaN;
        Assert.Equal(1, NiftiFile.Read(_folder.Write("a.nii", Nifti(10, 1f, values))).Replaced);
        for (var i = 0; i < 11; i++)
            values[i] = float.PositiveInfinity;
        var error = Assert.Throws<RequestException>(() =>
            NiftiFile.Read(_folder.Write("b.nii", Nifti(10, 1f, values)))
        );
        Assert.Contains("11 of 1000 values are NaN or infinite", error.Message);
    }

    [Fact]
    public void APairOfFilesIsOneVolume()
    {
        var whole = Nifti(2, 1f, [0, 1, 2, 3, 4, 5, 6, 7]);
        var head = whole[..348];
        "ni1\0"u8.CopyTo(head.AsSpan(344));
        head.AsSpan(108, 4).Clear();
        _folder.Write("a.hdr", head);
        var data = _folder.Write("a.img", whole[352..]);
        Assert.Equal(7, NiftiFile.Read(data).Values[7]);
        Assert.Equal(7, NiftiFile.Read(_folder.At("a.hdr")).Values[7]);
    }

    /// <summary>A cube of float32 with equal spacing.</summary>
    internal static byte[] Nifti(int side, float spacing, float[] values)
    {
        using var file = new MemoryStream(new byte[352 + values.Length * 4]);
        using var writer = new BinaryWriter(file);
        void At(int place, Action write)
        {
            file.Position = place;
            write();
        }
        At(0, () => writer.Write(348));
        for (var i = 0; i < 4; i++)
        {
            var (axis, length) = (i, i == 0 ? (short)3 : (short)side);
            At(40 + 2 * axis, () => writer.Write(length));
        }
        At(70, () => writer.Write((short)16));
        At(108, () => writer.Write(352f));
        At(254, () => writer.Write((short)1));
        for (var i = 0; i < 3; i++)
        {
            var axis = i;
            At(80 + 4 * axis, () => writer.Write(spacing));
            At(280 + 20 * axis, () => writer.Write(spacing));
        }
        At(344, () => writer.Write("n+1\0"u8));
        At(
            352,
            () =>
            {
                foreach (var value in values)
                    writer.Write(value);
            }
        );
        return file.ToArray();
    }
}
