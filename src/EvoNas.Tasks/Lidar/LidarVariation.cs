using EvoNas.Genetics;
using EvoNas.Torch.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Lidar;

/// <summary>How scans are varied: objects of other scans put into them, then mirrored, turned and scaled.</summary>
/// <param name="Mirror">Whether half of them are mirrored left to right (y becomes −y).</param>
/// <param name="Turn">The largest angle, in radians.</param>
/// <param name="ScaleMin">The smallest factor.</param>
/// <param name="ScaleMax">The largest factor.</param>
/// <param name="Paste">Objects that a scan has afterwards; 0: none are put into it.</param>
/// <remarks>Source: Yan, Mao and Li 2018, doi:10.3390/s18103337, §3.4.</remarks>
sealed record LidarVariation(bool Mirror, double Turn = 0, double ScaleMin = 1, double ScaleMax = 1, int Paste = 0)
{
    /// <summary>Rolls an epoch and puts it on a device.</summary>
    /// <param name="count">Scans.</param>
    /// <param name="objects">Objects to choose from.</param>
    /// <param name="random">All chance.</param>
    /// <param name="device">Where the scans are.</param>
    public LidarMoves Roll(int count, int objects, SeededRandom random, torch.Device device)
    {
        var order = Array.ConvertAll(Split.Shuffled(count, random), index => (long)index);
        var paste = objects == 0 ? 0 : Paste;
        var (flips, turns, scales, pasted) = (
            new float[count],
            new float[count],
            new float[count],
            new long[count * paste]
        );
        for (var i = 0; i < count; i++)
        {
            flips[i] = Mirror && random.Below(2) == 1 ? -1 : 1;
            turns[i] = (float)((2 * random.Unit() - 1) * Turn);
            scales[i] = (float)(ScaleMin + random.Unit() * (ScaleMax - ScaleMin));
            for (var j = 0; j < paste; j++)
                pasted[i * paste + j] = random.Below(objects);
        }
        using var scope = NewDisposeScope();
        return new(
            tensor(order, device: device).DetachFromDisposeScope(),
            tensor(flips, device: device).DetachFromDisposeScope(),
            tensor(turns, device: device).DetachFromDisposeScope(),
            tensor(scales, device: device).DetachFromDisposeScope(),
            tensor(pasted, [count, paste], device: device).DetachFromDisposeScope()
        );
    }
}

/// <summary>What becomes of each of some scans.</summary>
/// <param name="Chosen">[n], indices of the scans.</param>
/// <param name="Flip">[n], 1 or −1: what y is multiplied by.</param>
/// <param name="Turn">[n], radians.</param>
/// <param name="Scale">[n], the factor.</param>
/// <param name="Pasted">[n, S], indices of objects that are put in where there is room.</param>
sealed record LidarMoves(Tensor Chosen, Tensor Flip, Tensor Turn, Tensor Scale, Tensor Pasted) : IDisposable
{
    /// <summary>Of a part of the scans; its tensors belong to the scope of the caller.</summary>
    public LidarMoves Part(int start, int count) =>
        new(
            Chosen.narrow(0, start, count),
            Flip.narrow(0, start, count),
            Turn.narrow(0, start, count),
            Scale.narrow(0, start, count),
            Pasted.narrow(0, start, count)
        );

    /// <summary>Points where they are then.</summary>
    /// <param name="points">[n, M, 5].</param>
    /// <returns>[n, M, 5]; the caller's, or its scope's.</returns>
    public Tensor Points(Tensor points)
    {
        using var scope = NewDisposeScope();
        var (x, y) = Turned(points);
        return cat(
                [stack([x, y, points.select(2, 2) * Scale.unsqueeze(1)], 2), points.narrow(2, 3, points.size(2) - 3)],
                2
            )
            .MoveToOuterDisposeScope();
    }

    /// <summary>Boxes where they are then.</summary>
    /// <param name="boxes">[n, B, 7].</param>
    /// <returns>[n, B, 7]; the caller's, or its scope's.</returns>
    public Tensor Boxes(Tensor boxes)
    {
        using var scope = NewDisposeScope();
        var (x, y) = Turned(boxes);
        var heading = boxes.select(2, 6) * Flip.unsqueeze(1) + Turn.unsqueeze(1);
        return cat([stack([x, y], 2), boxes.narrow(2, 2, 4) * Scale.view(-1, 1, 1), heading.unsqueeze(2)], 2)
            .MoveToOuterDisposeScope();
    }

    (Tensor X, Tensor Y) Turned(Tensor places)
    {
        var (sine, cosine) = (Turn.sin().unsqueeze(1), Turn.cos().unsqueeze(1));
        var (x, y) = (places.select(2, 0), places.select(2, 1) * Flip.unsqueeze(1));
        var scale = Scale.unsqueeze(1);
        return ((x * cosine - y * sine) * scale, (x * sine + y * cosine) * scale);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in (Tensor[])[Chosen, Flip, Turn, Scale, Pasted])
            part.Dispose();
    }
}
