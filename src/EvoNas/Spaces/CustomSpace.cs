using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EvoNas.Genetics;

namespace EvoNas.Spaces;

/// <summary>A space that a user wrote as JSON: decisions of every kind, with networks out of named blocks or for
/// look-up alone; or a space of the program with other candidates.</summary>
/// <remarks>The format, with examples, is told in docs/spaces.md. A file is refused as a whole: nothing is guessed, and
/// everything that is wrong in it is said at once.</remarks>
public static partial class CustomSpace
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int FileSizeMax = 1 << 20;

    /// <summary>The blocks of described networks.</summary>
    public static Sequence<string> Blocks { get; } = [.. NetworkPlan.Blocks];

    /// <summary>What a block of a described network may be told.</summary>
    public static Sequence<string> LayerParameters { get; } = [.. NetworkPlan.Parameters.Keys];

    // Each decision inside a candidate stands four levels deeper than its parent; the reader stops at 32 such steps.
    const int JsonDepthMax = 160;

    const int FaultsShown = 20;

    const int TunedMax = 32;

    // Random genotypes of a new space, of which one must be a network.
    const int Trials = 32;

    /// <summary>Whether a space may have this name: at most 64 lower-case letters, digits, '.', '_' and '-', a letter
    /// or digit first.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>Reads a space.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="RequestException">The text is no such space; one line for each fault, with the path to the
    /// place, what is there and what is expected.</exception>
    public static Space Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    /// <summary>Reads a space.</summary>
    /// <param name="utf8">The file, UTF-8, with or without a byte order mark.</param>
    /// <exception cref="RequestException">The file is no such space; one line for each fault, with the path to the
    /// place, what is there and what is expected.</exception>
    public static Space Read(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > FileSizeMax)
            throw new RequestException($"The space has {utf8.Length} bytes; at most {FileSizeMax} are read.");
        if (utf8.Span.StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        if (!utf8.Span.ContainsAnyExcept(" \t\r\n"u8))
            throw new RequestException(
                "$: the file is empty; a space is an object: {\"name\": …, \"decisions\": […]}."
            );
        var faults = new List<string>();
        using var document = Parse(utf8);
        var space = Read(document.RootElement, faults);
        if (space is not null && faults.Count == 0)
            return space;
        var shown = string.Join('\n', faults.Take(FaultsShown));
        throw new RequestException(
            faults.Count > FaultsShown ? $"{shown}\n… and {faults.Count - FaultsShown} more." : shown,
            "docs/spaces.md tells the format."
        );
    }

    static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            // Strings are decoded when they are read; text that is no UTF-8 must be refused here.
            _ = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetCharCount(
                utf8.Span
            );
            return JsonDocument.Parse(
                utf8,
                new()
                {
                    MaxDepth = JsonDepthMax,
                    CommentHandling = JsonCommentHandling.Skip,
                    AllowTrailingCommas = true,
                }
            );
        }
        catch (JsonException fault) when (fault.LineNumber is { } line)
        {
            throw new RequestException(
                $"$: the text is no JSON at line {line + 1}, byte {fault.BytePositionInLine + 1} of it: {Plain(fault)}",
                "A space is an object: {\"name\": …, \"decisions\": […]}."
            );
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            throw new RequestException(
                $"$: the text is no JSON: {(fault is JsonException ? Plain(fault) : "it is not UTF-8.")}",
                "A space is an object: {\"name\": …, \"decisions\": […]}."
            );
        }
    }

    // The runtime's message repeats the position in its own words.
    static string Plain(Exception fault) => fault.Message.Split(" LineNumber:")[0].Split(" Path:")[0];

    static Space? Read(JsonElement json, List<string> faults)
    {
        var fields = new JsonFields(json, "$", faults);
        if (faults.Count > 0)
            return null;
        var (name, summary, source) = (
            fields.Text("name"),
            fields.Text("summary", needed: false),
            fields.Text("source", needed: false)
        );
        if (name is not null && !Name().IsMatch(name))
            fields.Fault(
                "$.name",
                $"'{name}' is not a valid name of a space; expected at most 64 lower-case letters, "
                    + "digits, '.', '_' and '-', a letter or digit first."
            );
        if (name is not null && SpaceCatalog.All.Any(known => known.Name == name))
            fields.Fault("$.name", $"'{name}' is a space that comes with the program; take another name.");
        var space = fields.Has("base")
            ? new DerivedSpace(faults).Read(fields, name ?? "", summary, source)
            : ReadOwn(fields, name ?? "", summary, source, faults); // A missing name is a fault.
        if (space is not null && fields.Has("tune"))
            space = Tuned(space, fields, faults);
        if (faults.Count > 0 || space is null)
            return null;
        if (space.Build is not { } build)
            return space;
        var place = fields.Has("base") ? "$.candidates" : "$.network";
        space = space with { Build = (point, target) => NetworkBounds.Checked(() => build(point, target), place) };
        Try(space, faults);
        return faults.Count == 0 ? space : null;
    }

    static Space Tuned(Space space, JsonFields fields, List<string> faults)
    {
        var tuned = new List<Decision>();
        foreach (var (item, path) in fields.List("tune", "a list of training settings", TunedMax))
            if (item.ValueKind != JsonValueKind.String)
                faults.Add(
                    $"{path}: expected a text such as \"learning-rate=0.01..0.3 log\", found {JsonFields.Found(item)}."
                );
            else
                try
                {
                    tuned.Add(Tuning.Read(item.GetString()!)); // It is a string.
                }
                catch (RequestException fault)
                {
                    faults.Add($"{path}: {fault.Message}");
                }
        if (space.Build is null)
            fields.Fault(fields.PathOf("tune"), "there are no networks to train; describe them, or leave it out.");
        if (faults.Count > 0)
            return space;
        try
        {
            return Tuning.With(space, space.Name, [.. tuned]);
        }
        catch (RequestException fault)
        {
            fields.Fault(fields.PathOf("tune"), fault.Message);
            return space;
        }
    }

    static Space? ReadOwn(JsonFields fields, string name, string? summary, string? source, List<string> faults)
    {
        fields.Know("name", "summary", "source", "decisions", "network", "tune");
        Sequence<Decision> decisions = [];
        try
        {
            decisions = new DecisionReader(faults).ReadList(fields, prefix: "", depth: 1);
        }
        catch (DecisionReader.StoppedException) { } // Its faults are noted.
        if (faults.Count > 0)
            return null;
        var space = new Space(
            new(name, decisions),
            "look-up",
            summary ?? $"{decisions.Count} decision{(decisions.Count == 1 ? "" : "s")}",
            source ?? "",
            point => point.Values()
        );
        if (!fields.Has("network"))
            return space;
        return new NetworkReader(decisions, faults).Read(fields.Nested("network")) is { } plan
            ? space with
            {
                Task = plan.Task,
                Build = plan.Build,
                UsualTarget = new(plan.Input, plan.Classes),
                Definition = fields.Canonical("network"),
            }
            : null;
    }

    // Shapes that never fit are told now, not after a night of births that are ruled out.
    static void Try(Space space, List<string> faults)
    {
        RequestException? last = null;
        for (var draw = 1; draw <= Trials; draw++)
        {
            try
            {
                space.Decode(space.Decisions.Sample(SeededRandom.For(seed: 1, new BirthNumber(draw))));
                return;
            }
            catch (RequestException fault)
            {
                last = fault;
            }
            catch (Exception fault)
                when (fault
                        is OverflowException
                            or ArgumentException
                            or DivideByZeroException
                            or InvalidOperationException
                            or IndexOutOfRangeException
                )
            {
                last = new($"{fault.GetType().Name}: {fault.Message}");
            }
        }
        // There was at least one.
        faults.Add($"$: none of {Trials} random genotypes is a network; the last: {last!.Message}");
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
