using System.Text.Json.Nodes;

namespace EvoNas.Genetics;

/// <summary>One place of a decision's answer: the candidate taken and the decisions under it.</summary>
/// <param name="Gene">The number in the genotype.</param>
/// <param name="Value">What it stands for.</param>
/// <param name="Children">The answers that are active because this candidate was taken.</param>
public readonly record struct Pick(Gene Gene, Literal Value, Sequence<Answer> Children);

/// <summary>The answer to one active decision.</summary>
/// <param name="Decision">The question.</param>
/// <param name="Id">Its canonical location: <c>op[=2/3].k</c> is decision <c>k</c> that exists only where <c>op</c>
/// takes candidate 2 of 3.</param>
/// <param name="Picks">One, or as many as the decision picks.</param>
public sealed record Answer(Decision Decision, string Id, Sequence<Pick> Picks)
{
    /// <summary>The value of a decision that picks one; of several, the list.</summary>
    public Literal Value =>
        Decision is Decision.ManyOf ? new Literal.List([.. Picks.Select(pick => pick.Value)]) : Picks[0].Value;

    /// <summary>The value as a whole number.</summary>
    public int Whole => Picks[0].Value.Whole;

    /// <summary>The value as a number.</summary>
    public double Number => Picks[0].Value.Number;

    /// <summary>The value as a word.</summary>
    public string Word => ((Literal.Word)Picks[0].Value).Value;

    /// <summary>How many decisions this answers: itself and those under its picks.</summary>
    internal int Size => 1 + Picks.Sum(pick => pick.Children.Sum(child => child.Size));

    /// <summary>This answer and those under its picks, depth first, each before its children.</summary>
    public IEnumerable<Answer> WithDescendants()
    {
        yield return this;
        foreach (var pick in Picks)
        foreach (var child in pick.Children)
        foreach (var answer in child.WithDescendants())
            yield return answer;
    }
}

/// <summary>A genotype read with its space: every active decision with the value taken.</summary>
/// <param name="Genotype">As it was read.</param>
/// <param name="Answers">To the space's decisions, in order; <c>Answers[i]</c> answers the space's i-th
/// decision.</param>
public sealed record Point(Genotype Genotype, Sequence<Answer> Answers)
{
    /// <summary>Every active answer, depth first.</summary>
    public IEnumerable<Answer> Active => Answers.SelectMany(answer => answer.WithDescendants());

    /// <summary>The answer at a canonical location.</summary>
    /// <exception cref="KeyNotFoundException">No active decision is there.</exception>
    public Answer this[string id] =>
        Active.FirstOrDefault(answer => answer.Id == id)
        ?? throw new KeyNotFoundException($"No active decision is called '{id}'.");

    /// <summary>Every active decision's value by its id; a decision of several picks gives a list.</summary>
    public JsonObject Values()
    {
        var values = new JsonObject();
        foreach (var answer in Active)
            values[answer.Id] = answer.Value.ToJson();
        return values;
    }

    /// <summary>Every place of every active decision, by its id, as other programs write a trial:
    /// <c>{"blocks[0].kernel_size": "1/2 (5)"}</c>: index, number of candidates, literal. A decision of several picks
    /// gives one entry a pick: <c>inputs[0]</c>, <c>inputs[1]</c>, …; a float without steps its number.</summary>
    public JsonObject Choices()
    {
        var choices = new JsonObject();
        foreach (var answer in Active)
        foreach (var (place, pick) in answer.Picks.Index())
            choices[answer.Picks.Count > 1 ? $"{answer.Id}[{place}]" : answer.Id] =
                answer.Decision is Decision.Real ? pick.Value.ToJson() : ChoiceText.Of(answer.Decision, pick);
        return choices;
    }
}
