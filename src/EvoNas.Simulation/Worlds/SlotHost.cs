using EvoNas.Actors;
using EvoNas.Actors.Evaluators;
using EvoNas.Genetics;
using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;

namespace EvoNas.Simulation.Worlds;

/// <summary>Runs an evaluator, and its worker, which trains in virtual time.</summary>
sealed class SlotHost(World world, Node node, Address self) : Host(world, node, self)
{
    /// <summary>An epoch of a training is over.</summary>
    sealed record Step(Assignment Assignment, int Epoch, int From, double Began)
    {
        public override string ToString() => $"epoch {Epoch} of {Assignment.Birth}";
    }

    /// <summary>The worker's outcome is on its way to the disk.</summary>
    sealed record Over(Assignment Assignment, Outcome Outcome, double Began)
    {
        public override string ToString() => $"worker has finished {Assignment.Birth}: {Outcome.GetType().Name}";
    }

    readonly Cell<EvaluatorState, EvaluatorEvent>.Turn _turn = new();
    Cell<EvaluatorState, EvaluatorEvent> _cell = new(EvaluatorBehavior.Behavior);
    double _started,
        _epochSeconds;

    // Current reminder and training; those of an earlier life do not count.
    int _reminder,
        _training;

    public EvaluatorState State => _cell.State;

    /// <summary>The birth that its worker trains.</summary>
    public BirthNumber? Trains =>
        Node.IsUp && _cell.State.Phase is SlotPhase.Training training ? training.Assignment.Birth : null;

    /// <summary>It trains nothing and has nothing left to report.</summary>
    public bool IsQuiet => _cell.State.Phase is SlotPhase.Idle or SlotPhase.Quarantined;

    public override void Start()
    {
        (_cell, _started) = (new(EvaluatorBehavior.Behavior), World.EventQueue.Now);
        Read(new Delivery(new Message.Wake(), Address.Host), -1);
    }

    public override void Die()
    {
        _reminder++;
        _training++;
    }

    /// <summary>An operator repairs a quarantined slot: new process, new cell. What the old one had finished is on the
    /// disk.</summary>
    public void Replace()
    {
        Die();
        Start();
        foreach (var spool in Node.Hosts.OfType<SpoolHost>())
            spool.Start();
    }

    protected override void Read(object what, int turn)
    {
        switch (what)
        {
            case Delivery received:
                Hear(received.Message, received.From);
                break;
            case Message reminder when turn == _reminder:
                Hear(reminder, Self);
                break;
            case Step step when turn == _training:
                GoOn(step);
                break;
            case Over over when turn == _training:
                End(over);
                break;
        }
    }

    void Hear(Message message, Address from)
    {
        World.InvariantChecker.Received(this, message);
        World.Tally.Messages++;
        Decide(_cell, new(message, from, World.EventQueue.Now - _started), _turn);
        foreach (var effect in _turn.Effects)
            switch (effect)
            {
                case Effect.Send send:
                    World.Send(Node, Self, send.To, send.Message);
                    break;
                case Effect.Remind remind:
                    World.EventQueue.Add(remind.AfterSeconds, this, remind.Message, ++_reminder);
                    break;
                case Effect.Train train:
                    Train(train.Assignment);
                    break;
                case Effect.Forget forget:
                    Node.Spool.Remove(forget.Birth);
                    break;
            }
        var quarantined = false;
        foreach (var happened in _turn.Events)
            quarantined |= happened is EvaluatorEvent.Quarantined;
        _turn.Clear();
        if (quarantined)
            World.Quarantined(this);
    }

    void Train(Assignment assignment)
    {
        var (random, profile, traits, began) = (
            World.Trainings,
            World.FaultProfile,
            Traits.Of(World.Settings.Seed, assignment.Seed, assignment.Genotype, World.FaultProfile),
            World.EventQueue.Now
        );
        var seconds = profile.TrainingSeconds * random.Between(0.4, 1.6);
        var (dies, hangs, overlong, share) = (
            random.Happens(profile.Dies),
            random.Happens(profile.Hangs),
            random.Happens(profile.Overlong),
            random.Unit()
        );
        if (overlong)
            seconds *= 10;
        _epochSeconds = seconds / Traits.Epochs;
        var from = FromOf(assignment);
        seconds *= (double)(UntilOf(assignment) - from) / Traits.Epochs;
        (double after, Outcome? outcome) =
            traits.Divisor > assignment.Divisor ? (5.0, (Outcome?)new Outcome.OutOfMemory("out of memory"))
            : traits.Kills ? (seconds * share, new Outcome.Lost(LossCause.Signal, "signal 11"))
            : dies ? (seconds * share, new Outcome.Lost(LossCause.Exit, "exit 1"))
            : hangs ? (seconds * share + 120, new Outcome.Lost(LossCause.Timeout, "no progress for 120 s"))
            : traits.Diverges
                ? (seconds * share, new Outcome.Failed(Lineages.RuledOutReason.Diverged, "the loss is NaN"))
            : (0, null);
        if (outcome is null)
            World.EventQueue.Add(_epochSeconds, this, new Step(assignment, from + 1, from, began), ++_training);
        else
            World.EventQueue.Add(after, this, new Over(assignment, outcome, began), ++_training);
    }

    // A checkpoint outlives a crash; on another machine there is none.
    int FromOf(Assignment assignment) =>
        assignment.Stage is { Continues: { } of, From: var from } && Node.Checkpoints.Contains(of) ? from : 0;

    static int UntilOf(Assignment assignment) => assignment.Stage?.Until ?? Traits.Epochs;

    void GoOn(Step step)
    {
        var traits = Traits.Of(World.Settings.Seed, step.Assignment.Seed, step.Assignment.Genotype, World.FaultProfile);
        var value = traits.After(step.Epoch);
        var prunes =
            step.Epoch < UntilOf(step.Assignment)
            && step.Epoch <= step.Assignment.PruningThresholds.Count
            && value < step.Assignment.PruningThresholds[step.Epoch - 1];
        if (prunes || step.Epoch == UntilOf(step.Assignment))
        {
            if (step.Assignment.Stage is not null)
                Node.Checkpoints.Add(step.Assignment.Birth);
            var outcome = new Outcome.Trained(
                traits.Measured(step.Epoch),
                traits.Curve(step.Epoch),
                prunes ? step.Epoch : null,
                step.Assignment.Stage is { From: var asked } && asked != step.From ? step.From : null
            );
            End(new(step.Assignment, outcome, step.Began));
            return;
        }
        World.EventQueue.Add(_epochSeconds, this, step with { Epoch = step.Epoch + 1 }, _training);
        Hear(
            new Message.Progressed(
                step.Assignment.Birth,
                step.Assignment.Attempt,
                new(step.Epoch, Traits.Epochs, step.Epoch, Traits.Epochs, 100, 1 - value, value)
            ),
            Self
        );
    }

    // The outcome is written to the disk before it is reported.
    void End(Over over)
    {
        var (assignment, seconds) = (over.Assignment, World.EventQueue.Now - over.Began);
        _training++;
        if (over.Outcome is Outcome.Trained or Outcome.Failed)
        {
            Node.Spool[assignment.Birth] = new(
                assignment.Birth,
                assignment.Attempt,
                over.Outcome,
                seconds,
                Leaving: true
            );
            if (World.Crashes.Happens(World.FaultProfile.CrashAfterSpool))
            {
                World.Crash(Node, World.Crashes.Between(5, 300));
                return;
            }
        }
        Hear(new Message.Ended(assignment.Birth, assignment.Attempt, over.Outcome, seconds), Self);
    }
}

/// <summary>Reports the outcomes that a machine had finished before a crash, until they are acknowledged.</summary>
sealed class SpoolHost(World world, Node node) : Host(world, node, new($"spool-{node.Name}"))
{
    const double AgainMin = 1,
        AgainMax = 30;

    readonly SortedDictionary<BirthNumber, Message.Evaluated> _left = [];
    double _again;
    int _reminder;

    public override void Start()
    {
        foreach (var (birth, outcome) in Node.Spool)
            _left[birth] = outcome;
        _again = AgainMin;
        SayAll();
    }

    public override void Die()
    {
        _left.Clear();
        _reminder++;
    }

    protected override void Read(object what, int turn)
    {
        switch (what)
        {
            case Delivery { Message: Message.Recorded recorded }:
                World.InvariantChecker.Received(this, recorded);
                if (_left.Remove(recorded.Birth))
                    World.Tally.See(Occurrence.SpooledCounted);
                Node.Spool.Remove(recorded.Birth);
                break;
            case Delivery { Message: Message.Released released }:
                _left.Remove(released.Birth);
                Node.Spool.Remove(released.Birth);
                break;
            case Message.SayAgain when turn == _reminder:
                SayAll();
                break;
        }
    }

    void SayAll()
    {
        if (_left.Count == 0)
            return;
        foreach (var outcome in _left.Values)
            World.Send(Node, Self, Address.Population, outcome);
        World.EventQueue.Add(_again, this, new Message.SayAgain(), ++_reminder);
        _again = Math.Min(AgainMax, _again * 2);
    }
}
