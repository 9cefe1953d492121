using Akka.Configuration;
using EvoNas.Cli.Clustering;
using EvoNas.Searches.Configuration;

namespace EvoNas.Cli.Tests.Clustering;

public class MembershipTests
{
    [Fact]
    public void WhatAFileSaysToAkkaReachesItWhole()
    {
        var file = HoconReader.Read(
            """
            akka {
              actor { debug { receive = on }, throughput = 7 },
              loggers = ["a, b", c], log-dead-letters = 3
              cluster.seed-nodes = [{ host = "x:1" }, { host = y }]
            }
            """,
            "file"
        );

        var own = AkkaOverrides.Rendered(file.Find("akka")!); // It is there.
        var akka = ConfigurationFactory.ParseString($"akka {own}");

        Assert.True(akka.GetBoolean("akka.actor.debug.receive"));
        Assert.Equal(7, akka.GetInt("akka.actor.throughput"));
        Assert.Equal(3, akka.GetInt("akka.log-dead-letters"));
        Assert.Equal(["a, b", "c"], akka.GetStringList("akka.loggers"));
        var seeds = akka.GetValue("akka.cluster.seed-nodes").GetArray();
        Assert.Equal(["x:1", "y"], seeds.Select(seed => seed.GetObject().GetKey("host").GetString()));
    }
}
