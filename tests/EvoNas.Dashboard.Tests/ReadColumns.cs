using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EvoNas.Dashboard.Tests;

/// <summary>Reads the layout as a page does.</summary>
sealed class ReadColumns(byte[] bytes)
{
    readonly int _data = 8 + (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4));
    readonly JsonNode _head = JsonNode.Parse(
        bytes.AsSpan(8, (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4)))
    )!;

    public int Count => (int)_head["count"]!;

    public long Event => (long)_head["event"]!;

    // A column of texts has one.
    public string[] Dictionary(string name) => Head(name, "i32")["dictionary"].Deserialize<string[]>()!;

    public int[] Whole(string name) =>
        [.. Enumerable.Range(0, Count).Select(i => BinaryPrimitives.ReadInt32LittleEndian(At(Head(name, "i32"), i)))];

    public float[] Real(string name) =>
        [.. Enumerable.Range(0, Count).Select(i => BinaryPrimitives.ReadSingleLittleEndian(At(Head(name, "f32"), i)))];

    JsonNode Head(string name, string type)
    {
        Assert.Equal("EVC1"u8, bytes.AsSpan(0, 4));
        Assert.Equal(0, _data % 8);
        var head = Assert.Single(_head["columns"]!.AsArray(), column => (string?)column!["name"] == name)!;
        Assert.Equal(type, (string?)head["type"]);
        Assert.Equal(0, (int)head["offset"]! % 8);
        return head;
    }

    ReadOnlySpan<byte> At(JsonNode head, int row) => bytes.AsSpan(_data + (int)head["offset"]! + row * 4, 4);
}
