using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Spaces;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Spaces;

public class CustomSpaceTests
{
    const string Everything = """
        {
          "name": "everything", "summary": "one of each", "source": "none",
          "decisions": [
            { "name": "op", "one_of": [
                "pool",
                { "value": "conv", "decisions": [
                    { "name": "kernel", "one_of": [3, 5] },
                    { "name": "rate", "float": { "min": 0.1, "max": 0.9, "step": 0.1 } } ] },
                { "value": [1, 2] } ] },
            { "name": "group", "one_of": [1, 2, 4, 8], "scale": "log" },
            { "name": "inputs", "many_of": ["a", "b", "c"], "picks": 2 },
            { "name": "widths", "many_of": [8, 16, 32], "picks": 2, "distinct": false, "sorted": true, "scale": "log" },
            { "name": "depth", "integer": { "min": 1, "max": 64 } },
            { "name": "w0", "integer": { "min": 8, "max": 512, "step": 8, "scale": "log" } },
            { "name": "drop", "float": { "min": 0, "max": 1, "step": 1 } },
            { "name": "lr", "float": { "min": 1e-4, "max": 0.1, "scale": "log" } },
            { "name": "blocks", "repeat": 2, "decisions": [ { "name": "k", "one_of": [3, 5] } ] },
            { "name": "cells", "repeat": { "min": 0, "max": 2 }, "decisions": [ { "name": "k", "one_of": [3, 5, 7] } ] }
          ]
        }
        """;

    [Fact]
    public void EveryKindOfDecisionIsRead()
    {
        var space = CustomSpace.Read(Everything);
        Assert.Equal(
            ("everything", "look-up", "one of each", "none"),
            (space.Name, space.Task, space.Summary, space.Source)
        );
        Assert.Null(space.Build);
        var point = space.Decisions.Read(space.Decisions.Parse("1,1,8,3,0,2,0,2,63,63,1,0.05,0,1,2,0,2"));
        Assert.Equal(
            """{"op":"conv","op[=1/3].kernel":5,"op[=1/3].rate":0.9,"group":8,"inputs":["a","c"],"""
                + """
                "widths":[8,32],"depth":64,"w0":512,"drop":1.0,"lr":0.05,"blocks[0].k":3,"blocks[1].k":5,"cells":2,
                """
                + """
                "cells[=2/3][0].k":3,"cells[=2/3][1].k":7}
                """,
            space.Specify(point).ToJsonString()
        );
        Assert.Equal("-1", space.Decisions.SizeText);
        Assert.Equal(
            [Scale.Logarithmic, Scale.Logarithmic, Scale.Logarithmic],
            [
                ((Decision.OneOf)space.Decisions.Decisions[1]).Scale,
                ((Decision.ManyOf)space.Decisions.Decisions[3]).Scale,
                ((Decision.Real)space.Decisions.Decisions[7]).Scale,
            ]
        );
    }

    [Fact]
    public void SizesOfRepeatsAreCountedOut() =>
        Assert.Equal(
            (1 + 3 + 9 + 27) * 2 * 2,
            CustomSpace
                .Read(
                    Of(
                        """
                        {"name":"n","repeat":{"min":0,"max":3},"decisions":[{"name":"k","one_of":[3,5,7]}]},
                        {"name":"b","repeat":2,"decisions":[{"name":"k","one_of":[3,5]}]}
                        """
                    )
                )
                .Decisions.Size
        );

    [Fact]
    public void TheExampleIsTheBenchmarksSpace()
    {
        var space = CustomSpace.Read(Embedded("examples/nas-bench-macro.json"));
        Assert.Equal(6561, space.Decisions.Size);
        var genotype = space.Decisions.Parse("01201210");
        Assert.Equal("0,1,2,0,1,2,1,0", genotype.ToString());
        Assert.Equal("mbconv k5 e6", space.Decisions.Read(genotype)["layer3"].Word);
        Assert.Throws<RequestException>(() => space.Decode(genotype));
    }

    [Fact]
    public void WhatThePageShowsIsRead()
    {
        var page = Embedded("docs/spaces.md");
        var blocks = page.Split("```json\n")
            .Skip(1)
            .Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])
            .ToArray();
        Assert.Equal(
            2,
            CustomSpace
                .Read(Of(blocks[0]))
                .Decisions.Points()
                .Select(genotype => genotype.ToString())
                .Intersect(["1,0", "0"])
                .Count()
        );
        Assert.Equal("my-space", CustomSpace.Read(blocks[1]).Name);
        var example = JsonNode.Parse(
            Embedded("examples/staged-cnn.json"),
            documentOptions: new() { CommentHandling = JsonCommentHandling.Skip }
        )!; // It is an object.
        Assert.True(
            JsonNode.DeepEquals(example["network"], JsonNode.Parse($"{{{blocks[2]}}}")!["network"]),
            "The page's network is not the example's."
        );
        Assert.Equal(
            CustomSpace.Read(Embedded("examples/wide-mnasnet.json")).Decisions.Size,
            CustomSpace.Read(blocks[3]).Decisions.Size
        );
        Assert.Equal(4, blocks.Length);
        Assert.Contains($"\n{SpaceCatalog.Find("regnet-x").FindNamed("RegNetX-200MF").Genotype} ", page);
    }

    [Fact]
    public void AByteOrderMarkCommentsAndTrailingCommasAreNoHarm() =>
        Assert.Equal(
            2,
            CustomSpace.Read("\uFEFF// A comment.\n" + Of("""{"name":"x","one_of":[1,2,],},""")).Decisions.Size
        );

    public static TheoryData<string, string> Faults =>
        new()
        {
            // The file.
            { " \n", "$: the file is empty; a space is an object: {\"name\": …, \"decisions\": […]}." },
            { "[]", "$: expected an object, found a list of 0." },
            { "null", "$: expected an object, found null." },
            {
                "{}",
                "$: 'name' is missing; expected a string.\n$: 'decisions' is missing; expected a list of decisions."
            },
            {
                """{"name":"x","decisions":[]}""",
                "$.decisions: expected a list of decisions, at least 1 and at most 512, found a list of 0."
            },
            {
                """{"name":"x","decisions":{}}""",
                "$.decisions: expected a list of decisions, at least 1 and at most 512, found an object."
            },
            {
                """{"name":"X y","decisions":[{"name":"a","one_of":[1]}]}""",
                "$.name: 'X y' is not a valid name of a space; expected at most 64 lower-case letters, digits, '.', "
                    + "'_' and '-', a letter or digit first."
            },
            {
                """{"name":"../x","decisions":[{"name":"a","one_of":[1]}]}""",
                "$.name: '../x' is not a valid name of a space; expected at most 64 lower-case letters, digits, '.', "
                    + "'_' and '-', a letter or digit first."
            },
            {
                """{"name":"regnet-x","decisions":[{"name":"a","one_of":[1]}]}""",
                "$.name: 'regnet-x' is a space that comes with the program; take another name."
            },
            {
                """{"name":"x","name":"y","decisions":[{"name":"a","one_of":[1]}]}""",
                "$.name: is there twice; keep one."
            },
            {
                """{"name":"x","sumary":"y","decisions":[{"name":"a","one_of":[1]}]}""",
                "$.sumary: is not known here; did you mean 'summary'?"
            },
            {
                """{"name":"x","summary":7,"decisions":[{"name":"a","one_of":[1]}]}""",
                "$.summary: expected a string of at most 1000 characters, found 7."
            },
            // A decision.
            { Of("7"), "$.decisions[0]: expected an object, found 7." },
            { Of("""{"one_of":[1]}"""), "$.decisions[0]: 'name' is missing; expected a string." },
            {
                Of("""{"name":"a b","one_of":[1]}"""),
                "$.decisions[0].name: 'a b' is not a valid name; expected letters, digits, '_' and '-', parts joined "
                    + "by dots, numbers in brackets: blocks[0].kernel."
            },
            {
                Of("""{"name":"a","one_of":[1]},{"name":"a","one_of":[1]}"""),
                "$.decisions[1].name: 'a' is the name of two decisions; give each a name of its own."
            },
            {
                Of("""{"name":"a"}"""),
                "$.decisions[0]: 'a' has none of one_of, many_of, integer, float, repeat; expected exactly one."
            },
            {
                Of("""{"name":"a","one_of":[1],"float":{}}"""),
                "$.decisions[0]: 'a' has one_of and float of one_of, many_of, "
                    + "integer, float, repeat; expected exactly one."
            },
            { Of("""{"name":"a","one_of":[1],"one_of":[2]}"""), "$.decisions[0].one_of: is there twice; keep one." },
            {
                Of("""{"name":"a","one_of":[1],"pick":2}"""),
                "$.decisions[0].pick: is not known here; expected name, one_of, scale."
            },
            // one_of and many_of.
            {
                Of("""{"name":"a","one_of":[]}"""),
                "$.decisions[0].one_of: expected a list of candidates, at least 1 and at most 1024, found a list of 0."
            },
            {
                Of("""{"name":"a","one_of":3}"""),
                "$.decisions[0].one_of: expected a list of candidates, at least 1 and at most 1024, found 3."
            },
            {
                Of("""{"name":"a","one_of":[null]}"""),
                "$.decisions[0].one_of[0]: null is no value; use a number, true, false, a string or a list of these."
            },
            {
                Of("""{"name":"a","one_of":[[1,{}]]}"""),
                "$.decisions[0].one_of[0][1]: an object is no value; use a number, "
                    + "true, false, a string or a list of these."
            },
            {
                Of("""{"name":"a","one_of":[99999999999999999999]}"""),
                "$.decisions[0].one_of[0]: 99999999999999999999 is too large for a whole number; write it with a point."
            },
            { Of("""{"name":"a","one_of":[1e999]}"""), "$.decisions[0].one_of[0]: 1e999 is too large for a number." },
            {
                Of("""{"name":"a","one_of":[{"decisions":[{"name":"b","one_of":[1]}]}]}"""),
                "$.decisions[0].one_of[0]: 'value' is missing; expected a number, "
                    + "true, false, a string or a list of these."
            },
            {
                Of("""{"name":"a","one_of":[{"value":1,"decisions":[{"name":"b","one_of":[]}]}]}"""),
                "$.decisions[0].one_of[0].decisions[0].one_of: expected a list of candidates, "
                    + "at least 1 and at most 1024, found a list of 0."
            },
            {
                Of("""{"name":"a","one_of":["x","y"],"scale":"log"}"""),
                "$.decisions[0]: 'a' has a logarithmic scale; "
                    + "its candidates must be positive numbers in ascending order."
            },
            {
                Of("""{"name":"a","one_of":[1],"scale":"cubic"}"""),
                "$.decisions[0].scale: 'cubic' is no scale; expected 'linear' or 'log'."
            },
            {
                Of("""{"name":"a","many_of":[1,2]}"""),
                "$.decisions[0]: 'picks' is missing; expected a whole number from 1 to 1024."
            },
            {
                Of("""{"name":"a","many_of":[1,2],"picks":3}"""),
                "$.decisions[0]: 'a' picks 3 distinct candidates of 2; pick at most 2, or let them repeat."
            },
            {
                Of("""{"name":"a","many_of":[1,2],"picks":0}"""),
                "$.decisions[0].picks: expected a whole number from 1 to 1024, found 0."
            },
            {
                Of("""{"name":"a","many_of":[1,2],"picks":1.5}"""),
                "$.decisions[0].picks: expected a whole number from 1 to 1024, found 1.5."
            },
            {
                Of("""{"name":"a","many_of":[1,2],"picks":1,"sorted":"yes"}"""),
                "$.decisions[0].sorted: expected true or false, found \"yes\"."
            },
            // Numbers.
            { Of("""{"name":"a","integer":5}"""), "$.decisions[0].integer: expected an object, found 5." },
            {
                Of("""{"name":"a","integer":{"min":1}}"""),
                "$.decisions[0].integer: 'max' is missing; "
                    + "expected a whole number from -1000000000000000 to 1000000000000000."
            },
            {
                Of("""{"name":"a","integer":{"min":1,"max":2.5}}"""),
                "$.decisions[0].integer.max: expected a whole number from -1000000000000000 to 1000000000000000, "
                    + "found 2.5."
            },
            {
                Of("""{"name":"a","integer":{"min":1,"max":5,"step":0}}"""),
                "$.decisions[0].integer.step: expected a whole number from 1 to 1000000000000000, found 0."
            },
            {
                Of("""{"name":"a","integer":{"min":5,"max":1}}"""),
                "$.decisions[0]: 'a' goes from 5 to 1; the first must not be above the second."
            },
            {
                Of("""{"name":"a","integer":{"min":0,"max":5,"scale":"log"}}"""),
                "$.decisions[0]: 'a' has a logarithmic scale and begins at 0; begin above 0."
            },
            {
                Of("""{"name":"a","integer":{"min":0,"max":99999999999}}"""),
                "$.decisions[0]: 'a' has more than 2147483647 numbers; take larger steps."
            },
            {
                Of("""{"name":"a","float":{"min":"0","max":1}}"""),
                "$.decisions[0].float.min: expected a number, found \"0\"."
            },
            {
                Of("""{"name":"a","float":{"min":0,"max":1e999}}"""),
                "$.decisions[0].float.max: expected a number, found 1e999."
            },
            {
                Of("""{"name":"a","float":{"min":0,"max":1,"step":-1}}"""),
                "$.decisions[0]: 'a' has step -1; it must be positive."
            },
            {
                Of("""{"name":"a","float":{"min":0,"max":1,"steps":1}}"""),
                "$.decisions[0].float.steps: is not known here; did you mean 'step'?"
            },
            // Repeats.
            {
                Of("""{"name":"a","repeat":0,"decisions":[{"name":"b","one_of":[1]}]}"""),
                "$.decisions[0].repeat: expected a whole number from 1 to 1024, found 0."
            },
            {
                Of("""{"name":"a","repeat":{"min":3,"max":2},"decisions":[{"name":"b","one_of":[1]}]}"""),
                "$.decisions[0].repeat: goes from 3 to 2; the first must not be above the second."
            },
            {
                Of("""{"name":"a","repeat":3}"""),
                "$.decisions[0]: 'decisions' is missing; expected a list of decisions."
            },
            {
                Of("""{"name":"a","repeat":3,"decisions":[{"name":"b","one_of":[]}]}"""),
                "$.decisions[0].decisions[0].one_of: expected a list of candidates, "
                    + "at least 1 and at most 1024, found a list of 0."
            },
            // Several at once.
            {
                Of("""{"name":"a","one_of":[]},{"name":"b","integer":{"min":2,"max":1}}"""),
                "$.decisions[0].one_of: expected a list of candidates, at least 1 and at most 1024, found a list of "
                    + "0.\n$.decisions[1]: 'b' goes from 2 to 1; the first must not be above the second."
            },
        };

    [Theory, MemberData(nameof(Faults))]
    public void ABadFileSaysWhereWhatAndWhatWouldBeRight(string json, string faults) =>
        Assert.Equal(faults, Assert.Throws<RequestException>(() => CustomSpace.Read(json)).Message);

    [Fact]
    public void TextThatIsNoJsonSaysWhereItEnds() =>
        Assert.StartsWith("$: the text is no JSON at line 2, byte 3 of it: ", Fault("{\"name\":\n  !"));

    [Fact]
    public void EveryBeginningOfAGoodFileIsRefusedWithAnErrorOfOurs()
    {
        for (var length = 0; length < Everything.Length - 1; length++)
            Assert.Throws<RequestException>(() => CustomSpace.Read(Everything[..length]));
    }

    // Goal: no text, however broken, gives another exception than ours. Method: change, drop and double bytes of a good
    // file at random.
    [Fact]
    public void ADamagedFileIsReadOrRefusedAndNothingElse()
    {
        var good = Encoding.UTF8.GetBytes(Everything);
        for (var damage = 1; damage <= 3000; damage++)
        {
            var random = SeededRandom.For(9, new BirthNumber(damage));
            var bytes = good.ToList();
            for (var change = random.Below(4); change >= 0; change--)
                switch (random.Below(4))
                {
                    case 0:
                        bytes[random.Below(bytes.Count)] = (byte)random.Below(256);
                        break;
                    case 1:
                        bytes.RemoveAt(random.Below(bytes.Count));
                        break;
                    case 2:
                        bytes.Insert(random.Below(bytes.Count), (byte)"{}[],:\"019.-e"[random.Below(13)]);
                        break;
                    default:
                        bytes.RemoveRange(random.Below(bytes.Count / 2), random.Below(bytes.Count / 2));
                        break;
                }
            try
            {
                CustomSpace.Read(bytes.ToArray()).Decisions.Sample(random);
            }
            catch (RequestException fault)
            {
                Assert.NotEqual("", fault.Message);
            }
        }
    }

    [Fact]
    public void TextThatIsNoUtf8IsRefused() =>
        Assert.Equal(
            "$: the text is no JSON: it is not UTF-8.",
            Assert
                .Throws<RequestException>(() => CustomSpace.Read(new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' }))
                .Message
        );

    // The spaces of the other language, written in ours: what JSON says is what C# says.
    [Fact]
    public void SpacesInJsonAreTheSpacesOfTheLanguage()
    {
        foreach (var (_, space) in Oracle.Language())
        {
            // Decisions without a name stand at the root of a value there; here each has one.
            if (space.Decisions.Any(NeedsNoName))
                continue;
            var read = CustomSpace.Read($$"""{"name":"x","decisions":{{Json(space.Decisions)}}}""").Decisions;
            Assert.Equal(space.Decisions, read.Decisions);
        }

        static bool NeedsNoName(Decision decision) =>
            decision.Name == ""
            || decision.Name.StartsWith('[')
            || SearchSpace.CandidatesOf(decision).Any(c => c.Children.Any(NeedsNoName));

        static string Json(Sequence<Decision> decisions) => $"[{string.Join(',', decisions.Select(One))}]";

        static string Flag(bool flag) => flag ? "true" : "false";

        static string One(Decision decision) =>
            decision switch
            {
                Decision.OneOf one => $$"""{"name":"{{one.Name}}","one_of":{{Candidates(one.Candidates)}}}""",
                Decision.ManyOf many => $$"""
                    {"name":"{{many.Name}}","many_of":{{Candidates(many.Candidates)}},"picks":{{many.Picks}},
                     "distinct":{{Flag(many.Distinct)}},"sorted":{{Flag(many.Sorted)}}}
                    """,
                Decision.Real real => $$"""
                    {"name":"{{real.Name}}","float":{"min":{{real.Min}},"max":{{real.Max}},
                     "scale":"{{(real.Scale == Scale.Linear ? "linear" : "log")}}"} }
                    """,
                _ => throw new InvalidOperationException(),
            };

        static string Candidates(Sequence<Candidate> candidates) => $"[{string.Join(',', candidates.Select(Text))}]";

        static string Text(Candidate candidate)
        {
            var value = candidate.Value.ToJson().ToJsonString();
            return candidate.Children.Count == 0
                ? value
                : $$"""{"value":{{value}},"decisions":{{Json(candidate.Children)}}}""";
        }
    }

    internal static string Of(string decisions) => $$"""{"name":"x","decisions":[{{decisions}}]}""";

    static string Embedded(string name)
    {
        using var stream =
            typeof(CustomSpaceTests).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    internal static string Fault(string json) => Assert.Throws<RequestException>(() => CustomSpace.Read(json)).Message;
}
