using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Spaces;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Augmentations;

public class PolicyTests
{
    static readonly JsonElement Released = Oracle.Read("augmentation.json");

    public static TheoryData<string> Names =>
        [.. Released.GetProperty("spaces").EnumerateArray().Select(space => space.Text("name"))];

    [Theory, MemberData(nameof(Names))]
    public void DecisionsAreThoseOfTheReleasedSpace(string name)
    {
        var (oracle, space) = (Find(name), SpaceCatalog.Find(name).Decisions);
        Assert.Equal(oracle.Text("size"), space.SizeText);
        Assert.Equal(
            oracle
                .GetProperty("decisions")
                .EnumerateArray()
                .Select(decision =>
                    $"{decision.Text("id")} {(decision.TryGetProperty("picks", out var picks) ? picks.GetInt32() : 1)}"
                    + $": {string.Join(' ', decision.GetProperty("texts").EnumerateArray())}"
                ),
            space.Decisions.Select(decision =>
                decision switch
                {
                    Decision.OneOf one =>
                        $"{one.Name} 1: {string.Join(' ', one.Candidates.Select(candidate => candidate.Value))}",
                    Decision.ManyOf { Distinct: false, Sorted: false } many => $"{many.Name} {many.Picks}: "
                        + $"{string.Join(' ', many.Candidates.Select(candidate => candidate.Value))}",
                    _ => "",
                }
            )
        );
    }

    [Theory, MemberData(nameof(Names))]
    public void SamplesSayTheSamePolicy(string name)
    {
        var space = SpaceCatalog.Find(name);
        foreach (var sample in Find(name).GetProperty("samples").EnumerateArray())
        {
            var point = space.Decisions.Read(space.Decisions.Parse(sample.Text("genotype")));
            Assert.Equal(
                JsonNode.Parse(sample.GetProperty("specification").GetRawText())!.ToJsonString(),
                space.Specify(point).ToJsonString()
            );
            AssertSame(sample.GetProperty("policy"), space.Policy!(point));
        }
    }

    [Fact]
    public void MagnitudesMeanWhatTheyMeanInTheReleasedCode()
    {
        foreach (var operation in Released.GetProperty("operations").EnumerateObject())
        {
            var kind = Enum.Parse<AugmentationKind>(operation.Name);
            var amounts = operation.Value.GetProperty("amounts").EnumerateArray().ToArray();
            Assert.Equal(amounts.Length > 1, new AugmentationOperation(kind).HasMagnitude);
            foreach (var (magnitude, amount) in amounts.Index())
                Assert.Equal(
                    amount.ValueKind == JsonValueKind.Null ? 0 : amount.GetDouble(),
                    new AugmentationOperation(kind, magnitude).Amount
                );
            string[] tasks =
            [
                .. operation.Value.GetProperty("tasks").EnumerateArray().Select(task => task.GetString()!),
            ];
            Assert.Equal(
                tasks.Contains("classification"),
                new AugmentationOperation(kind) is { NeedsBoxes: false, NeedsMask: false }
            );
            Assert.Equal(tasks.SequenceEqual(["detection"]), new AugmentationOperation(kind).NeedsBoxes);
        }
        Assert.Equal(
            Released.GetProperty("operations").EnumerateObject().Select(operation => operation.Name).Order(),
            Enum.GetNames<AugmentationKind>().Order()
        );
    }

    [Fact]
    public void PublishedPoliciesAreAsReleased()
    {
        Assert.Equal(
            Released.GetProperty("named").EnumerateObject().Select(policy => policy.Name).Order(),
            NamedPolicies.All.Keys.Order()
        );
        foreach (var policy in Released.GetProperty("named").EnumerateObject())
            AssertSame(policy.Value, NamedPolicies.All[policy.Name]);
    }

    [Fact]
    public void RandAugmentOfClassesIsAsReleased() =>
        AssertSame(Released.GetProperty("randAugmentOfClasses"), NamedPolicies.RandAugment(draws: 2, magnitude: 5));

    [Theory, MemberData(nameof(Names))]
    public void TenThousandRandomPointsArePolicies(string name)
    {
        var space = SpaceCatalog.Find(name);
        var state = 0UL;
        for (var birth = 1; birth <= 10_000; birth++)
        {
            var genotype = space.Decisions.Sample(SeededRandom.For(17, new BirthNumber(birth)));
            var policy = space.Policy!(space.Decisions.Read(genotype));
            Assert.NotEmpty(policy.Choices);
            foreach (var received in policy.ToJson().ToJsonString())
                state = state * 31 + received;
        }
        Assert.Equal(
            Oracle.Read("permanence.json").GetProperty("tenThousand").GetProperty(name).GetString(),
            SeededRandom.Mix(state).ToString("x16")
        );
    }

    [Fact]
    public void ASpaceOfPoliciesHasNoNetworks() =>
        Assert.Contains(
            "a space of policies",
            Assert
                .Throws<RequestException>(() => SpaceCatalog.Find("randaugment_detection").Decode(Genotype.Of(0, 0)))
                .Message
        );

    static JsonElement Find(string name) =>
        Released.GetProperty("spaces").EnumerateArray().First(space => space.Text("name") == name);

    // The members of an operation have no order.
    static void AssertSame(JsonElement expected, AugmentationPolicy policy) =>
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(expected.GetRawText()), JsonNode.Parse(policy.ToJson().ToJsonString())),
            $"{expected.GetRawText()}\n{policy.ToJson().ToJsonString()}"
        );
}
