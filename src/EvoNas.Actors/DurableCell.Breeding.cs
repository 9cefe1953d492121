using EvoNas.Actors.Populations;

namespace EvoNas.Actors;

// Children that are bred within the turn that asks for them.
public sealed partial class DurableCell
{
    // A turn that asks for more children leaves them to the mutators, which breed beside the journal.
    const int ChildrenMax = 16;

    readonly Cell<int, int>? _mutator;
    readonly Cell<int, int>.Turn _bred = new();
    readonly List<Effect.Send> _asked = [];

    // Asking changes nothing that lasts, so it need not wait for the append: the birth saves an append of its own, and
    // the way to a mutator and back.
    void Breed(Cell<PopulationState, PopulationEvent> cell, double at)
    {
        if (_mutator is null)
            return;
        var effects = _turn.Effects;
        _asked.Clear();
        foreach (var effect in effects)
            if (effect is Effect.Send { Message: Message.Mutate { Draw: 0 } } asked)
                _asked.Add(asked);
        if (_asked.Count is 0 or > ChildrenMax)
            return;
        effects.RemoveAll(effect => effect is Effect.Send { Message: Message.Mutate { Draw: 0 } });
        foreach (var asked in _asked)
        {
            _bred.Clear();
            _mutator.Read(new(asked.Message, Address.Population, at), _bred);
            // What it does not answer is left to the mutators.
            if (_bred.Effects.Count == 0)
                effects.Add(asked);
            foreach (var effect in _bred.Effects)
                if (effect is Effect.Send answer)
                    cell.Read(new(answer.Message, Address.Mutator, at), _turn);
        }
    }
}
