using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Data;

/// <summary>An object of a VOC file.</summary>
/// <param name="Name">Its class.</param>
/// <param name="Box">From 0; the file counts pixels from 1 and includes the last.</param>
/// <param name="Difficult">Neither right nor wrong to find.</param>
readonly record struct VocObject(string Name, Box Box, bool Difficult);

/// <summary>An annotation file of PASCAL VOC: one picture.</summary>
/// <param name="Picture">Name of the picture's file; null if it has none.</param>
/// <param name="Width">Pixels; 0 if it has none.</param>
/// <param name="Height">Pixels; 0 if it has none.</param>
/// <param name="Objects">In the order of the file.</param>
sealed record VocFile(string? Picture, int Width, int Height, VocObject[] Objects)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The XML file. A document type with entities is refused.</param>
    /// <param name="report">Counts corners in the wrong order, which are exchanged.</param>
    /// <exception cref="RequestException">It is no such file; the message names the line.</exception>
    public static VocFile Read(string path, DataReport report)
    {
        var root = Load(path);
        if (root.Name != "annotation")
            throw new RequestException($"'{path}': <annotation> was expected, found <{root.Name}>.");
        // Parts of a person have names and boxes too, so only direct children count.
        var objects = root.Elements("object").Select(one => ReadObject(path, one, report)).ToArray();
        return new(
            root.Element("filename")?.Value.Trim() is { Length: > 0 } name ? name : null,
            Side(path, root.Element("size")?.Element("width")),
            Side(path, root.Element("size")?.Element("height")),
            objects
        );
    }

    static XElement Load(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var xml = XmlReader.Create(
                file,
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null }
            );
            return XDocument.Load(xml, LoadOptions.SetLineInfo).Root!; // without a root loading fails
        }
        catch (XmlException error)
        {
            throw new RequestException($"'{path}' is not valid XML: {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"Cannot read '{path}': {error.Message}");
        }
    }

    static VocObject ReadObject(string path, XElement one, DataReport report)
    {
        var line = ((IXmlLineInfo)one).LineNumber;
        var name = one.Element("name")?.Value.Trim();
        var corners = one.Element("bndbox");
        if (string.IsNullOrEmpty(name) || corners is null)
            throw new RequestException($"'{path}', line {line}: an object needs a name and a bndbox.");
        double Corner(string field) =>
            corners.Element(field) is { } element
                ? Number(path, element)
                : throw new RequestException($"'{path}', line {line}: the bndbox has no {field}.");
        var (left, top, right, bottom) = (Corner("xmin"), Corner("ymin"), Corner("xmax"), Corner("ymax"));
        if (left > right || top > bottom)
        {
            report.Count("corners of a box in the wrong order: exchanged", $"{path}, line {line}");
            (left, right) = (Math.Min(left, right), Math.Max(left, right));
            (top, bottom) = (Math.Min(top, bottom), Math.Max(top, bottom));
        }
        return new(
            name,
            Box.OfCorners(left - 1, top - 1, right, bottom),
            // labelme leaves the element empty.
            one.Element("difficult")
                is { } difficult
                && difficult.Value.Trim().Length > 0
                && Number(path, difficult) != 0
        );
    }

    static int Side(string path, XElement? element)
    {
        if (element is null)
            return 0;
        var side = Number(path, element);
        return side is >= 0 and <= 1_000_000
            ? (int)side
            : throw new RequestException($"'{path}': a side of {side} pixels; 0 to 1000000 were expected.");
    }

    static double Number(string path, XElement element) =>
        double.TryParse(element.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value)
            ? value
            : throw new RequestException(
                $"'{path}', line {((IXmlLineInfo)element).LineNumber}: <{element.Name}> must be a finite number, "
                    + $"found '{element.Value}'."
            );
}
