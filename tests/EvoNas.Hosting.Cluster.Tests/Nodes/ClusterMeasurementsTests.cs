using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using EvoNas.Actors;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

public class ClusterMeasurementsTests
{
    [Fact]
    public async Task ANodeMeasuresItsActorsItsPlaceAndItsSearches()
    {
        using var heard = new Heard();
        await using var cluster = new SmallCluster();
        cluster.Start("m-one", 0, NodeRole.Population);
        var two = cluster.Start("m-two", 2, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(40, "measured")));
        await SmallCluster.UntilFinished(client, "measured");

        await heard.Until(
            "evonas.search.evaluations measured scored",
            "evonas.search.evaluation.time measured scored",
            "evonas.search.best measured top1",
            "evonas.search.lease.age measured",
            "evonas.search.pending measured",
            "evonas.search.leased measured",
            "evonas.journal.events measured",
            "evonas.journal.append.time ok",
            "evonas.journal.append.size",
            "evonas.journal.recovery.time zero",
            "evonas.actor.live population m-one",
            "evonas.actor.live searches m-one",
            "evonas.actor.live mutator m-one",
            "evonas.actor.live slot m-two",
            "evonas.actor.mailbox.depth population m-one",
            "evonas.actor.mailbox.time slot",
            "evonas.actor.processing.time population Evaluated",
            "evonas.actor.messages mutator Mutate",
            "evonas.actor.stash.depth population",
            "evonas.cluster.singleton.moves",
            "evonas.slot.state m-two-1 idle",
            "evonas.cluster.unreachable",
            $"evonas.cluster.heartbeat.delay {two.Endpoint}",
            "evonas.cluster.members up evaluator",
            "evonas.cluster.members up population"
        );
        Assert.Equal(40, heard["evonas.search.evaluations measured scored"]);
        Assert.Equal(2, heard["evonas.actor.live slot m-two"]);
        Assert.True(heard["evonas.actor.processing.time population Evaluated"] >= 40);

        await client.Do(new Request.Stop("measured"));
        await heard.Until("evonas.actor.stops population");
        await cluster.Stop();

        Assert.Equal((0, 0), (heard["evonas.actor.live slot m-two"], heard["evonas.actor.live population m-one"]));
    }

    [Fact]
    public async Task ABirthOfAClusterIsATraceWithItsAttempts()
    {
        var ended = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "EvoNas.Search",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var cluster = new SmallCluster();
        cluster.Start("one", 1, NodeRole.Population, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(12, "traced")));
        await SmallCluster.UntilFinished(client, "traced");
        await cluster.Stop();

        var births = ended
            .Where(span => span.OperationName == "birth" && (string?)span.GetTagItem("search") == "traced")
            .ToArray();
        Assert.Equal(12, births.Length);
        Assert.All(
            births,
            birth =>
            {
                Assert.Equal("scored", birth.GetTagItem("outcome"));
                Assert.Contains(
                    ended,
                    span =>
                        span.OperationName == "attempt"
                        && span.ParentSpanId == birth.SpanId
                        && (string?)span.GetTagItem("slot") == "one-1"
                );
            }
        );
    }

    [Fact]
    public async Task AnActorThatFailsIsRestartedAndCounted()
    {
        using var heard = new Heard();
        var failures = 0;
        await using var cluster = new SmallCluster
        {
            // The population breeds by itself unless it cannot, the mutator only then.
            Draft = _ =>
                Interlocked.Increment(ref failures) <= 2
                    ? throw new InvalidOperationException("at first")
                    : new(Rehearsal.RehearsalSearch.Space, _ => default),
        };
        cluster.Start("one", 1, NodeRole.Population, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(5, "restarted")));
        await SmallCluster.UntilFinished(client, "restarted");

        await heard.Until("evonas.actor.restarts mutator InvalidOperationException");
    }

    /// <summary>Everything that the libraries measure: counters and histograms summed (of a histogram the number of
    /// values), gauges as they are now.</summary>
    sealed class Heard : IDisposable
    {
        readonly ConcurrentDictionary<string, double> _values = new(StringComparer.Ordinal);
        readonly MeterListener _listener = new();
        readonly AsyncSignal _news = new();

        public Heard()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name.StartsWith("EvoNas.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>(
                (instrument, value, tags, _) => Hear(instrument, value, tags)
            );
            _listener.Start();
        }

        public double this[string name] => _values.GetValueOrDefault(name);

        /// <summary>Waits until each of these was heard and is not 0, or is a gauge.</summary>
        public async Task Until(params string[] names)
        {
            try
            {
                await _news.Until(() =>
                {
                    _listener.RecordObservableInstruments();
                    return names.All(_values.ContainsKey);
                });
            }
            catch (OperationCanceledException)
            {
                Assert.Fail(
                    $"{string.Join(", ", names.Except(_values.Keys))} was not heard, of "
                        + $"{string.Join(", ", _values.Keys.Order(StringComparer.Ordinal))}"
                );
            }
        }

        void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var name = instrument.Name;
            foreach (var (_, of) in tags)
                name += $" {of}";
            if (instrument is ObservableGauge<long> or ObservableGauge<double> or Gauge<long>)
                _values[name] = value;
            else
                _values.AddOrUpdate(name, Counted(), (_, before) => before + Counted());
            if (!instrument.IsObservable)
                _news.Ring(); // The others speak when they are asked.

            double Counted() => instrument is Histogram<double> or Histogram<long> ? 1 : value;
        }

        public void Dispose() => _listener.Dispose();
    }
}
