using EvoNas.Genetics;
using EvoNas.Tasks.Detection;
using EvoNas.Tasks.Scenes;
using EvoNas.Torch.Data;
using EvoNas.Torch.Tests.Support;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Scenes;

public class SceneTests
{
    static SceneSet Some(int count = 6, int side = 64, ulong seed = 1)
    {
        using var files = new TinySet().WithFashionMnist(train: 20);
        var garments = ImageDataSet.FashionMnist.Read(files.Folder(ImageDataSet.FashionMnist), Part.Train);
        return SceneMaker.Of(garments, count, side, seed);
    }

    [Fact]
    public void BoxesAreWhereTheMasksAre()
    {
        var scenes = Some(count: 40);
        for (var i = 0; i < scenes.Count; i++)
        {
            Assert.InRange(scenes.Objects[i].Length, 1, 4);
            var mask = scenes.Labels.AsSpan(i * 64 * 64, 64 * 64);
            for (var at = 0; at < mask.Length; at++)
            {
                var (row, column, label) = (at / 64, at % 64, mask[at]);
                Assert.True(
                    label == 0
                        || scenes
                            .Objects[i]
                            .Any(one =>
                                one.Class + 1 == label
                                && row >= one.Top
                                && row < one.Top + one.Height
                                && column >= one.Left
                                && column < one.Left + one.Width
                            )
                );
            }
            // The last object covers the others, so its box is tight.
            var last = scenes.Objects[i][^1];
            for (var edge = 0; edge < 2; edge++)
            {
                var row = last.Top + edge * (last.Height - 1);
                var line = mask.Slice(row * 64 + last.Left, last.Width).ToArray();
                Assert.Contains((byte)(last.Class + 1), line);
            }
            Assert.Equal(mask.Length - mask.Count((byte)0), scenes.Objects[i].Sum(one => one.Area));
        }
    }

    [Fact]
    public void TheSameSeedMakesTheSameScenes()
    {
        var (one, again, other) = (Some(), Some(), Some(seed: 2));
        Assert.Equal(one.Pixels, again.Pixels);
        Assert.Equal(one.Labels, again.Labels);
        Assert.NotEqual(one.Pixels, other.Pixels);
    }

    [Fact]
    public void ScenesAreKeptAndADamagedFileIsMadeAnew()
    {
        using var files = new TinySet().WithFashionMnist(train: 20, test: 20);
        var said = new List<string>();
        FashionScenes.Make(files.Data, 32, said.Add);
        Assert.Equal(2, said.Count);
        var made = FashionScenes.Read(files.Data, 32, Part.Test, said.Add);
        Assert.Equal((2, FashionScenes.TestCount), (said.Count, made.Count));

        var path = FashionScenes.PathOf(files.Data, 32, Part.Test);
        var content = File.ReadAllBytes(path);
        content[^1] ^= 1;
        File.WriteAllBytes(path, content);
        var anew = FashionScenes.Read(files.Data, 32, Part.Test, said.Add);
        Assert.Equal(3, said.Count);
        Assert.Equal(made.Pixels, anew.Pixels);
        Assert.Equal(made.Labels, anew.Labels);
        Assert.Equal(made.Objects, anew.Objects);
    }

    [Fact]
    public void BoxesMoveAsTheirImagesDo()
    {
        // One bright rectangle on black: after any move its box is where the light is.
        const int Side = 32;
        var pixels = new byte[Side * Side * 3];
        for (var row = 8; row < 20; row++)
            pixels.AsSpan((row * Side + 4) * 3, 16 * 3).Fill(255);
        var scenes = new SceneSet(
            Side,
            pixels,
            new byte[Side * Side],
            [
                [new(2, 4, 8, 16, 12, 192)],
            ]
        );
        foreach (var jitter in (Jitter[])[new(true), new(true, 0.5, 0.8), new(true, 1.2, 2), new(false, 0.5, 2)])
        {
            using var samples = new DetectionSamples(scenes, [0], normalize: false, jitter, CPU);
            for (var roll = 0; roll < 8; roll++)
            {
                using var scope = NewDisposeScope();
                using var epoch = samples.Begin(SeededRandom.For(1, $"roll {roll}"));
                var (images, truth) = epoch.Batch(0, 1);
                var light = images[0, 0].gt(0.5);
                var (rows, columns) = (light.any(1).nonzero(), light.any(0).nonzero());
                var box = truth[0][0, 0];
                Assert.Equal(3, truth[1][0, 0].item<long>());
                Assert.Equal(rows.min().item<long>(), box[0].item<float>(), 1.01);
                Assert.Equal(columns.min().item<long>(), box[1].item<float>(), 1.01);
                Assert.Equal(rows.max().item<long>() + 1, box[2].item<float>(), 1.01);
                Assert.Equal(columns.max().item<long>() + 1, box[3].item<float>(), 1.01);
            }
        }
    }

    [Fact]
    public void AnObjectThatIsCroppedAwayIsNone()
    {
        var scenes = new SceneSet(
            32,
            new byte[32 * 32 * 3],
            new byte[32 * 32],
            [
                [new(2, 30, 30, 2, 2, 4)],
            ]
        );
        using var samples = new DetectionSamples(scenes, [0], normalize: true, new(false, 4, 4), CPU);
        var kept = 0;
        for (var roll = 0; roll < 20; roll++)
        {
            using var scope = NewDisposeScope();
            using var epoch = samples.Begin(SeededRandom.For(1, $"roll {roll}"));
            var (_, truth) = epoch.Batch(0, 1);
            var hasArea =
                truth[0][0, 0, 2].item<float>() > truth[0][0, 0, 0].item<float>()
                && truth[0][0, 0, 3].item<float>() > truth[0][0, 0, 1].item<float>();
            Assert.Equal(hasArea ? 3 : -1, truth[1][0, 0].item<long>());
            kept += hasArea ? 1 : 0;
        }
        Assert.InRange(kept, 0, 19);
    }
}
