using System.Text.Json.Nodes;
using EvoNas.Genetics;

namespace EvoNas.Augmentations;

/// <summary>How images are varied while training: for each one some sequences of operations are drawn and carried
/// out.</summary>
/// <param name="Choices">At least one; each a sequence of operations that is carried out as a whole.</param>
/// <param name="Draws">Sequences drawn for one image, each as likely as the others; at least 1.</param>
/// <param name="Replacement">A sequence may be drawn twice for one image.</param>
public sealed record AugmentationPolicy(
    Sequence<Sequence<AugmentationOperation>> Choices,
    int Draws = 1,
    bool Replacement = true
)
{
    /// <summary>As <c>{"choice": [{"sequential": […]}, …], "num_choices": 1, "replacement": true}</c>; an operation
    /// that is always applied and alone stands for itself.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["choice"] = new JsonArray([
                .. Choices.Select(choice =>
                    choice is [{ Probability: null } only]
                        ? only.ToJson()
                        : new JsonObject
                        {
                            ["sequential"] = new JsonArray([.. choice.Select(operation => operation.ToJson())]),
                        }
                ),
            ]),
            ["num_choices"] = Draws,
            ["replacement"] = Replacement,
        };

    /// <summary>Rolls what becomes of one image. The same random numbers give the same on every device.</summary>
    /// <param name="height">Of the image in pixels.</param>
    /// <param name="width">Of the image in pixels.</param>
    /// <param name="boxes">Of its objects; empty where there are none.</param>
    /// <param name="random numbers">All chance.</param>
    /// <returns>The changes in order, and where the boxes are after them.</returns>
    public AugmentationPlan Below(int height, int width, Sequence<Box> boxes, SeededRandom random)
    {
        var plan = new PlanRoll(height, width, boxes, random);
        foreach (var choice in Draw(random))
        foreach (var operation in choice)
            plan.Add(operation);
        return plan.Rolled;
    }

    IEnumerable<Sequence<AugmentationOperation>> Draw(SeededRandom random)
    {
        var left = Enumerable.Range(0, Choices.Count).ToList();
        for (var draw = 0; draw < Draws && left.Count > 0; draw++)
        {
            var at = random.Below(left.Count);
            yield return Choices[left[at]];
            if (!Replacement)
                left.RemoveAt(at);
        }
    }
}
