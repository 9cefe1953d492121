using EvoNas.Actors;
using EvoNas.Actors.Evaluators;
using EvoNas.Evolution;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation.Planning;

/// <summary>One evaluator with its GPU. There may be a hundred thousand: it holds little.</summary>
sealed class PlanSlot(PlanWorld world, Address self) : EventTarget
{
    /// <summary>Its machine starts.</summary>
    public static readonly object Starts = new();

    /// <summary>A training is over.</summary>
    sealed record Over(Assignment Assignment);

    Cell<EvaluatorState, EvaluatorEvent>? _cell;
    double _began;
    int _reminder,
        _training;
    bool _trains;

    public override void Take(object what, int turn)
    {
        if (ReferenceEquals(what, Starts))
            Start();
        else if (_cell is not null)
            switch (what)
            {
                case Delivery received:
                    Hear(received.Message, received.From);
                    break;
                case Message reminder when turn == _reminder:
                    Hear(reminder, self);
                    break;
                case Over over when turn == _training:
                    End(over.Assignment);
                    break;
            }
    }

    public void Start()
    {
        _cell = new(EvaluatorBehavior.Behavior);
        Hear(new Message.Wake(), Address.Host);
    }

    public void Die()
    {
        if (_trains)
            world.TrainingEnds(_began, lost: true);
        (_cell, _trains) = (null, false);
        _reminder++;
        _training++;
    }

    void Hear(Message message, Address from)
    {
        _cell!.Read(new(message, from, world.EventQueue.Now), world.SlotTurn); // Nothing is read by a dead one.
        foreach (var effect in world.SlotTurn.Effects)
            switch (effect)
            {
                case Effect.Send send:
                    world.Send(self, send.To, send.Message);
                    break;
                case Effect.Remind remind:
                    world.EventQueue.Add(remind.AfterSeconds, this, remind.Message, ++_reminder);
                    break;
                case Effect.Train train:
                    (_trains, _began) = (true, world.EventQueue.Now);
                    world.TrainingBegins();
                    world.EventQueue.Add(world.DrawSeconds(), this, new Over(train.Assignment), ++_training);
                    break;
            }
        world.SlotTurn.Clear();
    }

    void End(Assignment assignment)
    {
        _trains = false;
        world.TrainingEnds(_began, lost: false);
        // Without a fitness function the fingerprint serves as one.
        var value = world.Settings.Fitness is { } fitness
            ? fitness(assignment.Genotype)
            : (assignment.Genotype.Fingerprint >> 11) / (double)(1UL << 53);
        Outcome outcome = value is { } top1
            ? new Outcome.Trained(Metrics.Of((Metrics.Top1, top1)))
            : new Outcome.Failed(Lineages.RuledOutReason.Invalid, "no value");
        Hear(new Message.Ended(assignment.Birth, assignment.Attempt, outcome, world.EventQueue.Now - _began), self);
    }
}
