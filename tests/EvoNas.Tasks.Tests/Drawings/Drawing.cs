using System.Xml.Linq;
using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Tests.Drawings;

/// <summary>What is on a sheet of samples.</summary>
/// <param name="Pictures">The pixels of each sample, as text.</param>
/// <param name="Titles">In their order.</param>
/// <param name="Truths">Shapes that are dashed.</param>
/// <param name="Found">Shapes that are not.</param>
sealed record Drawing(string[] Pictures, string[] Titles, int Truths, int Found)
{
    /// <summary>Red, green and blue of each pixel of a picture.</summary>
    public static byte[] Pixels(string picture) =>
        PictureFile.Read("a drawing", Convert.FromBase64String(picture[(picture.IndexOf(',') + 1)..])).Rgb;

    public static Drawing Of(string? svg)
    {
        Assert.NotNull(svg);
        var sheet = XDocument.Parse(svg).Root!; // A document has a root.
        XNamespace ns = "http://www.w3.org/2000/svg";
        var shapes = sheet.Descendants(ns + "polygon").ToLookup(shape => shape.Attribute("stroke-dasharray") is null);
        return new(
            // It is drawn by it.
            [.. sheet.Descendants(ns + "image").Select(image => (string)image.Attribute("href")!)],
            [.. sheet.Elements(ns + "text").Select(text => text.Value)],
            shapes[false].Count(),
            shapes[true].Count()
        );
    }
}
