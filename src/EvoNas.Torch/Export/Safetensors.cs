using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EvoNas.Torch.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Export;

/// <summary>Weights in a file that any framework reads: eight bytes of the header's length, the header as JSON, then
/// the numbers (huggingface/safetensors).</summary>
public static class Safetensors
{
    /// <summary>Writes float32 tensors, little-endian, in the order given; the file appears whole or not at
    /// all.</summary>
    /// <param name="path">Of the file; its folder is created.</param>
    /// <param name="tensors">Under their names.</param>
    /// <param name="about">Text about the whole, as the format's metadata.</param>
    internal static void Write(
        string path,
        IEnumerable<(string Name, Tensor Tensor)> tensors,
        IEnumerable<(string Key, string Value)> about
    )
    {
        var parts = tensors.ToArray();
        var header = Header(parts, about);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        using var file = new WholeFile(path);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Stream.Write(length);
        file.Stream.Write(header);
        foreach (var (_, tensor) in parts)
        {
            using var scope = NewDisposeScope();
            // Contiguous: kernels lie channels last in memory, and the format knows one order.
            file.Stream.Write(MemoryMarshal.AsBytes<float>(tensor.detach().cpu().contiguous().data<float>().ToArray()));
        }
        file.Commit();
    }

    /// <summary>Writes a module's weights, with what is known of it.</summary>
    /// <param name="path">Of the file; its folder is created.</param>
    /// <param name="module">Its weights, on any device.</param>
    /// <param name="about">Text about the whole, as the format's metadata; the network's fingerprint is added.</param>
    public static void Write(string path, NetworkModule module, IEnumerable<(string Key, string Value)> about) =>
        Write(
            path,
            module.Tensors,
            [(NetworkKey, module.Network.Fingerprint), .. about.Where(pair => pair.Key != NetworkKey)]
        );

    /// <summary>Reads the weights of a module from a file; they are checked before the first is taken over.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="module">Takes the numbers, on any device.</param>
    /// <returns>The file's metadata.</returns>
    /// <exception cref="RequestException">The file cannot be read, is damaged, or is of another network.</exception>
    public static IReadOnlyDictionary<string, string> Load(string path, NetworkModule module)
    {
        try
        {
            using var file = File.OpenRead(path);
            var header = HeaderOf(file, path);
            var data = file.Position;
            var about = About(header);
            if (about.TryGetValue(NetworkKey, out var network) && network != module.Network.Fingerprint)
                throw new RequestException(
                    $"'{path}' holds the weights of another network, {network}; "
                        + $"this one is {module.Network.Fingerprint}.",
                    "Give the file that was written when this network was trained."
                );
            var parts = module.Tensors.ToArray();
            var places = parts.Select(part => PlaceOf(part, header, data, file.Length, path)).ToArray();
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            foreach (var ((_, tensor), place) in parts.Zip(places))
            {
                var numbers = new float[tensor.numel()];
                file.Position = place;
                file.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
                tensor.copy_(torch.tensor(numbers, tensor.shape));
            }
            return about;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"The weights '{path}' cannot be read: {error.Message}");
        }
    }

    /// <summary>Of the metadata: the network's fingerprint.</summary>
    const string NetworkKey = "network";

    const int HeaderMax = 100_000_000;

    static JsonElement HeaderOf(FileStream file, string path)
    {
        Span<byte> length = stackalloc byte[8];
        if (file.ReadAtLeast(length, 8, throwOnEndOfStream: false) < 8)
            throw Damaged(path, "it ends within its first eight bytes");
        var size = BinaryPrimitives.ReadInt64LittleEndian(length);
        if (size is < 2 or > HeaderMax || size > file.Length - 8)
            throw Damaged(path, $"its header would have {size} bytes");
        var text = new byte[size];
        file.ReadExactly(text);
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw Damaged(path, "its header is no JSON object");
        }
        catch (JsonException error)
        {
            throw Damaged(path, $"its header is no JSON: {error.Message}");
        }
    }

    static Dictionary<string, string> About(JsonElement header)
    {
        var about = new Dictionary<string, string>();
        if (header.TryGetProperty("__metadata__", out var pairs) && pairs.ValueKind == JsonValueKind.Object)
            foreach (var pair in pairs.EnumerateObject())
                about[pair.Name] = pair.Value.ToString();
        return about;
    }

    // Where the tensor's numbers begin.
    static long PlaceOf((string Name, Tensor Tensor) part, JsonElement header, long data, long length, string path)
    {
        if (!header.TryGetProperty(part.Name, out var entry) || entry.ValueKind != JsonValueKind.Object)
            throw new RequestException(
                $"'{path}' has no tensor '{part.Name}'.",
                "Give the file that was written when this network was trained."
            );
        if (
            !entry.TryGetProperty("dtype", out var type)
            || !entry.TryGetProperty("shape", out var shape)
            || Numbers(shape) is not { } sides
            || !entry.TryGetProperty("data_offsets", out var offsets)
            || Numbers(offsets) is not [var begin, var end]
        )
            throw Damaged(path, $"the entry of '{part.Name}' lacks its type, shape or place");
        if (type.ToString() != "F32")
            throw new RequestException($"'{part.Name}' of '{path}' has numbers of {type}; F32 is what is read.");
        if (!sides.AsSpan().SequenceEqual(part.Tensor.shape))
            throw new RequestException(
                $"'{part.Name}' of '{path}' is [{string.Join(", ", sides)}]; "
                    + $"the network needs [{string.Join(", ", part.Tensor.shape)}].",
                "Give the file that was written when this network was trained."
            );
        if (begin < 0 || end - begin != 4 * part.Tensor.numel() || end > length - data)
            throw Damaged(path, $"the numbers of '{part.Name}' would lie at {begin} to {end}");
        return data + begin;
    }

    static long[]? Numbers(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
            return null;
        var numbers = new long[array.GetArrayLength()];
        for (var i = 0; i < numbers.Length; i++)
            if (array[i].ValueKind != JsonValueKind.Number || !array[i].TryGetInt64(out numbers[i]))
                return null;
        return numbers;
    }

    static RequestException Damaged(string path, string how) =>
        new($"'{path}' is no whole safetensors file: {how}.", "Write it again, or give another one.");

    static byte[] Header((string Name, Tensor Tensor)[] parts, IEnumerable<(string Key, string Value)> about)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in about)
                json.WriteString(key, value);
            json.WriteEndObject();
            var offset = 0L;
            foreach (var (name, tensor) in parts)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (var side in tensor.shape)
                    json.WriteNumberValue(side);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += 4 * tensor.numel());
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Padded with spaces, so that the numbers begin at a multiple of eight.
        text.Write(Encoding.ASCII.GetBytes(new string(' ', (int)((8 - text.Length % 8) % 8))));
        return text.ToArray();
    }
}
