using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Training;

// How a training is kept between two parts of it, and gone on with.
sealed partial class TrainingRun
{
    const string StepKey = "step",
        SeedKey = "seed";

    /// <summary>What a checkpoint must be of, to be gone on with.</summary>
    /// <param name="settings">Of the training.</param>
    /// <param name="network">Its fingerprint.</param>
    /// <param name="search">Of which search.</param>
    /// <param name="device">Where it computes: memory is laid out alike on devices of one kind.</param>
    public static Dictionary<string, string> Identity(
        TrainingSettings settings,
        string network,
        string search,
        torch.Device device
    ) =>
        new()
        {
            ["network"] = network,
            ["training"] = Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes(settings.ToJson())).AsSpan(0, 8)
            ),
            ["search"] = search,
            ["device"] = device.type.ToString(),
        };

    /// <summary>The seed of the training that a checkpoint was written by.</summary>
    public static ulong SeedOf(Checkpoint checkpoint) => unchecked((ulong)checkpoint.Whole(SeedKey));

    /// <summary>Writes a checkpoint. To be called between two epochs.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="identity">See <see cref="Identity"/>.</param>
    public void Keep(string path, Dictionary<string, string> identity)
    {
        var facts = new Dictionary<string, string>(identity)
        {
            [SeedKey] = Text(unchecked((long)_seed)),
            [StepKey] = Text(Step),
            ["optimizerSteps"] = Text(_descent.Steps),
            ["averageSteps"] = Text(_average?.Steps ?? 0),
            ["scale"] = (_scale?.Value ?? 1).ToString("R", CultureInfo.InvariantCulture),
            ["scaleSteps"] = Text(_scale?.Good ?? 0),
            ["batchesSeen"] = string.Join(',', _module.Memory.BatchesSeen),
            ["curve"] = JsonSerializer.Serialize([.. _curve], CurveJson.Default.EpochPointArray),
        };
        using var scope = NewDisposeScope();
        facts["random"] = Convert.ToBase64String(Generator.Default.get_state().data<byte>().ToArray());
        Checkpoint.Write(path, State, facts);
    }

    /// <summary>Goes on where a checkpoint ended. Before the first step.</summary>
    /// <param name="checkpoint">Of this training, see <see cref="Checkpoint.Check"/>.</param>
    /// <param name="epochs">Epochs that it must have had.</param>
    /// <exception cref="RequestException">It is of another epoch, or of another training.</exception>
    public void GoOn(Checkpoint checkpoint, int epochs)
    {
        var step = checkpoint.Whole(StepKey);
        if (step != (long)epochs * _stepsPerEpoch)
            throw new RequestException(
                $"The checkpoint was written after {step} steps; epoch {epochs} ends after {epochs * _stepsPerEpoch}."
            );
        var seen = checkpoint["batchesSeen"].Split(',');
        if (seen.Length != _module.Memory.BatchesSeen.Length)
            throw new RequestException(
                $"The checkpoint has {seen.Length} nodes; the network has {_module.Memory.BatchesSeen.Length}."
            );
        var curve = JsonSerializer.Deserialize(checkpoint["curve"], CurveJson.Default.EpochPointArray) ?? [];
        checkpoint.Restore(State);
        for (var i = 0; i < seen.Length; i++)
            _module.Memory.BatchesSeen[i] = int.Parse(seen[i], CultureInfo.InvariantCulture);
        _descent.Steps = checkpoint.Whole("optimizerSteps");
        if (_average is not null)
            _average.Steps = checkpoint.Whole("averageSteps");
        if (_scale is not null)
            (_scale.Value, _scale.Good) = (
                double.Parse(checkpoint["scale"], CultureInfo.InvariantCulture),
                (int)checkpoint.Whole("scaleSteps")
            );
        (Step, _begun) = (step, step);
        _curve.AddRange(curve);
        using var scope = NewDisposeScope();
        Generator.Default.set_state(tensor(Convert.FromBase64String(checkpoint["random"])));
        // The state of a GPU's generator cannot be read: it begins anew, from the seed and the step.
        if (_device.type == DeviceType.CUDA)
            cuda.manual_seed(unchecked((long)_seed + step));
    }

    IReadOnlyList<(string Name, Tensor Tensor)> State =>
        [
            ("weights", _module.Memory.Values),
            ("statistics", _module.Memory.Statistics),
            .. _descent.State,
            .. _average?.State ?? [],
        ];

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(EpochPoint[]))]
sealed partial class CurveJson : System.Text.Json.Serialization.JsonSerializerContext;
