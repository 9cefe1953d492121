using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Tests.Data;

public sealed class CocoFileTests : IDisposable
{
    const string Image = """{"id": 1, "file_name": "a.jpg", "width": 100, "height": 80}""";
    const string Category = """{"id": 7, "name": "dog"}""";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("  \r\n", "is empty")]
    [InlineData("[]", "must be an object with images, annotations and categories")]
    [InlineData("{\"images\": []", "ends too early")]
    [InlineData("{\"images\": []}", "no list 'categories'")]
    [InlineData("<html>", "line 1, byte 1")]
    public void OtherFilesAreRefused(string text, string expected) => Refused(text, expected);

    [Theory]
    [InlineData("\"bbox\": [1, 2, NaN, 4]", "line 2: a finite number was expected, found NaN")]
    [InlineData("\"bbox\": [1, 2, -Infinity, 4]", "a finite number was expected, found")]
    [InlineData("\"bbox\": [1, 2, 1e999, 4]", "annotations[0].bbox[2] must be a finite number, found 1e999")]
    [InlineData("\"bbox\": [1, 2, \"3\", 4]", "annotations[0].bbox[2] must be a finite number, found the text \"3\"")]
    [InlineData("\"bbox\": [1, 2, 3]", "annotations[0].bbox must be [x, y, width, height]")]
    [InlineData("\"bbox\": 5", "annotations[0].bbox must be a list")]
    [InlineData("\"area\": 5", "annotations[0] has no bbox and no segmentation")]
    [InlineData("\"bbox\": [1, 2, 3, 4], \"image_id\": \"1\"", "annotations[0].image_id must be a whole number")]
    [InlineData("\"bbox\": [1, 2, 3, 4], \"image_id\": 1.5", "annotations[0].image_id must be a whole number")]
    [InlineData("\"segmentation\": [[1, 2, 3, 4, 5]]", "a polygon of 5 numbers")]
    [InlineData("\"segmentation\": {\"counts\": [3], \"size\": [4, 5]}", "does not fit its image")]
    public void MalformedAnnotationsAreRefusedWithTheirPlace(string fields, string expected) =>
        Refused(Truth($"{{\"image_id\": 1, \"category_id\": 7, {fields}}}"), expected);

    [Theory]
    [InlineData("{\"id\": 1, \"width\": 5, \"height\": 5}", "images[1] has the id 1, as images[0] has")]
    [InlineData("{\"width\": 5, \"height\": 5}", "images[1] has no id")]
    public void ImagesNeedIdsOfTheirOwn(string image, string expected) =>
        Refused($"{{\"images\": [{Image}, {image}], \"categories\": [{Category}], \"annotations\": []}}", expected);

    [Fact]
    public void AMissingAreaIsWidthTimesHeight() =>
        Assert.Equal(12, Read("{\"image_id\": 1, \"category_id\": 7, \"bbox\": [1, 2, 3, 4]}").Annotations[0].Area);

    [Fact]
    public void AMissingBoxIsTakenFromTheMask()
    {
        var one = Read(
            "{\"image_id\": 1, \"category_id\": 7, \"segmentation\": [[2, 1, 8, 1, 8, 5, 2, 5]]}"
        ).Annotations[0];
        Assert.Equal((new(2, 1, 6, 4), 24.0, null), (one.Box, one.Area, one.Outline));
    }

    [Fact]
    public void IdsMayHave64BitsAndAByteOrderMarkIsNoContent()
    {
        var file = CocoFile.Read(
            _folder.Write(
                "big.json",
                "\uFEFF{\"categories\": [{\"id\": 1}], \"images\": [{\"id\": 9223372036854775807}, {\"id\": 3.0}]}"
            )
        );
        Assert.Equal([long.MaxValue, 3], file.Images.Select(image => image.Id));
    }

    [Theory]
    [InlineData("{}", "must be a list of detections")]
    [InlineData("[{\"image_id\": 2, \"category_id\": 7, \"bbox\": [1, 2, 3, 4], \"score\": 1}]", "is of image 2")]
    [InlineData("[{\"image_id\": 1, \"category_id\": 7, \"bbox\": [1, 2, 3, 4]}]", "detection 0 has no score")]
    [InlineData("[{\"image_id\": 1, \"category_id\": 7, \"bbox\": [1, 2, 3, 4], \"score\": NaN}]", "found NaN")]
    [InlineData("[{\"image_id\": 1, \"category_id\": 7, \"bbox\": [], \"score\": 1}]", "no bbox and no segmentation")]
    [InlineData("[] []", "not valid JSON")]
    public void MalformedResultsAreRefusedWithTheirPlace(string results, string expected)
    {
        var path = _folder.Write("found.json", results);
        var error = Assert.Throws<RequestException>(() => CocoResults.Read(path, Read("")));
        Assert.Contains(path, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void AResultWithoutBoxHasThatOfItsMask()
    {
        var path = _folder.Write(
            "found.json",
            """
            [{"image_id": 1, "category_id": 7, "score": 0.5,
              "segmentation": {"size": [80, 100], "counts": [1, 2, 7997]}},
             {"image_id": 1, "category_id": 7, "score": 0.5, "bbox": [1, 2, 3, 4],
              "segmentation": {"size": [80, 100], "counts": [1, 2, 7997]}}]
            """
        );
        var found = CocoResults.Read(path, Read(""));
        Assert.Equal((new(0, 1, 1, 2), 2.0), (found[0].Box, found[0].Area));
        Assert.Equal((new(1, 2, 3, 4), 12.0), (found[1].Box, found[1].Area));
    }

    [Fact]
    public void WrittenResultsAreReadBack()
    {
        var path = _folder.At("found.json");
        CocoResults.Write(path, [new(1, 7, new(0.125, 2, 1 / 3.0, 4), 0.9)]);
        Assert.Equal([new(1, 7, new(0.125, 2, 1 / 3.0, 4), 0.9)], CocoResults.Read(path, Read("")));
    }

    void Refused(string text, string expected)
    {
        var path = _folder.Write("truth.json", text);
        var error = Assert.Throws<RequestException>(() => CocoFile.Read(path));
        Assert.Contains(path, error.Message);
        Assert.Contains(expected, error.Message);
    }

    CocoFile Read(string annotation) => CocoFile.Read(_folder.Write("truth.json", Truth(annotation)));

    static string Truth(string annotation) =>
        $"{{\"images\": [{Image}], \"categories\": [{Category}],\n\"annotations\": [{annotation}]}}";
}
