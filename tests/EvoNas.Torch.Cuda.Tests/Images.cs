using EvoNas.Torch.Data;

namespace EvoNas.Torch.Cuda.Tests;

/// <summary>CIFAR-10's files with generated images: noise under a bar that stands where the class
/// says.</summary>
static class Images
{
    const int PerFile = 2000,
        Side = 32;

    internal static DataFolder Write(string folder)
    {
        var set = ImageDataSet.Cifar10;
        var place = Directory.CreateDirectory(Path.Combine(folder, set.Name)).FullName;
        var chance = new Random(1);
        foreach (var file in set.TrainFiles.Concat(set.TestFiles))
        {
            var records = new byte[PerFile * (1 + 3 * Side * Side)];
            chance.NextBytes(records);
            foreach (var record in records.Chunk(1 + 3 * Side * Side).Index())
            {
                var bytes = records.AsSpan(record.Index * record.Item.Length, record.Item.Length);
                bytes[0] = (byte)chance.Next(10);
                for (var row = 0; row < 3 * Side; row++)
                    bytes.Slice(1 + row * Side + bytes[0] * 3, 3).Fill(255);
            }
            File.WriteAllBytes(Path.Combine(place, file), records);
        }
        return new(folder);
    }
}
