using EvoNas.Genetics;
using EvoNas.Lineages;
using static EvoNas.Lineages.LineageEvent;

namespace EvoNas.Actors.Tests.Populations;

/// <summary>What a slot evaluated under other settings than the search's is no score of it.</summary>
public partial class PopulationBehaviorTests
{
    [Fact]
    public void WhatWasEvaluatedUnderOtherSettingsIsNoScore()
    {
        var test = Population(Begins, Birth(1)).When(new Message.Ready(), "slot-1").When(new Message.Ready(), "slot-2");

        test.When(Evaluated(1, 0.90) with { Evaluation = "0123456789abcdef" }, "slot-1");

        Assert.Empty(Kept(test));
        Assert.Equal(2, Assert.Single(test.SentTo("slot-2").OfType<Message.Evaluate>()).Assignment.Attempt);

        test.When(Evaluated(1, 0.80) with { Attempt = 2, Evaluation = "fedcba9876543210" }, "slot-2");
        var ruledOut = Assert.IsType<RuledOut>(Assert.Single(Kept(test)));
        Assert.Equal(RuledOutReason.Crash, ruledOut.Reason);
        Assert.Contains("evaluated under other settings (fedcba9876543210)", ruledOut.Detail);
    }

    [Fact]
    public void TheFingerprintOfAnEvaluationIsKeptOnceAsLongAsItStaysTheSame()
    {
        var fingerprint = Population(Begins).State.Lineage.Settings!.EvaluationFingerprint();
        var test = Population(Begins, Birth(1), Birth(2))
            .When(new Message.Ready(), "slot-1")
            .When(new Message.Ready(), "slot-2");

        test.When(Evaluated(1, 0.90) with { Evaluation = fingerprint }, "slot-1");
        Assert.Equal(fingerprint, Kept(test).OfType<Scored>().Single().Run.Evaluation);

        test.When(Evaluated(2, 0.80) with { Evaluation = fingerprint }, "slot-2");
        Assert.Null(Kept(test).OfType<Scored>().Single().Run.Evaluation);
    }
}
