using System.Net;
using EvoNas.Hosting.Nodes;
using EvoNas.Storage.Sqlite;
using Serilog.Core;

namespace EvoNas.Dashboard.Tests;

/// <summary>Genotypes that are proposed in a browser.</summary>
public sealed class ProposalTests : IDisposable
{
    readonly Some _some = new();

    public void Dispose() => _some.Dispose();

    // The search has no slots: what is proposed stays where it can be seen.
    [Fact]
    public async Task ARunningSearchTakesOrRefusesWhatIsProposed()
    {
        var folder = _some.Home.At("day");
        Directory.CreateDirectory(folder.Folder);
        using var journal = SqliteJournalFile.Open(folder.Journal);
        await using var search = await LocalSearch.Start(
            new()
            {
                Name = "day",
                Space = Some.Space.Decisions,
                Settings = Some.Settings(),
                Slots = [],
            },
            journal.Place,
            Logger.None
        );
        await using var socket = SearchSocket.Listen(folder.Socket, search.Client, Logger.None);
        await using var server = await _some.Open(settings => settings with { AllowControl = true });
        using var client = Some.Client(server);
        var genotype = Some.Space.Decisions.Sample(Genetics.SeededRandom.For(3, "proposal"));

        using var taken = await Propose("1", $$"""{"genotypes":["{{genotype}}"]}""");
        using var again = await Propose("1", $$"""{"genotypes":["{{genotype}}"]}""");
        using var known = await Propose("2", $$"""{"genotypes":["{{genotype}}"]}""");
        using var none = await Propose("3", "{}");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (taken.StatusCode, again.StatusCode));
        // The answer and the news of the event go different ways.
        while (search.Lineage.Proposals.Count == 0)
            await Task.Delay(10);
        Assert.Equal([genotype], search.Lineage.Proposals.Select(one => one.Genotype));
        Assert.Equal(HttpStatusCode.Conflict, known.StatusCode);
        Assert.Contains("was born or proposed already.", await known.Content.ReadAsStringAsync());
        Assert.Contains("0 genotypes are proposed", await none.Content.ReadAsStringAsync());

        Task<HttpResponseMessage> Propose(string key, string body) =>
            client.Send(HttpMethod.Post, "api/v1/searches/day/propose", body, ("Idempotency-Key", key));
    }

    [Fact]
    public async Task OfASearchThatNoProcessRunsTheAnswerSaysWhatToType()
    {
        _some.Write("day", 5);
        await using var server = await _some.Open(settings => settings with { AllowControl = true });
        using var client = Some.Client(server);

        using var answer = await client.Send(
            HttpMethod.Post,
            "api/v1/searches/day/propose",
            """{"genotypes":["1"]}""",
            ("Idempotency-Key", "1")
        );

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("evonas propose day GENOTYPE", await answer.Content.ReadAsStringAsync());
    }
}
