using EvoNas.Rehearsal;

namespace EvoNas.Cli.Tests.Running;

/// <summary>Searches that an earlier version left behind go on as if nothing had happened.</summary>
public class GoldenSearchesTests
{
    [Theory]
    [InlineData(GoldenSearches.Finished)]
    [InlineData(GoldenSearches.Paused)]
    [InlineData(GoldenSearches.Running)]
    [InlineData(GoldenSearches.Torn)]
    public void ASearchOfAnEarlierVersionIsResumedToALargerBudget(string name)
    {
        using var some = new Some();
        var folder = Path.Combine(some.Home, "searches", name);
        Directory.CreateDirectory(folder);
        GoldenSearches.Unpack(name, folder);
        // It lay elsewhere then.
        var table = Path.Combine(some.Home, "five-choices.csv");
        File.WriteAllText(table, GoldenSearches.TableText);
        var before = Export(some, name);

        some.Said("resume", name, "--budget", "1010", "--evaluate", $"table:{table}");

        var status = some.Json("status", name);
        Assert.Equal(
            ("finished", 1010L, 0L),
            ((string)status["state"]!, (long)status["scored"]!, (long)status["pending"]!)
        ); // A report has them.
        Assert.Contains("sound", some.Said("lineage", name, "verify"));
        // What was known before is still told, word for word.
        Assert.Equal(before, Export(some, name).Take(before.Length));
    }

    static string[] Export(Some some, string name) =>
        some.Said("lineage", name, "export", "--format", "jsonl").TrimEnd('\n').Split('\n');
}
