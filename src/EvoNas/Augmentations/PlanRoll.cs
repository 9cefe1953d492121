using EvoNas.Genetics;

namespace EvoNas.Augmentations;

/// <summary>A plan while it is rolled: operations are added one after the other, each sees the boxes as the ones before
/// left them.</summary>
sealed class PlanRoll(int height, int width, Sequence<Box> boxes, SeededRandom random)
{
    // Operations on boxes alone are applied to each box with the probability over this (Zoph et al. 2020, released
    // code).
    const double ShareOfBox = 3;

    readonly List<PlannedChange> _changes = [];
    Sequence<Box> _boxes = boxes;

    public AugmentationPlan Rolled => new([.. _changes], _boxes);

    public void Add(AugmentationOperation operation)
    {
        if (operation.NeedsBoxes && operation.Kind != AugmentationKind.BBoxCutout)
            AddToBoxes(operation);
        else if (Happens(operation.Probability ?? 1))
            AddToWhole(operation);
    }

    void AddToWhole(AugmentationOperation operation)
    {
        if (operation.Kind == AugmentationKind.BBoxCutout)
        {
            Box[] seen = [.. _boxes.Where(box => box.HasArea)];
            if (seen.Length > 0)
                _changes.Add(
                    new(
                        new PixelChange.Fill(
                            Hole(seen[random.Below(seen.Length)].Pixels(height, width), operation.Amount)
                        )
                    )
                );
            return;
        }
        var amount = Directed(operation);
        if (MovedBox(operation.Kind, amount) is { } moved)
            _boxes = [.. _boxes.Select(moved)];
        _changes.Add(new(ChangeOf(operation.Kind, amount, height, width)));
    }

    // The direction is rolled once, the place of a cutout and whether it happens at all for every box.
    void AddToBoxes(AugmentationOperation operation)
    {
        var amount = Directed(operation);
        var left = _boxes.Where(box => box.HasArea).ToList();
        while (left.Count > 0)
        {
            var at = random.Below(left.Count);
            var part = left[at].Pixels(height, width);
            left.RemoveAt(at);
            if (Happens((operation.Probability ?? 1) / ShareOfBox) && part is { Height: > 0, Width: > 0 })
                _changes.Add(new(ChangeOf(operation.Kind, amount, part.Height, part.Width), part));
        }
    }

    PixelChange ChangeOf(AugmentationKind kind, double amount, int rows, int columns) =>
        kind switch
        {
            AugmentationKind.AutoContrast => new PixelChange.AutoContrast(),
            AugmentationKind.Equalize or AugmentationKind.EqualizeOnlyBBoxes => new PixelChange.Equalize(),
            AugmentationKind.Invert => new PixelChange.Invert(),
            AugmentationKind.Posterize => new PixelChange.Posterize((int)amount),
            AugmentationKind.Solarize or AugmentationKind.SolarizeOnlyBBoxes => new PixelChange.Solarize((int)amount),
            AugmentationKind.SolarizeAdd => new PixelChange.SolarizeAdd((int)amount),
            AugmentationKind.Color => new PixelChange.Color((float)amount),
            AugmentationKind.Contrast => new PixelChange.Contrast((float)amount),
            AugmentationKind.Brightness => new PixelChange.Brightness((float)amount),
            AugmentationKind.Sharpness => new PixelChange.Sharpness((float)amount),
            AugmentationKind.CutoutImage or AugmentationKind.CutoutOnlyBBoxes => new PixelChange.Fill(
                Square((int)amount, rows, columns)
            ),
            AugmentationKind.CutoutSegmentation => new PixelChange.Fill(Square((int)amount, rows, columns), Mask: true),
            AugmentationKind.FlipOnlyBBoxes => new PixelChange.Mirror(),
            AugmentationKind.TranslateX or AugmentationKind.TranslateXOnlyBBoxes => PixelChange.Move.Shifted(
                (float)amount,
                0
            ),
            AugmentationKind.TranslateY or AugmentationKind.TranslateYOnlyBBoxes => PixelChange.Move.Shifted(
                0,
                (float)amount
            ),
            AugmentationKind.ShearX or AugmentationKind.ShearXOnlyBBoxes => PixelChange.Move.Sheared(
                (float)amount,
                alongX: true
            ),
            AugmentationKind.ShearY or AugmentationKind.ShearYOnlyBBoxes => PixelChange.Move.Sheared(
                (float)amount,
                alongX: false
            ),
            AugmentationKind.Rotate or AugmentationKind.RotateOnlyBBoxes => PixelChange.Move.Rotated(
                Radians(amount),
                rows,
                columns
            ),
            _ => throw new System.Diagnostics.UnreachableException($"{kind} has no arm in PlanRoll.ChangeOf."),
        };

    // Where a change of the whole image moves boxes; null where they stay.
    Func<Box, Box>? MovedBox(AugmentationKind kind, double amount) =>
        kind switch
        {
            AugmentationKind.TranslateX => box => box.Shifted((int)(float)amount, 0, height, width),
            AugmentationKind.TranslateY => box => box.Shifted(0, (int)(float)amount, height, width),
            AugmentationKind.ShearX => box => box.Sheared((float)amount, alongX: true, height, width),
            AugmentationKind.ShearY => box => box.Sheared((float)amount, alongX: false, height, width),
            AugmentationKind.Rotate => box => box.Rotated(Radians(amount), height, width),
            _ => null,
        };

    double Directed(AugmentationOperation operation)
    {
        var amount = operation.Kind switch
        {
            // Where lengths are scaled to smaller images, pixels and boxes move by the same whole number.
            AugmentationKind.TranslateX
            or AugmentationKind.TranslateY
            or AugmentationKind.TranslateXOnlyBBoxes
            or AugmentationKind.TranslateYOnlyBBoxes => Math.Round(operation.Amount, MidpointRounding.AwayFromZero),
            AugmentationKind.ShearX
            or AugmentationKind.ShearY
            or AugmentationKind.Rotate
            or AugmentationKind.ShearXOnlyBBoxes
            or AugmentationKind.ShearYOnlyBBoxes
            or AugmentationKind.RotateOnlyBBoxes => operation.Amount,
            _ => double.NaN, // Has no direction.
        };
        return double.IsNaN(amount) ? operation.Amount
            : Happens(0.5) ? amount
            : -amount;
    }

    Region Square(int half, int rows, int columns) =>
        Around(random.Below(rows), random.Below(columns), half, half, rows, columns);

    // Its centre is any pixel of the box; it may reach beyond the box.
    Region Hole(Region box, double fraction) =>
        box is { Height: > 0, Width: > 0 }
            ? Around(
                box.Top + random.Below(box.Height),
                box.Left + random.Below(box.Width),
                (int)(fraction * (box.Height / 2.0)),
                (int)(fraction * (box.Width / 2.0)),
                height,
                width
            )
            : default;

    static Region Around(int row, int column, int halfHeight, int halfWidth, int rows, int columns)
    {
        var (top, left) = (Math.Max(0, row - halfHeight), Math.Max(0, column - halfWidth));
        return new(top, left, Math.Min(rows, row + halfHeight) - top, Math.Min(columns, column + halfWidth) - left);
    }

    static float Radians(double degrees) => (float)(degrees * (Math.PI / 180));

    bool Happens(double probability) => Math.Floor(random.Unit() + probability) >= 1;
}
