using System.Text.Json.Nodes;
using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Tests.Data;

public sealed class NiftiFileTests : IDisposable
{
    static readonly Dictionary<string, JsonObject> All = Oracle.Cases("nifti", "cases", "name");

    readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => Oracle.Names(All);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void VolumesAreThoseOfNibabel(string name)
    {
        var path = _folder.Write(
            "volume" + (string)All[name]["extension"]!,
            Convert.FromBase64String((string)All[name]["file"]!)
        );
        if (All[name]["expected"] is not { } expected)
        {
            var error = Assert.Throws<RequestException>(() => NiftiFile.Read(path));
            Assert.StartsWith($"'{path}'", error.Message);
            if ((string?)All[name]["expected_error"] is { } what)
                Assert.Contains(what, error.Message);
            return;
        }
        var volume = NiftiFile.Read(path);
        Assert.Equal(expected["shape"]!.Numbers().Select(length => (int)length), volume.Shape);
        Close([.. expected["zooms"]!.Numbers().Take(3)], volume.Spacing);
        Close(
            [.. expected["affine"]!.AsArray().Take(3).SelectMany(row => row!.Numbers())],
            [.. volume.Affine.Cast<double>()]
        );
        Assert.Equal((string)expected["orientation"]!, volume.Orientation);
        Close(expected["values_first_axis_fastest"]!.Numbers(), [.. volume.Values.Select(value => (double)value)]);
        if (expected["ras"] is not { } ras)
            return;
        var turned = volume.ToRas();
        Assert.Equal(ras["shape"]!.Numbers().Select(length => (int)length), turned.Shape);
        Assert.Equal("RAS", turned.Orientation);
        Close(ras["values_first_axis_fastest"]!.Numbers(), [.. turned.Values.Select(value => (double)value)]);
    }

    static void Close(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-6 * Math.Max(1, Math.Abs(expected[i])));
    }
}
