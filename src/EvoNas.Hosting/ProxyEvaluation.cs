using EvoNas.Actors;

namespace EvoNas.Hosting;

/// <summary>What an evaluation came to, and how long it took.</summary>
public sealed record Evaluation(Outcome Outcome, double Seconds);

/// <summary>Says how good a candidate is: by a short training in a worker process, or by a look-up.</summary>
/// <param name="assignment">What to evaluate.</param>
/// <param name="fresh">With a new worker: the old one ran out of memory.</param>
/// <param name="progress">Called now and then, on any thread, while it goes on.</param>
/// <param name="stop">The host stops; the outcome is not waited for.</param>
/// <returns>The outcome. A lost worker is an outcome; an exception is a defect, and quarantines the slot.</returns>
public delegate ValueTask<Evaluation> ProxyEvaluation(
    Assignment assignment,
    bool fresh,
    Action<Progress> progress,
    CancellationToken stop
);

/// <summary>A place where candidates are evaluated: a GPU, a core, or a look-up.</summary>
/// <param name="Name">Such as <c>slot-1</c>.</param>
/// <param name="Evaluate">How.</param>
/// <param name="Forget">Called when the journal has the end of a birth.</param>
public sealed record Slot(string Name, ProxyEvaluation Evaluate, Action<Genetics.BirthNumber> Forget);
