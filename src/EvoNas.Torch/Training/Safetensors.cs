using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Training;

/// <summary>Weights in a file that any framework reads: eight bytes of the header's length, the header as JSON, then
/// the numbers (huggingface/safetensors).</summary>
static class Safetensors
{
    /// <summary>Writes float32 tensors, little-endian, in the order given; the file appears whole or not at
    /// all.</summary>
    /// <param name="path">Of the file; its folder is created.</param>
    /// <param name="tensors">Under their names.</param>
    /// <param name="about">Text about the whole, as the format's metadata.</param>
    public static void Write(
        string path,
        IEnumerable<(string Name, Tensor Tensor)> tensors,
        IEnumerable<(string Key, string Value)> about
    )
    {
        var parts = tensors.ToArray();
        var header = Header(parts, about);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        var partial = path + ".partial";
        using (var file = File.Create(partial))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            file.Write(length);
            file.Write(header);
            foreach (var (_, tensor) in parts)
            {
                using var scope = NewDisposeScope();
                // Contiguous: kernels lie channels last in memory, and the format knows one order.
                file.Write(
                    System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(
                        tensor.detach().cpu().contiguous().data<float>().ToArray()
                    )
                );
            }
            file.Flush(flushToDisk: true);
        }
        File.Move(partial, path, overwrite: true);
    }

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
