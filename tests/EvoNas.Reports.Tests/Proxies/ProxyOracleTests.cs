using System.Text.Json.Nodes;
using EvoNas.Reports.Proxies;

namespace EvoNas.Reports.Tests.Proxies;

/// <summary>What google/vertex-ai-nas answers to the same inputs.</summary>
public class ProxyOracleTests
{
    static readonly JsonObject Oracle = JsonNode
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Oracles", "proxy.json")))!
        .AsObject();

    static IEnumerable<JsonObject> Of(string section) => Oracle[section]!.AsArray().Select(one => one!.AsObject());

    static double[] Numbers(JsonNode? list) => [.. list!.AsArray().Select(one => one!.GetValue<double>())];

    static LearningCurve Curve(JsonNode? steps, JsonNode? scores) =>
        new("p", "m", [.. Numbers(steps).Zip(Numbers(scores), (step, score) => new CurvePoint(step, score))]);

    [Fact]
    public void VarianceAndSmoothnessAreThoseOfTheOracle()
    {
        foreach (var one in Of("variance_smoothness"))
        {
            LearningCurve[] curves =
            [
                .. one["trials"]!.AsArray().Select(trial => Curve(trial!["step_pct"], trial["accuracy"])),
            ];

            var stability = ProxyStability.Of(curves);

            Assert.Equal((double)one["variance"]!, stability.Variance, 12);
            // Slopes of straight lines are exact here; each of up to thirty is off by up to 1e-6 in the oracle, as
            // differences over a tiny step are.
            Assert.Equal((double)one["smoothness"]!, stability.Smoothness, 3e-5);
            foreach (var (expected, curve) in Numbers(one["smoothness_per_trial"]).Zip(curves))
                Assert.Equal(expected, ProxyStability.Roughness(curve), 3e-5);
        }
    }

    [Fact]
    public void AccuracyBetweenEvaluationsIsThatOfTheOracle()
    {
        foreach (var one in Of("accuracy_interpolation"))
        {
            var at = Curve(one["step_pct"], one["accuracy"]).At((double)one["query_pct"]!);

            Assert.Equal(one["value"] is null, at is null);
            if (at is not null)
                Assert.Equal((double)one["value"]!, at.Value, 12);
        }
    }

    [Fact]
    public void ModelsAreRemovedInTheOrderOfTheOracle()
    {
        foreach (var one in Of("model_filtering"))
        {
            var points = one["points"]!.AsArray();

            var removed = ModelFilter.Removed(
                [.. points.Select(point => ((double)point!["accuracy"]!, (double)point["latency"]!))],
                points.Count
            );

            Assert.Equal(
                one["removal_order"]!.AsArray().Select(trial => (int)trial!),
                removed.Select(place => (int)points[place]!["trial"]!)
            );
        }
    }

    [Fact]
    public void RankCorrelationAndItsChanceAreThoseOfTheOracle()
    {
        foreach (var one in Of("rank_correlation"))
        {
            double?[] Row(string name) => [.. one[name]!.AsArray().Select(value => value?.GetValue<double>())];

            var correlation = RankCorrelation.Of(Row("metric_a"), Row("metric_b"))!.Value; // Every sample has one.

            Assert.Equal((double)one["kendall_tau"]!, correlation.Tau, 12);
            Assert.Equal((double)one["p_value"]!, correlation.PValue, 12);
        }
    }

    [Fact]
    public void AProxyIsStoppedAsInTheOracle()
    {
        foreach (var one in Of("stopping"))
        {
            var (stats, options) = (one["stats"]!, one["options"]!);
            double[] taus = Numbers(stats["correlation"]),
                medians = Numbers(stats["median_accuracy"]),
                hours = Numbers(stats["median_hours"]);
            ProxyStep[] steps =
            [
                .. Numbers(stats["training_steps"])
                    .Select((step, i) => new ProxyStep(step, new(10, taus[i], 0.9), medians[i], hours[i])),
            ];
            // As there: one step is enough, and its chance is not looked at.
            var demands = new ProxyDemands(
                (double?)options["desired_accuracy_correlation"],
                (double?)options["desired_accuracy"],
                (double?)options["training_time_hrs_limit"],
                StopIfNotBest: (bool)options["early_stop_proxy_task_if_not_best"]!,
                PValueMax: 1,
                InARow: 1
            );

            var (end, step, finalHours) = ProxyTrial.Scan(steps, demands, (double?)options["best_training_time_hrs"]);

            Assert.Equal((string)one["state"]!, InTheirWords(end));
            Assert.Equal((int)one["final_steps"]!, (int)(step ?? -1));
            Assert.Equal((double)one["final_hours"]!, finalHours ?? -1, 12);
        }
    }

    static string InTheirWords(ProxyEnd end) =>
        end switch
        {
            ProxyEnd.MetCorrelation => "Met desired correlation",
            ProxyEnd.MetAccuracy => "Met desired accuracy",
            ProxyEnd.ExceededTime => "Exceeded training time limit",
            ProxyEnd.ExceededBestTime => "Exceeded best training time",
            _ => $"{end}",
        };
}
