using System.Text.Json.Nodes;
using EvoNas.Actors;
using EvoNas.Cli.CommandLine;
using EvoNas.Genetics;
using EvoNas.Hosting.Workers;
using EvoNas.Lineages;
using EvoNas.Searches;
using EvoNas.Searches.Spaces;
using EvoNas.Spaces;
using EvoNas.Tasks;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;

namespace EvoNas.Cli.Running;

/// <summary><c>evonas worker</c>: the process of a slot. People do not call it.</summary>
static class WorkerCommand
{
    public static Verb Make() =>
        (Verb)
            new Verb("worker", "Trains what a search tells it to, over its standard streams") { Hidden = true }.Does(
                _ => WorkerLoop.Run(WorkerFactory)
            );

    /// <summary>The trainer of a worker, with its images loaded.</summary>
    /// <param name="orders">What it is told.</param>
    /// <param name="warn">Is told what went another way than it was asked to; null: not told.</param>
    /// <exception cref="RequestException">Torch, the device or the data that the orders name is missing.</exception>
    internal static Trainer WorkerFactory(WorkerOrders orders, Action<string>? warn = null)
    {
        // Told as a refusal: a crash would look like the genotype's fault.
        try
        {
            TorchLibrary.Load();
        }
        catch (FailedException fault)
        {
            throw new RequestException(fault.Message, fault.Hint);
        }
        var space = orders.Space.StartsWith('{') ? SpaceSource.FromText(orders.Space) : SpaceCatalog.Find(orders.Space);
        // The plan of the parent process has settings.
        var settings = TrainingSettings.FromJson(JsonNode.Parse(orders.Evaluation)!["settings"]!.ToJsonString());
        var training = ProxyTraining.Load(
            TaskCatalog.Of(settings),
            settings,
            new DataFolder(orders.Data),
            orders.Device,
            orders.Threads,
            orders.Seed
        );
        var shelf = orders.Samples is { } folder ? new SampleShelf(folder) : null;
        var checkpoints = orders.Checkpoints is { } kept ? new CheckpointShelf(kept) : null;
        return (assignment, progress) =>
        {
            var network = space.Decode(assignment.Genotype, training.Target);
            // The birth alone decides how its network begins: another attempt is the same training.
            var seed = SeededRandom.For(orders.Seed, $"training {assignment.Seed.Value}").Next();
            return Of(
                training.Run(
                    network,
                    seed,
                    assignment.PruningThresholds,
                    news => progress(Of(news, settings)),
                    assignment.Divisor,
                    adjust: its => its.For(space, space.Decisions.Read(assignment.Genotype)),
                    // Of a rung below the top the score is none of a full training.
                    draw: shelf is null || IsBelowTheTop(assignment, settings)
                        ? null
                        : (score, svg) => shelf.Keep(assignment.Birth.Value, score, svg),
                    stage: assignment.Stage is { } stage
                        ? StageOf(assignment.Birth, stage, settings, orders, checkpoints, warn)
                        : null,
                    heldOut: assignment.HeldOut is true
                ),
                assignment.Stage
            );
        };
    }

    static bool IsBelowTheTop(Assignment assignment, TrainingSettings settings) =>
        assignment.Stage is { Until: var until } && until < settings.Epochs;

    static TrainingStage StageOf(
        BirthNumber birth,
        Stage stage,
        TrainingSettings settings,
        WorkerOrders orders,
        CheckpointShelf? shelf,
        Action<string>? warn
    ) =>
        new(stage.Until, $"{orders.Search}, seed {orders.Seed}")
        {
            From = stage.From,
            Continues = stage.Continues is { } of ? shelf?.PathOf(stage.Rung - 1, of) : null,
            Keeps = stage.Until < settings.Epochs ? shelf?.PathOf(stage.Rung, birth) : null,
            Warn = warn,
        };

    static Progress Of(TrainingProgress news, TrainingSettings settings) =>
        new(
            news.Epoch,
            settings.Epochs > 0 ? (int)Math.Ceiling(settings.Epochs) : 0,
            news.Step,
            news.Steps > 0 ? news.Steps
                : news.Done > 0 ? (long)(news.Step / news.Done)
                : 0,
            news.ImagesPerSecond,
            news.Loss is { } loss && double.IsFinite(loss) ? loss : 0,
            news.Score
        );

    static Outcome Of(TrainingOutcome outcome, Stage? stage) =>
        outcome switch
        {
            TrainingOutcome.Trained trained => new Outcome.Trained(
                trained.Metrics,
                [.. trained.Curve.Select(point => point.Score ?? 0)],
                trained.StoppedAtEpoch,
                stage is not null && trained.From != stage.From ? trained.From : null
            ),
            TrainingOutcome.Diverged diverged => new Outcome.Failed(
                RuledOutReason.Diverged,
                $"the loss became NaN or infinite at step {diverged.Step}"
            ),
            TrainingOutcome.OutOfMemory memory => new Outcome.OutOfMemory(memory.Message),
            TrainingOutcome.Invalid invalid => new Outcome.Failed(RuledOutReason.Invalid, invalid.Message),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
