using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EvoNas.Spaces;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Spaces;

/// <summary>Points in the text form in which controllers and trainers of other programs pass them.</summary>
public class ChoicesTests
{
    public static TheoryData<string> Names =>
        [.. Oracle.Read("choices.json").EnumerateObject().Select(space => space.Name)];

    [Theory, MemberData(nameof(Names))]
    public void SamplesAreWrittenAndReadTheSame(string name)
    {
        var space = SpaceCatalog.Find(name).Decisions;
        foreach (var sample in Oracle.Read("choices.json").GetProperty(name).EnumerateArray())
        {
            var point = space.Read(space.Parse(sample.Text("genotype")));
            var choices = point.Choices();
            var lines = string.Concat(choices.Select(choice => $"{choice.Key}={choice.Value}\n"));
            Assert.Equal(
                sample.Text("choices"),
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)))[..16]
            );
            Assert.Equal(point.Genotype, space.FromValues(JsonSerializer.SerializeToElement(choices)));
        }
    }
}
