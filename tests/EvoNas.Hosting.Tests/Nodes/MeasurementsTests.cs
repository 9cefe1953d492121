using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using EvoNas.Actors;

namespace EvoNas.Hosting.Tests.Nodes;

/// <summary>What a listener to metrics learns of a search.</summary>
public class MeasurementsTests
{
    [Fact]
    public async Task WhatASearchDidIsMeasured()
    {
        using var heard = new Heard("measured");
        await using var host = await Some.Start(Some.Plan(budget: 60, slots: 2) with { Name = "measured" });
        await host.Completion;
        heard.Collect();

        Assert.Equal(60, heard.Sum("evonas.search.evaluations", "outcome=scored"));
        Assert.Equal(60, heard.Count("evonas.search.evaluation.time"));
        Assert.Equal(60, heard.Count("evonas.search.lease.age"));
        // A finished search has a best.
        Assert.Equal(host.Lineage.Best!.Individual.Fitness.Value, heard.Last("evonas.search.best", "objective=top1"));
        Assert.Equal(host.Lineage.Events, heard.Last("evonas.journal.events"));
        Assert.Equal(0, heard.Last("evonas.search.pending"));
        Assert.Null(heard.Last("evonas.search.seconds_since_event"));
    }

    [Fact]
    public async Task AnAttemptThatWasLostIsCountedByItsCause()
    {
        using var heard = new Heard("losing");
        var plan = Some.Plan(budget: 20, slots: 2);
        await using var host = await Some.Start(
            plan with
            {
                Name = "losing",
                // Every seventh birth loses its first worker.
                Slots =
                [
                    .. plan.Slots.Select(slot =>
                        slot with
                        {
                            Evaluate = (assignment, fresh, progress, stop) =>
                                assignment is { Attempt: 1, Birth.Value: 7 or 14 }
                                    ? ValueTask.FromResult(
                                        new Evaluation(new Outcome.Lost(LossCause.Oom, "as told"), 0)
                                    )
                                    : slot.Evaluate(assignment, fresh, progress, stop),
                        }
                    ),
                ],
            }
        );
        await host.Completion;

        Assert.Equal(2, heard.Sum("evonas.search.reissues", "cause=oom"));
        Assert.Equal(20, heard.Sum("evonas.search.evaluations", "outcome=scored"));
    }

    [Fact]
    public async Task WhatASearchHadToTellIsGoneWithIt()
    {
        using var heard = new Heard("brief");
        await using (var host = await Some.Start(Some.Plan(budget: 5, slots: 1) with { Name = "brief" }))
            await host.Completion;

        heard.Collect();

        Assert.Null(heard.Last("evonas.search.pending"));
        Assert.Null(heard.Last("evonas.search.best", "objective=top1"));
    }

    [Fact]
    public async Task EveryBirthIsATraceWithItsAttempts()
    {
        var ended = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "EvoNas.Search",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await Some.Start(Some.Plan(budget: 30, slots: 2) with { Name = "traced" });
        await host.Completion;

        var births = ended
            .Where(span => span.OperationName == "birth" && (string?)span.GetTagItem("search") == "traced")
            .ToArray();
        Assert.Equal(
            Enumerable.Range(1, 30).Select(birth => (long)birth),
            births.Select(span => (long)span.GetTagItem("birth")!).Order()
        ); // Every one has a number.
        Assert.All(births, span => Assert.Equal("scored", span.GetTagItem("outcome")));
        Assert.All(births, span => Assert.Null(span.ParentId));
        Assert.All(
            births,
            span =>
                Assert.Contains(
                    ended,
                    attempt =>
                        attempt.OperationName == "attempt"
                        && attempt.ParentSpanId == span.SpanId
                        && (int?)attempt.GetTagItem("attempt") == 1
                )
        );
    }

    /// <summary>Hears what the meters of one search say: other tests run beside this one.</summary>
    sealed class Heard : IDisposable
    {
        readonly ConcurrentDictionary<string, (double Sum, long Count, double? Last)> _values = new();
        readonly MeterListener _listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name.StartsWith("EvoNas.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };

        public Heard(string search)
        {
            _listener.SetMeasurementEventCallback<long>(
                (instrument, value, tags, _) => Hear(instrument, value, tags, search)
            );
            _listener.SetMeasurementEventCallback<double>(
                (instrument, value, tags, _) => Hear(instrument, value, tags, search)
            );
            _listener.Start();
        }

        public void Collect() => _listener.RecordObservableInstruments();

        public double Sum(string instrument, string tag = "") => _values.GetValueOrDefault($"{instrument} {tag}").Sum;

        /// <summary>Over all values of the other tags.</summary>
        public long Count(string instrument) =>
            _values
                .Where(pair => pair.Key.StartsWith(instrument + " ", StringComparison.Ordinal))
                .Sum(pair => pair.Value.Count);

        public double? Last(string instrument, string tag = "") =>
            _values.GetValueOrDefault($"{instrument} {tag}").Last;

        void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, string search)
        {
            var (mine, others) = (false, new List<string>());
            foreach (var (name, of) in tags)
                if (name == "search")
                    mine = (string?)of == search;
                else
                    others.Add($"{name}={of}");
            if (mine)
                _values.AddOrUpdate(
                    $"{instrument.Name} {string.Join(',', others)}",
                    (value, 1, value),
                    (_, before) => (before.Sum + value, before.Count + 1, value)
                );
        }

        public void Dispose() => _listener.Dispose();
    }
}
