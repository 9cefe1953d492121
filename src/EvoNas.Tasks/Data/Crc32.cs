namespace EvoNas.Tasks.Data;

/// <summary>The checksum of PNG and gzip.</summary>
static class Crc32
{
    static readonly uint[] Table = MakeTable();

    /// <summary>The checksum of all bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
            crc = Table[(byte)(crc ^ one)] ^ (crc >> 8);
        return ~crc;
    }

    static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) == 0 ? value >> 1 : 0xEDB8_8320 ^ (value >> 1);
            table[i] = value;
        }
        return table;
    }
}
