using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Lineages;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation.Planning;

/// <summary>Runs the population as its hosts do: what arrives while it reads and appends waits, and makes one turn
/// together.</summary>
sealed class PlanPopulation(PlanWorld world) : EventTarget
{
    // What a row takes on disk beside its payload: keys, dates, two indices. 900 bytes a birth were measured with
    // SQLite.
    const int RowBytes = 150;

    /// <summary>A turn is complete.</summary>
    static readonly object Done = new();

    readonly Cell<PopulationState, PopulationEvent> _cell = new(PopulationBehavior.For(new PopulationTerms()));
    readonly Cell<PopulationState, PopulationEvent>.Turn _turn = new();
    readonly List<(Delivery Delivery, double At)> _waiting = [];
    readonly List<double> _ends = [];
    readonly List<double> _recording = [];
    int _reminder;
    bool _isBusy;
    double _lagSum,
        _recordingSum;
    long _asked,
        _recorded;

    public bool IsFinished { get; private set; }
    public long Messages { get; private set; }
    public long Events { get; private set; }
    public long JournalBytes { get; private set; }
    public long AttemptsLost { get; private set; }
    public long RuledOut { get; private set; }
    public double BusySeconds { get; private set; }
    public List<(double Seconds, double Best)> Improvements { get; } = [];
    public double LagBirths => _lagSum / Math.Max(1, _asked);
    public double RecordingSeconds => _recordingSum / Math.Max(1, _recorded);

    public void Start()
    {
        foreach (var effect in _cell.Resume())
            CarryOut(effect);
        _waiting.Add((new(new Message.Begin(world.Settings.Search), Address.Host), 0));
        TakeTurn();
    }

    public override void Take(object what, int turn)
    {
        if (ReferenceEquals(what, Done))
        {
            Finish();
            return;
        }
        if (what is Message reminder)
        {
            if (turn != _reminder)
                return;
            what = new Delivery(reminder, Address.Population);
        }
        _waiting.Add(((Delivery)what, world.EventQueue.Now));
        if (!_isBusy)
            TakeTurn();
    }

    public EvoNas.Sequence<long> EndedByHundredths(double seconds)
    {
        var counts = new long[100];
        for (var (i, hundredth) = (0, 0); hundredth < 100; hundredth++)
        {
            while (i < _ends.Count && _ends[i] <= seconds * (hundredth + 1) / 100)
                i++;
            counts[hundredth] = i;
        }
        return [.. counts];
    }

    void TakeTurn()
    {
        _isBusy = true;
        var seconds = _waiting.Count * world.Settings.MessageSeconds;
        Messages += _waiting.Count;
        foreach (var (received, at) in _waiting)
        {
            var first = _turn.Events.Count;
            _cell.Read(new(received.Message, received.From, world.EventQueue.Now), _turn);
            if (received.Message is Message.Evaluated)
                _recording.Add(at);
            // In the state that a message leads to, all that it asked for is asked for: each was chosen knowing less of
            // those after it.
            var younger = _turn.Events.Skip(first).Count(happened => happened is PopulationEvent.Asked { Draw: 0 });
            for (var i = first; i < _turn.Events.Count; i++)
                Note(_turn.Events[i], ref younger);
        }
        _waiting.Clear();
        if (_turn.Events.Exists(happened => happened is PopulationEvent.Kept))
            seconds += world.Settings.AppendSeconds;
        BusySeconds += seconds;
        // Nothing to append: what it says is said at once, and the next message waits for the processor alone.
        world.EventQueue.Add(seconds, this, Done);
    }

    void Finish()
    {
        foreach (var at in _recording)
            _recordingSum += world.EventQueue.Now - at;
        _recorded += _recording.Count;
        _recording.Clear();
        foreach (var effect in _turn.Effects)
            CarryOut(effect);
        _turn.Clear();
        _isBusy = false;
        IsFinished = _cell.State.Lineage.Finished is not null;
        if (_waiting.Count > 0 && !IsFinished)
            TakeTurn();
    }

    void Note(PopulationEvent happened, ref int younger)
    {
        switch (happened)
        {
            case PopulationEvent.Asked { Draw: 0 }:
                _asked++;
                _lagSum += _cell.State.Lineage.Pending.Count + _cell.State.Asked.Count - younger--;
                break;
            case PopulationEvent.AttemptLost:
                AttemptsLost++;
                break;
            case PopulationEvent.Kept kept:
                JournalBytes += EventSerializer.Write("search-plan", ++Events, kept.Happened).Payload.Length + RowBytes;
                if (kept.Happened is LineageEvent.Scored or LineageEvent.RuledOut)
                    _ends.Add(world.EventQueue.Now);
                if (kept.Happened is LineageEvent.RuledOut)
                    RuledOut++;
                if (
                    kept.Happened is LineageEvent.Scored scored
                    && world.Settings.Fitness is not null
                    && (Improvements.Count == 0 || scored.Fitness.Value > Improvements[^1].Best)
                )
                    Improvements.Add((world.EventQueue.Now, scored.Fitness.Value));
                break;
        }
    }

    void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Send send:
                world.Send(Address.Population, send.To, send.Message);
                break;
            case Effect.Remind remind:
                world.EventQueue.Add(remind.AfterSeconds, this, remind.Message, ++_reminder);
                break;
        }
    }
}
