using EvoNas.Tasks.Data;
using EvoNas.Tasks.Volumes;

namespace EvoNas.Tasks.Tests.Volumes;

public sealed class PhantomTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PhantomFact]
    public void TheHalvesOfAHeadAreMadeOnceAndAnewWhenTheyAreDamaged()
    {
        var said = new List<string>();
        var folder = Phantom.Provide(new(_folder.Path), said.Add);
        Assert.Equal($"Making the two halves of a head of 2 mm in {folder}.", Assert.Single(said));
        var set = VolumeFolder.Read(folder, new());
        var (left, leftLabels) = VolumeFolder.ReadCase(set, Assert.Single(set.Cases), new());
        var (right, rightLabels) = VolumeFolder.ReadCase(set, Assert.Single(set.Validation), new());
        foreach (var half in (Volume[])[left[0], right[0]])
        {
            Assert.Equal([45, 108, 90], half.Shape);
            Assert.Equal([2, 2, 2], half.Spacing);
        }
        // The sides of a head differ a little.
        Assert.NotEqual(left[0].Values, right[0].Values);
        foreach (var labels in (ushort[][])[leftLabels, rightLabels])
        {
            var counts = labels.CountBy(one => (int)one).ToDictionary(one => one.Key, one => one.Value);
            Assert.Equal([0, 1, 2, 3], counts.Keys.Order());
            Assert.InRange(counts[1], 65_000, 85_000);
            Assert.InRange(counts[2], 2_500, 6_000);
            Assert.InRange(counts[3], 6_000, 16_000);
        }
        // Where both halves have nuclei: they lie upon each other.
        var both = leftLabels.Zip(rightLabels).Count(pair => pair is (2, 2));
        Assert.InRange(both, 1_500, 6_000);

        Phantom.Provide(new(_folder.Path), said.Add);
        Assert.Single(said);
        var image = Path.Combine(folder, "imagesTr", "left.nii.gz");
        var bytes = File.ReadAllBytes(image);
        File.WriteAllBytes(image, bytes[..1000]);
        Phantom.Provide(new(_folder.Path), said.Add);
        Assert.Equal(2, said.Count);
        Assert.Equal(bytes, File.ReadAllBytes(image));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(folder), path => path.EndsWith(".partial"));
    }

    [Fact]
    public void WithoutThePackageOneErrorNamesIt()
    {
        var error = Assert.Throws<RequestException>(() =>
            Phantom.Provide(new(_folder.Path), package: _folder.At("nothing"))
        );
        Assert.Contains("ch2.nii.gz' is missing", error.Message);
        Assert.Contains("apt-get install mricron-data", error.Hint);
    }

    [Fact]
    public void OtherVolumesOfThoseNamesAreRefused()
    {
        var volume = new Volume([2, 2, 2], [1, 1, 1], new double[3, 4], new float[8], 0);
        foreach (var name in (string[])["ch2.nii.gz", "aal.nii.gz"])
            NiftiWriter.Write(_folder.At(name), volume);
        Assert.Contains(
            "has 2 x 2 x 2 voxels; 181 x 217 x 181 were expected",
            Assert
                .Throws<RequestException>(() => Phantom.Provide(new(_folder.At("data")), package: _folder.Path))
                .Message
        );
    }

    [Fact]
    public void RegionsBelongToFourClasses()
    {
        var counts = Enumerable.Range(0, 117).CountBy(region => Phantom.ClassOf(region)).OrderBy(one => one.Key);
        Assert.Equal([1, 78, 12, 26], counts.Select(one => one.Value));
        Assert.Equal([2, 1, 2, 3, 3], ((int[])[37, 39, 78, 91, 116]).Select(region => (int)Phantom.ClassOf(region)));
    }

    [Theory]
    [InlineData("volume.nii")]
    [InlineData("volume.nii.gz")]
    public void WhatIsWrittenIsRead(string name)
    {
        var (image, labels) = Solids.Of(1);
        NiftiWriter.Write(_folder.At(name), image);
        var read = NiftiFile.Read(_folder.At(name));
        Assert.Equal(image.Values, read.Values);
        Assert.Equal(image.Shape, read.Shape);
        Assert.True(read.SharesGridWith(image));
        NiftiWriter.Write(_folder.At(name), image, labels);
        Assert.Equal(labels.Select(one => (ushort)one), NiftiFile.Read(_folder.At(name)).ToLabels(name));
    }
}

/// <summary>A test that needs the volumes of Debian's mricron-data.</summary>
[AttributeUsage(AttributeTargets.Method)]
class PhantomFactAttribute : FactAttribute
{
    public PhantomFactAttribute()
    {
        if (!File.Exists(Path.Combine(Phantom.PackageFolder, "ch2.nii.gz")))
            Skip = "Needs Colin 27 and AAL: apt-get install mricron-data.";
    }
}

/// <summary>Such a test of minutes: it runs where <c>EVONAS_LONG</c> is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class LongPhantomFactAttribute : PhantomFactAttribute
{
    public LongPhantomFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("EVONAS_LONG")))
            Skip ??= "Takes minutes; set EVONAS_LONG to run it.";
    }
}
