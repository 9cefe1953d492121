using EvoNas.Hosting.Nodes;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Storage.Sqlite;
using Serilog.Core;

namespace EvoNas.Cli.Tests.Searches;

/// <summary>Asks a search that runs for its actors.</summary>
public class ActorsCommandTests
{
    [Fact]
    public async Task ARunningSearchTellsWhatItsActorsDo()
    {
        using var some = new Some();
        var search = new Home(some.Home).At("cubes");
        Directory.CreateDirectory(search.Folder);
        var effective = EffectiveSettings.Of(
            some.Write("cubes.conf", $$"""evonas.search { space = "{{some.Space}}", budget.evaluations = 30 }""")
        );
        var request = SearchRequest.ToBegin(effective, new($"table:{some.Table}", "arch", ["mean"]), preset: null);
        Resumption.WriteDown(search, request, effective, "test");
        using var journal = SqliteJournalFile.Open(search.Journal);
        await using var host = await LocalSearch.Start(
            new()
            {
                Name = "cubes",
                Space = request.Space.Decisions,
                Settings = request.Settings,
                Slots =
                [
                    new(
                        "slot-1",
                        (_, _, _, _) =>
                            ValueTask.FromResult(
                                new EvoNas.Hosting.Evaluation(
                                    new EvoNas.Actors.Outcome.Trained(EvoNas.Evolution.Metrics.Of(("mean", 1)), []),
                                    0
                                )
                            ),
                        _ => { }
                    ),
                ],
            },
            journal.Place,
            Logger.None
        );
        await host.Completion;
        await using var socket = SearchSocket.Listen(search.Socket, host.Client, Logger.None);

        var said = await Task.Run(() => some.Said("actors", "cubes"));
        var top = await Task.Run(() => some.Said("top", "--actors"));
        var node = (await Task.Run(() => some.Json("actors", "cubes")))["nodes"]![0]!; // One process.
        var slot = await Task.Run(() => some.Said("actors", "--actor", "/user/slot-1"));
        var payloads = await Task.Run(() => some.Run("actors", "cubes", "--show-payloads"));
        var (code, _, error) = await Task.Run(() => some.Run("actors", "cubes", "--actor", "/user/slot-2"));

        var trace = await Task.Run(() => some.Said("trace", "cubes", "30"));
        var json = await Task.Run(() => some.Json("trace", "cubes", "30"));
        var steps = json["nodes"]![0]!["steps"]!.AsArray(); // One process.
        var never = await Task.Run(() => some.Said("trace", "cubes", "31"));
        var wrong = await Task.Run(() => some.Run("trace", "cubes", "0"));

        Assert.Matches(@"\n.* +slot +Evaluate .* /user/slot-1", trace);
        Assert.Contains(steps, step => (string?)step!["message"] == "Mutated");
        Assert.Equal("No message about birth 31 is kept.\n", never);
        Assert.Equal((2, "error: BIRTH is 0; births are numbered from 1."), (wrong.Code, wrong.Error.Split('\n')[0]));
        Assert.StartsWith("local  up  ", said);
        Assert.Matches(@"\n/user/slot-1 +slot ", said);
        Assert.Matches(@"\nTYPE +LIVE ", top);
        Assert.Equal("up", (string?)node["status"]);
        Assert.Contains(node["actors"]!.AsArray(), actor => (string?)actor!["subject"] == "cubes");
        // It may be handling a message, and may have had none since the first question.
        Assert.Matches(@"^/user/slot-1[^\n]*\n\n *AGO +WAITED", slot);
        Assert.Equal((2, "error: --show-payloads is of one actor."), (payloads.Code, payloads.Error.Split('\n')[0]));
        Assert.Equal(2, code);
        Assert.Contains("There is no actor '/user/slot-2'.\nhint: Did you mean '/user/slot-1'?", error);
    }

    [Fact]
    public void OfASearchThatDoesNotRunThereAreNoActors()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "20", "--name", "cubes"]);

        Assert.Equal((2, ""), (some.Run("actors", "cubes").Code, some.Run("actors", "cubes").Out));
        Assert.Contains("error: No process runs 'cubes'.", some.Run("actors", "cubes").Error);
        Assert.Contains("error: No search runs", some.Run("actors").Error);
        Assert.Contains("error: There is no search called 'none'", some.Run("top", "none", "--actors").Error);
    }
}
