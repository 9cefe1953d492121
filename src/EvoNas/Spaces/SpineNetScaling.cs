using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>How large a found SpineNet is built: image, filters, repeats, head. The blocks are those of SpineNet-49, or
/// of a network that a search found, see <see cref="FoundNetwork"/>.</summary>
/// <remarks>Source: Du et al. 2020, arXiv:1912.05027, §3.3, table 1; the decisions are those of the released
/// space.</remarks>
static class SpineNetScaling
{
    // The larger image that the space knows; a target's image stands for it.
    const int LargestSide = 640;

    /// <summary>Seven independent choices.</summary>
    /// <remarks>A target's input is the image of 640 pixels; the choice of 512 takes four fifths of its sides. Where
    /// images are given (profile classification), that choice and those of the head are silent.</remarks>
    public static Space Scaling { get; } =
        new(
            new(
                "spinenet_scaling",
                [
                    Decision.Among("image_size", 512, 640),
                    Decision.Among("endpoints_num_filters", 192, 256),
                    Decision.Among("filter_size_scale", 0.8, 1.0, 1.2),
                    Decision.Among("resample_alpha", 0.75, 1.0, 1.25),
                    Decision.Among("block_repeats", 2, 3, 4),
                    Decision.Among("head_num_convs", 4, 5),
                    Decision.Among("head_num_filters", 192, 256),
                ]
            ),
            "detection",
            "image, filters, repeats and head of a SpineNet whose blocks are SpineNet-49's",
            "Du et al. 2020, arXiv:1912.05027",
            point => new JsonObject(
                point.Answers.Select(answer => KeyValuePair.Create(answer.Id, (JsonNode?)answer.Value.ToJson()))
            )
        )
        {
            Build = (point, target) => Build(new(SpineNet.Published, SpineNet.Family), point, target),
            Profiles = ["retinanet", "classification"],
            ClassifyingProfile = "classification",
            DetectingProfiles = ["retinanet"],
            Over = network =>
            {
                var blocks = network.SpineBlocks;
                return Scaling! with // Made by the time it is asked.
                {
                    Build = (point, target) => Build(blocks, point, target),
                    Summary = $"image, filters, repeats and head of a SpineNet found in {network.Space.Name}",
                    Over = null,
                };
            },
            UsualTarget = new(Shape.Of(3, LargestSide, LargestSide), 91, "retinanet"),
        };

    static Network Build(SpineBlocks spine, Point point, Target target)
    {
        var answers = point.Answers;
        SpineScale scale = new(answers[2].Number, answers[3].Number, answers[4].Whole, answers[1].Whole);
        var detects = target.Profile == "retinanet";
        var image = detects
            ? target.Input with
            {
                Sides = [.. target.Input.Sides.Select(side => (int)((long)side * answers[0].Whole / LargestSide))],
            }
            : target.Input;
        return SpineNet.Build(
            spine.Blocks,
            spine.Family,
            image,
            target.Classes,
            scale,
            detects ? new PyramidHead.RetinaNet(answers[5].Whole, answers[6].Whole) : new PyramidHead.Classification()
        );
    }
}
