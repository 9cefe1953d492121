using EvoNas.Genetics;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Volumes;

/// <summary>The windows by which whole cases are judged, case after case. The truth of a batch is classes
/// [n, X, Y, Z], int64.</summary>
sealed class WindowSamples : Samples
{
    readonly IReadOnlyList<PreparedCase> _cases;
    readonly (PreparedCase Case, (int X, int Y, int Z) Start)[] _windows;
    readonly torch.Device _device;

    /// <param name="cases">Normalised; this owns them.</param>
    /// <param name="recipe">Window and overlap.</param>
    /// <param name="device">Where batches go.</param>
    public WindowSamples(IReadOnlyList<PreparedCase> cases, VolumeRecipe recipe, torch.Device device)
    {
        (_cases, _device, Window) = (cases, device, recipe.Window);
        _windows =
        [
            .. from one in cases
            from start in WindowPlan.Of(one.Size, recipe.Window, recipe.Overlap)
            select (one, start),
        ];
    }

    public override int Count => _windows.Length;

    /// <summary>Voxels of a window.</summary>
    public Grid Window { get; }

    /// <summary>A window: its case, its first voxel, and whether the case has no later one.</summary>
    public (PreparedCase Case, (int X, int Y, int Z) Start, bool IsLast) this[int index] =>
        (
            _windows[index].Case,
            _windows[index].Start,
            index + 1 == _windows.Length || _windows[index + 1].Case != _windows[index].Case
        );

    public override SampledEpoch Begin(SeededRandom random) => new Epoch(this, Split.Shuffled(Count, random));

    public override Batch Plain(int start, int count) => Cut(Enumerable.Range(start, count));

    Batch Cut(IEnumerable<int> chosen)
    {
        using var scope = NewDisposeScope();
        var windows = chosen.Select(index => _windows[index]).ToArray();
        return new(
            stack([.. windows.Select(one => Part(one.Case.Image, 1, one.Start))]).to(_device).MoveToOuterDisposeScope(),
            [
                stack([.. windows.Select(one => Part(one.Case.Labels, 0, one.Start))])
                    .to(_device)
                    .to(ScalarType.Int64)
                    .MoveToOuterDisposeScope(),
            ]
        );
    }

    Tensor Part(Tensor maps, int axis, (int X, int Y, int Z) start) =>
        maps.narrow(axis, start.X, Window.X).narrow(axis + 1, start.Y, Window.Y).narrow(axis + 2, start.Z, Window.Z);

    public override void Dispose()
    {
        foreach (var one in _cases)
            one.Dispose();
    }

    sealed class Epoch(WindowSamples samples, int[] order) : SampledEpoch
    {
        public override Batch Batch(int start, int count) => samples.Cut(order.Skip(start).Take(count));

        public override void Dispose() { }
    }
}
