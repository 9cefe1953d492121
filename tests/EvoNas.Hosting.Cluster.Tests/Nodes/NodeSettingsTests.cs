using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Storage.Postgres;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

public sealed class NodeSettingsTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evonas-settings-");

    public NodeSettingsTests() => NodeCertificateTests.Write(CertificateFile, "");

    string CertificateFile => Path.Combine(_folder.FullName, "node.p12");

    public void Dispose() => _folder.Delete(recursive: true);

    static NodeSettings Plan(params string[] roles) =>
        new()
        {
            Name = "one",
            Roles = [.. roles],
            Slots = 1,
            Journal = PostgresPlace.Of("Host=127.0.0.1"),
            Draft = _ => throw new NotSupportedException("Nothing is bred here."),
            WorkerFactory = (_, _, _) => throw new NotSupportedException("Nothing is evaluated here."),
        };

    NodeSettings Abroad => Plan(NodeRole.Population) with { Host = "10.0.0.1", Certificate = new(CertificateFile, "") };

    static string Refused(NodeSettings plan) =>
        Assert.Throws<RequestException>(plan.Checked) is var fault ? $"{fault.Message} {fault.Hint}" : "";

    [Theory]
    [InlineData("../../../pwned")]
    [InlineData("A B")]
    [InlineData("x\"y")]
    [InlineData("")]
    [InlineData("-a")]
    public void TheNameOfANodeIsChecked(string name) =>
        Assert.Contains("is no name of a node", Refused(Plan(NodeRole.Population) with { Name = name }));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData(":4053")]
    [InlineData("akka://evonas@one:4053")]
    public void ASeedHasAHostAndAPort(string seed) =>
        Assert.Contains("HOST:PORT", Refused(Plan(NodeRole.Population) with { Seeds = [seed] }));

    [Fact]
    public void ANodeNeedsARoleThatThereIs()
    {
        Assert.Contains("One or more of: population, mutator, evaluator, monitor", Refused(Plan()));
        Assert.Contains("evaluator", Refused(Plan("evaluater")));
    }

    [Fact]
    public void WhoRunsSearchesNeedsAJournalAndWhoEvaluatesASlot()
    {
        Assert.Contains("EVONAS_JOURNAL", Refused(Plan(NodeRole.Population) with { Journal = null }));
        Assert.Contains("--slots", Refused(Plan(NodeRole.Evaluator) with { Slots = 0 }));
    }

    [Fact]
    public void OffTheLoopbackInterfaceThereIsNoNodeWithoutTls()
    {
        Assert.Contains("without TLS", Refused(Abroad with { Certificate = null }));
        Assert.Contains(
            "There is no certificate nowhere.p12",
            Refused(Abroad with { Certificate = new("nowhere.p12", "") })
        );
        Assert.Equal("10.0.0.1", Abroad.Checked().Host);
    }

    [Fact]
    public void AServerIsNotWaitedForLongAndPreparesStatementsUnlessToldOtherwise()
    {
        var place = new Npgsql.NpgsqlConnectionStringBuilder(
            PostgresPlace.Of("Host=db;Database=evonas").ConnectionString
        );
        var told = new Npgsql.NpgsqlConnectionStringBuilder(
            PostgresPlace
                .Of("Host=db;Timeout=7;CommandTimeout=30;Keepalive=0;Max Auto Prepare=0;Options=-c work_mem=8MB")
                .ConnectionString
        );

        Assert.Equal((5, 15, 10, 50), (place.Timeout, place.CommandTimeout, place.KeepAlive, place.MaxAutoPrepare));
        Assert.Equal((7, 30, 0, 0), (told.Timeout, told.CommandTimeout, told.KeepAlive, told.MaxAutoPrepare));
        Assert.Equal("-c idle_in_transaction_session_timeout=10s -c work_mem=8MB", told.Options);
    }

    [Fact]
    public void WhatIsShownOfSettingsHasNoSecrets()
    {
        var place = PostgresPlace
            .Of("Host=db;Database=evonas;Username=node;Password=tiger;SSL Password=lion")
            .ToString();
        string[] shown =
        [
            .. AkkaConfiguration.Shown(
                """
                akka {
                  "cluster" : { "roles" : [a, b] }
                  "persistence" : { "journal.sql" : { "connection-string" : "Password=tiger", "parallelism" : "2" } }
                  "remote" : { "password" : "lion" }
                }
                """
            ),
        ];

        Assert.Contains("Host=db", place);
        Assert.DoesNotContain(
            shown.Append(place),
            line => line.Contains("tiger", StringComparison.Ordinal) || line.Contains("lion", StringComparison.Ordinal)
        );
        Assert.Equal(
            [
                "akka.cluster.roles = [a, b]",
                "akka.persistence.journal.sql.connection-string = ********",
                "akka.persistence.journal.sql.parallelism = 2",
                "akka.remote.password = ********",
            ],
            shown.Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("", 5)]
    [InlineData("akka.cluster.split-brain-resolver.stable-after = 20s", 20)]
    [InlineData("akka.cluster.down-removal-margin = 9s", 9)]
    public void ACoordinatorHasTheTimeToStopBeforeAnotherStarts(string overrides, int seconds)
    {
        var config = AkkaConfiguration.Of(
            Plan(NodeRole.Population) with
            {
                Overrides = overrides,
            },
            [NodeRole.Population],
            null
        );

        Assert.Equal(TimeSpan.FromSeconds(seconds), config.GetTimeSpan("akka.cluster.down-removal-margin"));
    }

    [Fact]
    public void ARemovalMarginThatWouldLetTwoCoordinatorsWriteIsRefused()
    {
        var plan = Plan(NodeRole.Population) with { Overrides = "akka.cluster.down-removal-margin = 1s" };

        var refusal = Assert.Throws<RequestException>(() => AkkaConfiguration.Of(plan, [NodeRole.Population], null));

        Assert.Contains("akka.cluster.down-removal-margin is 1 s", refusal.Message);
        Assert.Contains("5 s", refusal.Message);
        Assert.Contains("Leave akka.cluster.down-removal-margin out", refusal.Hint);
    }

    [Fact]
    public void TheShutDownOfANodeLastsAsLongAsItsDrain()
    {
        var plan = Plan(NodeRole.Evaluator) with { DrainTime = TimeSpan.FromMinutes(5) };

        var config = AkkaConfiguration.Of(plan, [NodeRole.Evaluator], null);

        Assert.Equal(
            TimeSpan.FromSeconds(310),
            config.GetTimeSpan("akka.coordinated-shutdown.phases.service-stop.timeout")
        );
    }

    [Theory]
    [InlineData("Host=db.example.org;Password=x", true)]
    [InlineData("Host=db.example.org;SSL Mode=Require;Password=x", true)]
    [InlineData("Host=db.example.org;SSL Mode=VerifyFull;Password=x", false)]
    [InlineData("Host=127.0.0.1;Password=x", false)]
    [InlineData("Host=/run/postgresql;Password=x", false)]
    [InlineData("Host=127.0.0.1:5433,[::1]:5434,localhost;Target Session Attributes=primary;Password=x", false)]
    [InlineData("Host=127.0.0.1:5433,db.example.org;Target Session Attributes=primary;Password=x", true)]
    public void AServerElsewhereIsToProveWhoItIs(string connection, bool isSaid)
    {
        var caution = PostgresPlace.Of(connection).Caution;

        Assert.Equal(isSaid, caution?.Contains("VerifyFull", StringComparison.Ordinal) ?? false);
        Assert.DoesNotContain("Password", caution ?? "");
    }
}
