using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EvoNas.Searches;

/// <summary>Writes JSON for people and scripts: only what JSON itself requires is escaped.</summary>
static class JsonText
{
    /// <summary>The text of a node.</summary>
    /// <param name="node">The value to write.</param>
    /// <param name="indented">Whether the text has a line for each field; otherwise it is one line.</param>
    public static string Of(JsonNode node, bool indented)
    {
        using var bytes = new MemoryStream();
        using (
            var writer = new Utf8JsonWriter(
                bytes,
                new() { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
            node.WriteTo(writer);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
