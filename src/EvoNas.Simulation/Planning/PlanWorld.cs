using EvoNas.Actors;
using EvoNas.Actors.Evaluators;
using EvoNas.Actors.Mutators;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation.Planning;

/// <summary>A cluster of any size under virtual time: one population, mutators, and an evaluator a GPU, all of them the
/// cells of production. Messages arrive; what goes wrong are machines.</summary>
sealed class PlanWorld
{
    readonly Dictionary<string, PlanSlot> _slots;
    readonly Cell<int, int> _mutator;
    readonly Cell<int, int>.Turn _bred = new();
    readonly SeededRandom _trainings,
        _failures;

    public PlanWorld(PlanSettings settings)
    {
        (Settings, _trainings, _failures) = (
            settings,
            SeededRandom.For(settings.Search.Seed, "plan-trainings"),
            SeededRandom.For(settings.Search.Seed, "plan-failures")
        );
        _mutator = new(MutatorBehavior.For(settings.Space, KnownLimits.None, settings.Search.Rules));
        Population = new(this);
        _slots = new(settings.Evaluators);
        for (var i = 1; i <= settings.Evaluators; i++)
            _slots.Add($"slot-{i}", new(this, new($"slot-{i}")));
    }

    public PlanSettings Settings { get; }

    public EventQueue EventQueue { get; } = new();

    /// <summary>Where the slots decide, one at a time; one for each of a hundred thousand would cost memory.</summary>
    public Cell<EvaluatorState, EvaluatorEvent>.Turn SlotTurn { get; } = new();

    public PlanPopulation Population { get; }

    // Seconds of training over all evaluators, and of these what machines took with them; births at work now.
    public double TrainedSeconds { get; set; }
    public double LostSeconds { get; set; }
    public long Failures { get; private set; }

    /// <summary>When the last birth was handed out, and the training until then.</summary>
    public (double At, double TrainedSeconds) LastHandOut { get; private set; }

    public Forecast Run()
    {
        Begin();
        var nodes = _slots.Values.Chunk(Settings.EvaluatorsPerNode).ToArray();
        if (Settings.FailuresPerNodeDay > 0)
            foreach (var node in nodes)
                EventQueue.Add(UntilFailure(), new Machine(this, node), node);
        while (!Population.IsFinished && EventQueue.TryTake(out var next))
            next.Target.Take(next.What, next.Turn);
        return Tell();
    }

    /// <summary>The first so many seconds, without an end.</summary>
    public void RunUntil(double seconds)
    {
        Begin();
        while (EventQueue.Now < seconds && EventQueue.TryTake(out var next))
            next.Target.Take(next.What, next.Turn);
    }

    public void Send(Address from, Address to, Message message)
    {
        if (to == Address.Population)
            EventQueue.Add(Settings.LatencySeconds, Population, new Delivery(message, from));
        else if (to == Address.Mutator)
            Breed(new(message, from, EventQueue.Now));
        else if (_slots.TryGetValue(to.Name, out var slot))
        {
            // A birth that is begun again after a loss comes from no budget that is left.
            if (message is Message.Evaluate { Assignment.Attempt: 1 })
                LastHandOut = (EventQueue.Now, TrainedUntilNow());
            EventQueue.Add(Settings.LatencySeconds, slot, new Delivery(message, from));
        }
    }

    /// <summary>How long the next training takes.</summary>
    public double DrawSeconds()
    {
        if (Settings.MeasuredSeconds.Count > 0)
            return Settings.MeasuredSeconds[_trainings.Below(Settings.MeasuredSeconds.Count)];
        // Box and Muller's normal; the log-normal's own mean is exp(µ + σ²/2), so that µ is chosen to give the mean
        // that was asked for.
        var normal = Math.Sqrt(-2 * Math.Log(1 - _trainings.Unit())) * Math.Cos(2 * Math.PI * _trainings.Unit());
        return Settings.MeanSeconds * Math.Exp(Settings.Sigma * normal - Settings.Sigma * Settings.Sigma / 2);
    }

    // Mutators are many and fast: what they cost is the way there and back.
    void Breed(Envelope received)
    {
        _mutator.Read(received, _bred);
        foreach (var effect in _bred.Effects)
            if (effect is Effect.Send send)
                EventQueue.Add(2 * Settings.LatencySeconds, Population, new Delivery(send.Message, Address.Mutator));
        _bred.Clear();
    }

    void Begin()
    {
        Population.Start();
        // Not all in the same instant: machines start one after the other.
        foreach (var slot in _slots.Values)
            EventQueue.Add(15 * _trainings.Unit(), slot, PlanSlot.Starts);
    }

    double UntilFailure() => -Math.Log(1 - _failures.Unit()) * 86_400 / Settings.FailuresPerNodeDay;

    double TrainedUntilNow() => TrainedSeconds + _trainingNow * EventQueue.Now - _startsNow;

    // The sum over running trainings of (now − start), kept as a count and a sum of starts.
    int _trainingNow;
    double _startsNow;

    public void TrainingBegins()
    {
        _trainingNow++;
        _startsNow += EventQueue.Now;
    }

    public void TrainingEnds(double began, bool lost)
    {
        _trainingNow--;
        _startsNow -= began;
        TrainedSeconds += EventQueue.Now - began;
        if (lost)
            LostSeconds += EventQueue.Now - began;
    }

    Forecast Tell()
    {
        var (seconds, trained) = (EventQueue.Now, TrainedUntilNow());
        return new()
        {
            Evaluators = Settings.Evaluators,
            Seconds = seconds,
            TrainingHours = trained / 3600,
            Utilisation = LastHandOut.TrainedSeconds / (LastHandOut.At * Settings.Evaluators),
            UtilisationToTheEnd = trained / (seconds * Settings.Evaluators),
            LagBirths = Population.LagBirths,
            RecordingSeconds = Population.RecordingSeconds,
            PopulationBusy = Population.BusySeconds / seconds,
            MessagesPerSecond = Population.Messages / seconds,
            Events = Population.Events,
            JournalBytes = Population.JournalBytes,
            Failures = Failures,
            AttemptsLost = Population.AttemptsLost,
            HoursLost = LostSeconds / 3600,
            RuledOut = Population.RuledOut,
            Improvements = [.. Population.Improvements],
            Ended = Population.EndedByHundredths(seconds),
        };
    }

    /// <summary>A machine that fails with all its evaluators, comes back, and fails again.</summary>
    sealed class Machine(PlanWorld world, PlanSlot[] slots) : EventTarget
    {
        static readonly object Returns = new();

        public override void Take(object what, int turn)
        {
            if (ReferenceEquals(what, Returns))
            {
                foreach (var slot in slots)
                    slot.Start();
                world.EventQueue.Add(world.UntilFailure(), this, slots);
                return;
            }
            world.Failures++;
            foreach (var slot in slots)
                slot.Die();
            world.EventQueue.Add(world.Settings.RepairSeconds, this, Returns);
        }
    }
}
