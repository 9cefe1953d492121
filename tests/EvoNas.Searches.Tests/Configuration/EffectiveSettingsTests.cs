using System.Text.Json.Nodes;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Tests.Support;
using EvoNas.Torch.Training;

namespace EvoNas.Searches.Tests.Configuration;

public class EffectiveSettingsTests
{
    [Fact]
    public void EveryKnownKeyHasADefaultThatItTakes() => EffectiveSettings.Of(null);

    [Fact]
    public void EveryKeyOfTheShippedFileIsKnown() =>
        Assert.Equal(
            Leaves(EffectiveSettings.Defaults, "").Order(),
            KnownSettings.All.Select(setting => setting.Path).Order()
        );

    [Fact]
    public void EveryTrainingSettingHasAKey() =>
        Assert.Equal(
            // What is known of a data set is found out, not set.
            TrainingSettings.Names.Where(name => name != "data").Order(),
            KnownSettings.Training.Select(setting => Camel(setting.Path.Split('.')[^1])).Order()
        );

    [Fact]
    public void WithoutAnyOptionATrainingIsTheQuickOne() =>
        Assert.Equal(
            TrainingSettings.Quick.ToJson(),
            EvaluationPlan.Training(EffectiveSettings.Of(null), null).ToJson()
        );

    [Fact]
    public void TheCommandLineLiesOverTheFileOverTheDefaults()
    {
        using var some = new CubeFolder();
        var file = Write(
            some,
            "evonas { search { seed = 7, population-size = 20 }, log.file-size = 5MiB, drain = 2m }"
        );

        var settings = EffectiveSettings.Of(file, (KnownSettings.Seed, new HoconNode.Text(new("--seed"), "9", false)));

        Assert.Equal(9, settings.Whole(KnownSettings.Seed));
        Assert.Equal(20, settings.Whole(KnownSettings.PopulationSize));
        Assert.Null(settings.Whole(KnownSettings.TournamentSize));
        Assert.Equal(5 << 20, settings.Size(KnownSettings.LogFileSize));
        Assert.Equal(TimeSpan.FromMinutes(2), settings.Duration(KnownSettings.Drain));
        Assert.True(settings.IsGiven(KnownSettings.PopulationSize));
        Assert.False(settings.IsGiven(KnownSettings.TournamentSize));
    }

    [Fact]
    public void EverythingThatIsWrongIsToldAtOnce()
    {
        using var some = new CubeFolder();
        var file = Write(
            some,
            """
            evonas {
              search {
                populaton-size = 20
                seed = -1
                budget = 5
              }
              lease = 60
              slots = [1]
            }
            akka { anything = goes }
            """
        );

        var error = Assert.Throws<RequestException>(() => EffectiveSettings.Of(file));

        Assert.Equal(
            [
                $"{file}:3: there is no setting evonas.search.populaton-size; did you mean "
                    + "evonas.search.population-size?",
                $"{file}:5: evonas.search.budget is '5'; it takes an object.",
                $"{file}:4: evonas.search.seed is '-1'; it takes a whole number of at least 0.",
                $"{file}:8: evonas.slots is a list; it takes a whole number from 1 to 1024, or auto.",
                $"{file}:7: evonas.lease is '60'; it takes a duration such as 60s or 5m.",
            ],
            error.Message.Split('\n')
        );
    }

    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("60s", 60.0)]
    [InlineData("1.5 minutes", 90.0)]
    [InlineData("2h", 7200.0)]
    [InlineData("1d", 86400.0)]
    [InlineData("60", null)]
    [InlineData("s", null)]
    [InlineData("-1s", null)]
    public void DurationsNeedAUnit(string text, double? seconds) =>
        Assert.Equal(seconds, ((TimeSpan?)Units.Duration(text))?.TotalSeconds);

    [Theory]
    [InlineData("17", 17L)]
    [InlineData("256MB", 256_000_000L)]
    [InlineData("256 MiB", 268_435_456L)]
    [InlineData("4GB", 4_000_000_000L)]
    [InlineData("1.5kB", 1500L)]
    [InlineData("1XB", null)]
    public void SizesMayHaveAUnit(string text, long? bytes) => Assert.Equal(bytes, (long?)Units.Size(text));

    static string Write(CubeFolder some, string text)
    {
        var path = Path.Combine(some.Home, "mine.conf");
        File.WriteAllText(path, text);
        return path;
    }

    static IEnumerable<string> Leaves(HoconNode node, string path) =>
        node is HoconNode.Tree tree
            ? tree.Children.SelectMany(child => Leaves(child.Value, path == "" ? child.Key : $"{path}.{child.Key}"))
            : [path];

    static string Camel(string key) =>
        string.Concat(key.Split('-').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
