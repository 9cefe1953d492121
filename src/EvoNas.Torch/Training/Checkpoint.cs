using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EvoNas.Torch.Export;
using static TorchSharp.torch;

namespace EvoNas.Torch.Training;

/// <summary>A training between two epochs, as a file: weights, statistics, the optimizer, the averaged weights, random
/// numbers, and how far it is.</summary>
/// <remarks>A safetensors file whose metadata hold the rest, with a SHA-256 over numbers and metadata. It is written
/// beside its place, flushed and renamed.</remarks>
sealed class Checkpoint
{
    const string ChecksumKey = "checksum",
        FormatKey = "format",
        Format = "evonas-checkpoint-1";

    // Longer than any header of a few tensors.
    const long HeaderMax = 10_000_000;

    readonly IReadOnlyDictionary<string, float[]> _numbers;
    readonly IReadOnlyDictionary<string, string> _facts;
    readonly string _path;

    Checkpoint(string path, IReadOnlyDictionary<string, float[]> numbers, IReadOnlyDictionary<string, string> facts) =>
        (_path, _numbers, _facts) = (path, numbers, facts);

    /// <summary>Writes a checkpoint; it outlives the process and a loss of power when this returns.</summary>
    /// <param name="path">Of the file; its folder is created.</param>
    /// <param name="tensors">Flat, of float32, on any device.</param>
    /// <param name="facts">What is known besides.</param>
    public static void Write(
        string path,
        IReadOnlyList<(string Name, Tensor Tensor)> tensors,
        IReadOnlyDictionary<string, string> facts
    )
    {
        var all = new Dictionary<string, string>(facts) { [FormatKey] = Format };
        var numbers = tensors.ToDictionary(
            one => one.Name,
            one =>
            {
                using var scope = NewDisposeScope();
                return one.Tensor.detach().cpu().contiguous().data<float>().ToArray();
            }
        );
        Safetensors.Write(
            path,
            tensors,
            [.. all.Select(pair => (pair.Key, pair.Value)), (ChecksumKey, Checksum(numbers, all))]
        );
    }

    /// <summary>Reads a checkpoint, and makes sure that it is whole.</summary>
    /// <exception cref="RequestException">It is not there, cannot be read, or is damaged.</exception>
    public static Checkpoint Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Read(path, file);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RequestException($"There is no checkpoint '{path}'.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"The checkpoint '{path}' cannot be read: {fault.Message}");
        }
        catch (Exception fault)
            when (fault is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw Damaged(path, fault.Message);
        }
    }

    static Checkpoint Read(string path, FileStream file)
    {
        Span<byte> length = stackalloc byte[8];
        if (file.ReadAtLeast(length, 8, throwOnEndOfStream: false) < 8)
            throw Damaged(path, "it ends within its first eight bytes");
        var size = BinaryPrimitives.ReadInt64LittleEndian(length);
        if (size is < 2 or > HeaderMax || size > file.Length - 8)
            throw Damaged(path, $"its header would have {size} bytes");
        var text = new byte[size];
        file.ReadExactly(text);
        using var header = JsonDocument.Parse(text);
        var (facts, numbers) = (new Dictionary<string, string>(), new Dictionary<string, float[]>());
        foreach (var entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                foreach (var pair in entry.Value.EnumerateObject())
                    facts[pair.Name] = pair.Value.GetString() ?? "";
                continue;
            }
            // Written one behind the other.
            var offsets = entry.Value.GetProperty("data_offsets");
            var (begin, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
            if (begin != file.Position - 8 - size || end < begin || end > file.Length - 8 - size || end % 4 != 0)
                throw Damaged(path, $"the numbers of '{entry.Name}' would lie at {begin} to {end}");
            var values = new float[(end - begin) / 4];
            file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            numbers[entry.Name] = values;
        }
        if (file.Position != file.Length || facts.GetValueOrDefault(FormatKey) != Format)
            throw Damaged(path, "it is no checkpoint of this version");
        if (!facts.Remove(ChecksumKey, out var checksum) || checksum != Checksum(numbers, facts))
            throw Damaged(path, "it does not agree with its checksum");
        return new(path, numbers, facts);
    }

    /// <summary>Refuses a checkpoint of something else.</summary>
    /// <param name="expected">Facts that must be these.</param>
    /// <exception cref="RequestException">One differs; names it.</exception>
    public void Check(IEnumerable<KeyValuePair<string, string>> expected)
    {
        foreach (var (name, value) in expected)
            if (_facts.GetValueOrDefault(name) is var found && found != value)
                throw new RequestException(
                    $"The checkpoint '{_path}' is of another {name}: {found ?? "none"}, and {value} is needed."
                );
    }

    /// <summary>A fact that was written.</summary>
    public string this[string fact] => _facts.GetValueOrDefault(fact) ?? throw Damaged(_path, $"it lacks its {fact}");

    /// <summary>A fact that is a whole number.</summary>
    public long Whole(string fact) =>
        long.TryParse(this[fact], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Damaged(_path, $"its {fact} is '{this[fact]}'");

    /// <summary>Takes over the numbers of tensors; all are checked before the first is.</summary>
    /// <exception cref="RequestException">One is missing or has another size.</exception>
    public void Restore(IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        foreach (var (name, tensor) in tensors)
            if (_numbers.GetValueOrDefault(name) is var found && found?.Length != tensor.numel())
                throw Damaged(_path, $"'{name}' has {found?.Length ?? 0} numbers of {tensor.numel()}");
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var (name, tensor) in tensors)
            tensor.copy_(TorchSharp.torch.tensor(_numbers[name]));
    }

    static string Checksum(IReadOnlyDictionary<string, float[]> numbers, IReadOnlyDictionary<string, string> facts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in facts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{value}\0"));
        foreach (var (name, values) in numbers.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{values.Length}\0"));
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static RequestException Damaged(string path, string how) => new($"The checkpoint '{path}' is damaged: {how}.");
}
