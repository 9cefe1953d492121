using EvoNas.Genetics;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;
using EvoNas.Tasks.Scenes;

namespace EvoNas.Tasks.Lidar;

/// <summary>Casts the rays of a turning lidar into made-up streets: cars among poles, walls and boxes on flat ground.
/// The same seed gives the same scans on every machine.</summary>
/// <remarks>24 beams from 22° below the horizon to 3° above it, 360 directions each, 1.8 m above the ground; a
/// twentieth of the echoes is lost, distances are off by 2 cm (standard deviation). A car has a body and, further back,
/// a cabin: front and rear differ. The street goes along x, as where the sensor stands on a car: seven of ten cars keep
/// to its right side, the others stand anyhow.</remarks>
static class RayCaster
{
    /// <summary>Half the side of the square that scans cover, in metres.</summary>
    public const double Range = 25.6;

    const int Beams = 24,
        Directions = 360,
        CarsMin = 3,
        CarsMax = 8,
        ClutterMin = 8,
        ClutterMax = 16,
        Trials = 40;

    const double LowestDegrees = -22,
        HighestDegrees = 3,
        SensorHeight = 1.8,
        Lost = 0.05,
        Noise = 0.02,
        NearestCentre = 3.5,
        OnStreet = 0.7,
        StreetNoise = 0.1;

    // Cars with fewer points are in the scan, but no objects: none could find them.
    const int PointsMin = 5;

    // Few points make an object hard, as in the Waymo Open Dataset.
    const int PointsOfLevel2 = 5;

    /// <summary>A box that stands on something, with what it reflects.</summary>
    /// <param name="Car">Number of the car that it belongs to; −1: of none.</param>
    readonly record struct Block(Box3 Box, double Sine, double Cosine, double Reflectance, int Car);

    /// <summary>Casts one scan.</summary>
    /// <param name="name">Of the frame.</param>
    /// <param name="random">All chance.</param>
    /// <returns>Points of x, y, z, intensity and elongation, in the sensor's frame, of which the ground is at
    /// −1.8 m.</returns>
    public static LabelledFrame Cast(string name, SeededRandom random)
    {
        var (blocks, cars) = (new List<Block>(), new List<Box3>());
        Place(random, blocks, cars);
        var (points, hits) = (new List<float>(), new int[cars.Count]);
        for (var beam = 0; beam < Beams; beam++)
        {
            var (up, flat) = SineCosine(
                (LowestDegrees + (HighestDegrees - LowestDegrees) * beam / (Beams - 1)) * Math.PI / 180
            );
            for (var direction = 0; direction < Directions; direction++)
            {
                var (sine, cosine) = SineCosine((direction + 0.5) * 2 * Math.PI / Directions - Math.PI);
                var (distance, block) = Nearest(blocks, flat * cosine, flat * sine, up);
                // Drawn for every ray, so that what one ray meets does not change the next.
                var (lost, noise, shine) = (random.Unit() < Lost, SceneMaker.Normal(random) * Noise, random.Unit());
                if (lost || double.IsInfinity(distance))
                    continue;
                distance += noise;
                var (x, y, z) = (flat * cosine * distance, flat * sine * distance, up * distance);
                if (Math.Abs(x) >= Range || Math.Abs(y) >= Range)
                    continue;
                var reflectance = block < 0 ? 0.2 : blocks[block].Reflectance;
                points.AddRange([(float)x, (float)y, (float)z, (float)(reflectance + 0.1 * shine), 0]);
                if (block >= 0 && blocks[block].Car >= 0)
                    hits[blocks[block].Car]++;
            }
        }
        return new(
            name,
            new(PointCloud.ColumnsMax, [.. points], 0),
            [
                .. cars.Select((box, car) => (box, Hits: hits[car]))
                    .Where(one => one.Hits >= PointsMin)
                    .Select(one => new LidarObject(one.box, "vehicle", one.Hits <= PointsOfLevel2 ? 2 : 1, 0)),
            ]
        );
    }

    static void Place(SeededRandom random, List<Block> blocks, List<Box3> cars)
    {
        var footprints = new List<Block>();
        var wanted = CarsMin + random.Below(CarsMax - CarsMin + 1);
        // What finds no room is left out, but for the first car.
        for (var trial = 0; trial < Trials && cars.Count < wanted || cars.Count == 0; trial++)
        {
            var (length, width, height) = (
                Between(random, 3.9, 4.9),
                Between(random, 1.7, 2.1),
                Between(random, 1.4, 1.8)
            );
            var isOnStreet = random.Unit() < OnStreet;
            if (Stand(random, footprints, length, width, height, Range - 2, isOnStreet) is not { } car)
                continue;
            var paint = Between(random, 0.15, 0.85);
            var cabin = car.Box with
            {
                X = car.Box.X - car.Cosine * 0.12 * length,
                Y = car.Box.Y - car.Sine * 0.12 * length,
                Length = 0.55 * length,
                Width = 0.9 * width,
            };
            var body = car.Box with { Z = car.Box.Z - 0.21 * height, Height = 0.58 * height };
            blocks.Add(car with { Box = body, Reflectance = paint, Car = cars.Count });
            blocks.Add(car with { Box = cabin, Reflectance = 0.7 * paint, Car = cars.Count });
            cars.Add(car.Box);
        }
        wanted = ClutterMin + random.Below(ClutterMax - ClutterMin + 1);
        for (var trial = 0; trial < wanted; trial++)
        {
            var (length, width, height) = random.Below(4) switch
            {
                0 => (Between(random, 5, 14), 0.3, Between(random, 1, 3)), // a wall
                1 => (Between(random, 0.6, 3.2), Between(random, 0.6, 2.4), Between(random, 0.5, 2.4)),
                _ => Pole(random),
            };
            var reflectance = Between(random, 0.1, 0.8);
            if (Stand(random, footprints, length, width, height, Range, isOnStreet: false) is { } thing)
                blocks.Add(thing with { Reflectance = reflectance, Car = -1 });
        }
    }

    static (double, double, double) Pole(SeededRandom random)
    {
        var side = Between(random, 0.15, 0.4);
        return (side, side, Between(random, 2, 5));
    }

    // A box at a random place where nothing else stands.
    static Block? Stand(
        SeededRandom random,
        List<Block> footprints,
        double length,
        double width,
        double height,
        double range,
        bool isOnStreet
    )
    {
        var (x, y) = (Between(random, -range, range), Between(random, -range, range));
        var heading = isOnStreet
            ? Between(random, -StreetNoise, StreetNoise) + (y < 0 ? 0 : Math.PI)
            : Between(random, -Math.PI, Math.PI);
        if (heading > Math.PI)
            heading -= 2 * Math.PI;
        var (sine, cosine) = SineCosine(heading);
        var made = new Block(new(x, y, height / 2 - SensorHeight, length, width, height, heading), sine, cosine, 0, 0);
        // Nothing stands around the sensor either.
        var sensor = new Block(new(0, 0, 0, 2 * NearestCentre, 2 * NearestCentre, 1, 0), 0, 1, 0, 0);
        if (Meet(made, sensor) || footprints.Exists(other => Meet(made, other)))
            return null;
        footprints.Add(made);
        return made;
    }

    // Rectangles are apart if one of their four axes shows a gap (separating axis theorem).
    static bool Meet(in Block a, in Block b)
    {
        var (dx, dy) = (b.Box.X - a.Box.X, b.Box.Y - a.Box.Y);
        foreach (
            var (axisX, axisY) in ((double, double)[])
                [(a.Cosine, a.Sine), (-a.Sine, a.Cosine), (b.Cosine, b.Sine), (-b.Sine, b.Cosine)]
        )
            if (Math.Abs(dx * axisX + dy * axisY) > Reach(a, axisX, axisY) + Reach(b, axisX, axisY))
                return false;
        return true;
    }

    static double Reach(in Block block, double axisX, double axisY) =>
        Math.Abs(block.Cosine * axisX + block.Sine * axisY) * block.Box.Length / 2
        + Math.Abs(block.Cosine * axisY - block.Sine * axisX) * block.Box.Width / 2;

    // The nearest of ground and blocks along a ray from the sensor; the ground is block −1.
    static (double Distance, int Block) Nearest(List<Block> blocks, double x, double y, double z)
    {
        var (nearest, which) = (z < 0 ? -SensorHeight / z : double.PositiveInfinity, -1);
        for (var i = 0; i < blocks.Count; i++)
        {
            var block = blocks[i];
            var box = block.Box;
            var (from, to) = (0.0, nearest);
            // In the block's frame its sides are slabs.
            if (
                Cut(
                    -(box.X * block.Cosine + box.Y * block.Sine),
                    x * block.Cosine + y * block.Sine,
                    box.Length / 2,
                    ref from,
                    ref to
                )
                && Cut(
                    -(box.Y * block.Cosine - box.X * block.Sine),
                    y * block.Cosine - x * block.Sine,
                    box.Width / 2,
                    ref from,
                    ref to
                )
                && Cut(-box.Z, z, box.Height / 2, ref from, ref to)
            )
                (nearest, which) = (from, i);
        }
        return (nearest, which);
    }

    // Cuts the part of a ray between two distances to a slab |p| ≤ half; false if nothing is left.
    static bool Cut(double start, double step, double half, ref double from, ref double to)
    {
        if (Math.Abs(step) < 1e-12)
            return Math.Abs(start) <= half;
        var (one, other) = ((-half - start) / step, (half - start) / step);
        from = Math.Max(from, Math.Min(one, other));
        to = Math.Min(to, Math.Max(one, other));
        return from < to;
    }

    static double Between(SeededRandom random, double min, double max) => min + random.Unit() * (max - min);

    /// <summary>Sine and cosine of an angle in [−π, π] by their series: those of the system differ from machine to
    /// machine in the last bit.</summary>
    static (double Sine, double Cosine) SineCosine(double angle)
    {
        var (sine, cosine, term) = (0.0, 0.0, 1.0);
        // π^31/31! is below 1e-17.
        for (var n = 0; n < 32; n++)
        {
            switch (n % 4)
            {
                case 0:
                    cosine += term;
                    break;
                case 1:
                    sine += term;
                    break;
                case 2:
                    cosine -= term;
                    break;
                default:
                    sine -= term;
                    break;
            }
            term *= angle / (n + 1);
        }
        return (sine, cosine);
    }
}
