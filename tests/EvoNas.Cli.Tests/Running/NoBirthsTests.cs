using EvoNas.Actors;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Cli.Tests.Running;

/// <summary>A search without a birth is shown as one in every view.</summary>
public class NoBirthsTests
{
    // As a process left it that ended after its first event, or before.
    static async Task Left(Some some, string name, bool begun)
    {
        var search = new Home(some.Home).At(name);
        Directory.CreateDirectory(search.Folder);
        using var journal = SqliteJournalFile.Open(search.Journal);
        if (!begun)
            return;
        var settings = Path.Combine(some.Home, "settings.conf");
        await File.WriteAllTextAsync(settings, $$"""evonas.search { space = "{{some.Space}}" }""");
        var effective = EffectiveSettings.Of(settings);
        var request = SearchRequest.ToBegin(effective, new($"table:{some.Table}", "arch", ["mean"]), preset: null);
        Resumption.WriteDown(search, request, effective, "test");
        await using var akka = AkkaJournal.Open(journal.Place);
        var first = EventSerializer.Write(search.PersistenceId, 1, new LineageEvent.Begun(request.Settings));
        await akka.Append(search.PersistenceId, [first]);
    }

    [Theory]
    [InlineData(true, "births    0: 0 scored, 0 ruled out, 0 pending; 0 distinct genotypes\n")]
    [InlineData(true, "go on     evonas resume few\n")]
    [InlineData(false, "few  interrupted\nbegin it  evonas search --name few …\n")]
    public async Task TheStatusSaysHowToGoOn(bool begun, string line)
    {
        using var some = new Some();
        await Left(some, "few", begun);

        Assert.Contains(line, some.Said("status", "few"));
        Assert.Matches(@"few +interrupted +(cubes +)?0", some.Said("status"));
        var status = some.Json("status", "few");
        Assert.Equal((0, 0), ((long?)status["births"], (long?)status["distinct"]));
        Assert.Null(status["best"]);
    }

    [Theory]
    [InlineData(true, "Continue it: evonas resume few.")]
    [InlineData(false, "It never began: evonas search --name few … begins it.")]
    public async Task TheLineageIsEmpty(bool begun, string hint)
    {
        using var some = new Some();
        await Left(some, "few", begun);

        Assert.Equal((1, "", $"error: 'few' has no birth yet.\nhint: {hint}\n"), some.Run("lineage", "few"));
        Assert.Equal(
            (1, "", $"error: 'few' has no birth yet.\nhint: {hint}\n"),
            some.Run("lineage", "few", "show", "best")
        );
        Assert.Equal((2, "", "error: 'few' has no birth 1; it has none.\n"), some.Run("lineage", "few", "show", "1"));
        Assert.Equal("[]", some.Json("lineage", "few").ToJsonString());
        Assert.Equal("[]\n", some.Said("lineage", "few", "export", "--format", "json"));
        Assert.StartsWith(
            "birth,parent,",
            Assert.Single(some.Said("lineage", "few", "export").TrimEnd('\n').Split('\n'))
        );
    }

    [Theory]
    [InlineData(true, "sound  few: 1 event (1 begun-with-rules), 0 snapshots compared")]
    [InlineData(false, "sound  few: 0 events, 0 snapshots compared, 0 B\n")]
    public async Task TheJournalIsSound(bool begun, string verdict)
    {
        using var some = new Some();
        await Left(some, "few", begun);

        Assert.StartsWith(verdict, some.Said("lineage", "few", "verify"));
        Assert.Equal(begun ? 1 : 0, (long?)some.Json("lineage", "few", "verify")["rows"]);
    }

    [Theory]
    [InlineData(true, "scored 0\n")]
    [InlineData(false, "it never began\n")]
    public async Task TheFrameHasNoBest(bool begun, string end)
    {
        using var some = new Some();
        await Left(some, "few", begun);

        var frame = some.Said("top", "few");

        Assert.Contains("best      none yet\n", frame);
        Assert.EndsWith(end, frame);
    }

    [Fact]
    public async Task ItsNameMayBeHadByOtherSettingsAndWhatItWasIsKept()
    {
        using var some = new Some();
        await Left(some, "few", begun: true);

        var (code, _, error) = some.Run(["search", .. some.Search, "--name", "few", "--seed", "9", "--budget", "5"]);

        Assert.Equal(0, code);
        Assert.Contains(
            "'few' was begun with other settings and evaluated nothing; it is kept as few.abandoned-1, and begins "
                + "anew.\n",
            error
        );
        Assert.Equal(5, (long?)some.Json("status", "few")["scored"]);
        Assert.DoesNotContain("abandoned", some.Said("status"));
        Assert.True(File.Exists(Path.Combine(some.Home, "searches", "few.abandoned-1", "search.db")));
        var (refused, _, why) = some.Run(["search", .. some.Search, "--name", "few.abandoned-1"]);
        Assert.Equal(2, refused);
        Assert.StartsWith("error: 'few.abandoned-1' was given up before its first evaluation; it is kept for", why);
    }

    [Fact]
    public async Task ItStaysUnderItsNameWhereTheOtherSettingsCannotBegin()
    {
        using var some = new Some();
        await Left(some, "few", begun: true);

        var (code, _, error) = some.Run([
            "search",
            .. some.Search,
            "--name",
            "few",
            "--algorithm",
            "evolution",
            "--population",
            "12",
            "--tournament",
            "13",
        ]);

        Assert.Equal(2, code);
        Assert.StartsWith("error: A tournament of 13 needs 2 to 12", error);
        Assert.Equal(
            ["few"],
            Directory.EnumerateDirectories(Path.Combine(some.Home, "searches")).Select(Path.GetFileName)
        );
    }

    [Fact]
    public async Task ASecondGivenUpIsKeptBesideTheFirst()
    {
        using var some = new Some();
        await Left(some, "few", begun: true);
        Directory.CreateDirectory(Path.Combine(some.Home, "searches", "few.abandoned-1"));

        some.Said(["search", .. some.Search, "--name", "few", "--seed", "9", "--budget", "5"]);

        Assert.True(File.Exists(Path.Combine(some.Home, "searches", "few.abandoned-2", "search.db")));
    }
}
