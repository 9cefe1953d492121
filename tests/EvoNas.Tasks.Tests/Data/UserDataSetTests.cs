using EvoNas.Spaces;
using EvoNas.Tasks.Data;
using EvoNas.Torch.Training;

namespace EvoNas.Tasks.Tests.Data;

public sealed class UserDataSetTests : IDisposable
{
    readonly TemporaryFolder _data = new();

    static readonly TrainingSettings _settings = new()
    {
        Task = "detection",
        DataSet = "cats",
        Epochs = 1,
        ImageSide = 32,
        TrainImages = 1200,
        ValidationImages = 200,
    };

    public void Dispose() => _data.Dispose();

    TrainingSettings WithFacts(TrainingSettings settings) =>
        UserDataSet.WithFacts(settings, TaskCatalog.Of(settings), new(_data.Path), _ => { });

    RequestException Refused(TrainingSettings settings) => Assert.Throws<RequestException>(() => WithFacts(settings));

    [Fact]
    public void AFolderInTheDataFolderIsADataSetOfItsName()
    {
        TinyFolders.Coco(_data, "cats", pictures: 10);
        var set = UserDataSet.Find("cats", new(_data.Path));
        Assert.Equal([DataLayout.Coco], set.Layouts);
        Assert.Equal([TaskCatalog.Detection], set.Tasks);
        var facts = WithFacts(_settings).Data;
        Assert.Equal(
            ("coco", 2, 3, 9, 0, 1),
            (facts!.Layout, facts.Classes, facts.Channels, facts.Train, facts.Validation, facts.Test)
        ); // It was examined.
        Assert.Equal(16, facts.Fingerprint.Length);
    }

    [Fact]
    public void ABuiltInSetHasNoFacts() => Assert.Null(WithFacts(_settings with { DataSet = "fashion-scenes" }).Data);

    [Fact]
    public void TheTaskFollowsFromTheFolder()
    {
        TinyFolders.Coco(_data, "cats", pictures: 10);
        Assert.Equal(
            "detection",
            TaskCatalog.For(SpaceCatalog.Find("mnasnet"), null, null, "cats", new(_data.Path)).Name
        );
        var misfit = Assert.Throws<RequestException>(() =>
            TaskCatalog.For(SpaceCatalog.Find("regnet-x"), null, null, "cats", new(_data.Path))
        );
        Assert.Equal(
            "'cats' is a data set for detection; the networks of 'regnet-x' are for classification.",
            misfit.Message
        );
        Assert.Contains("evonas data check " + Path.Combine(_data.Path, "cats"), misfit.Hint);
    }

    [Fact]
    public void AnUnknownNameSuggestsWhatIsThere()
    {
        TinyFolders.Coco(_data, "cats", pictures: 10);
        var fault = Refused(_settings with { DataSet = "cast" });
        Assert.Contains("There is no data set called 'cast'", fault.Message);
        Assert.Contains("Did you mean 'cats'?", fault.Hint);
        Assert.Contains("evonas data check", fault.Hint);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    public void ANameIsNoPath(string name) =>
        Assert.Contains("is no name of a data set", Refused(_settings with { DataSet = name }).Message);

    [Fact]
    public void AFolderWithoutAKnownLayoutIsRefused()
    {
        _data.Write("cats/readme.md", "cats");
        var fault = Refused(_settings);
        Assert.Contains("has none of the layouts that are read: COCO", fault.Message);
        Assert.Contains("evonas data check", fault.Hint);
    }

    [Fact]
    public void AMalformedSetIsRefusedWithItsPlaceAndTheCommandThatShowsTheRest()
    {
        TinyFolders.Coco(_data, "cats", pictures: 10);
        File.Delete(Path.Combine(_data.Path, "cats", "images", "3.png"));
        var fault = Refused(_settings);
        Assert.Contains("lacks 1 pictures of the annotations: 3.png", fault.Message);
        Assert.Contains("--skip-missing", fault.Hint);
        Assert.Contains("evonas data check " + Path.Combine(_data.Path, "cats"), fault.Hint);
        Assert.Equal(
            9,
            WithFacts(_settings with { SkipMissing = true }).Data is { } facts ? facts.Train + facts.Test : 0
        );
    }

    [Fact]
    public void ANodeWithOtherContentsRefusesTheSearch()
    {
        TinyFolders.Coco(_data, "cats", pictures: 10);
        var begun = WithFacts(_settings);
        UserDataSet.Check(begun, new(_data.Path));
        _data.Write("cats/.hidden", "x");
        _data.Write("cats/data-check.html", "x");
        UserDataSet.Check(begun, new(_data.Path));

        // A picture of the same name and another size.
        _data.Write("cats/images/3.png", PngFile.Rgb(30, 20, new byte[30 * 20 * 3]));
        var fault = Assert.Throws<RequestException>(() => UserDataSet.Check(begun, new(_data.Path)));
        Assert.Contains("has other contents than the 'cats' that the search began with", fault.Message);
        Assert.Contains(begun.Data!.Fingerprint, fault.Message); // It was examined.

        using var empty = new TemporaryFolder();
        Assert.Contains(
            "There is no data set called 'cats'",
            Assert.Throws<RequestException>(() => UserDataSet.Check(begun, new(empty.Path))).Message
        );
    }

    [Fact]
    public void AnnotationsAreKnownByTheirContents()
    {
        TinyFolders.Coco(_data, "cats", pictures: 10);
        var path = Path.Combine(_data.Path, "cats", "annotations", "instances.json");
        var before = DataFingerprint.Of(Path.Combine(_data.Path, "cats"));
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"cat\"", "\"cot\"", StringComparison.Ordinal));
        Assert.NotEqual(before, DataFingerprint.Of(Path.Combine(_data.Path, "cats")));
    }

    [Fact]
    public void APresetTakesNoMoreImagesThanTheFolderHas()
    {
        TinyFolders.Coco(_data, "cats", pictures: 20);
        var facts = WithFacts(_settings);
        var fitted = TaskCatalog.Detection.Fitted(facts, _ => false);
        Assert.Equal((15, 3), (fitted.TrainImages, fitted.ValidationImages));
        var given = TaskCatalog.Detection.Fitted(facts, name => name == "validationImages");
        Assert.Equal(200, given.ValidationImages);
    }

    [Fact]
    public void SettingsWithFactsComeBackFromTheirJson()
    {
        TinyFolders.Coco(_data, "cats", pictures: 10);
        var settings = WithFacts(_settings);
        Assert.Contains("\"data\":{\"layout\":\"coco\",\"classes\":2,", settings.ToJson());
        Assert.Equal(settings, TrainingSettings.FromJson(settings.ToJson()));
        Assert.DoesNotContain("\"data\":", (_settings with { DataSet = "fashion-scenes" }).ToJson());
    }

    [Theory]
    [InlineData("instances_train2017.json", "instances_val2017.json", 6, 0, 4)]
    [InlineData("train.json", "test.json", 6, 0, 4)]
    public void PartsAreThoseOfTheLayout(string first, string second, int train, int validation, int test)
    {
        TinyFolders.Coco(_data, "cats", pictures: 6, annotations: first);
        TinyFolders.Coco(_data, "cats", pictures: 4, annotations: second, from: 100);
        var facts = WithFacts(_settings).Data;
        Assert.Equal((train, validation, test), (facts!.Train, facts.Validation, facts.Test)); // It was examined.
    }

    [Fact]
    public void AThirdPartValidates()
    {
        foreach (
            var (name, from, count) in (ReadOnlySpan<(string, int, int)>)
                [("train", 0, 6), ("val", 100, 4), ("test", 200, 3)]
        )
            TinyFolders.Coco(_data, "cats", count, $"{name}.json", from);
        var facts = WithFacts(_settings).Data;
        Assert.Equal((6, 4, 3), (facts!.Train, facts.Validation, facts.Test)); // It was examined.
    }

    [Fact]
    public void ACategoryThatOnlyAnotherPartHasIsRefused()
    {
        TinyFolders.Coco(_data, "cats", pictures: 6, annotations: "train.json");
        TinyFolders.Coco(_data, "cats", pictures: 4, annotations: "val.json", from: 100, second: "horse");
        Assert.Contains("has the category 'horse', which the training part lacks", Refused(_settings).Message);
    }

    [Fact]
    public void ListsOfVocAreParts()
    {
        TinyFolders.Voc(_data, "cats", pictures: 8);
        _data.Write("cats/ImageSets/Main/train.txt", "0\n1\n2\n3\n");
        _data.Write("cats/ImageSets/Main/val.txt", "4\n5\n");
        var facts = WithFacts(_settings).Data;
        Assert.Equal(("voc", 2, 4, 0, 2), (facts!.Layout, facts.Classes, facts.Train, facts.Validation, facts.Test));
    }
}
