using System.Text.Json;
using System.Text.RegularExpressions;
using EvoNas.Genetics;

namespace EvoNas.Spaces;

/// <summary>A space that comes with the program, narrowed or widened by a user's file: some decisions have other
/// candidates, or it builds on a network that was found earlier; all else stays.</summary>
/// <param name="faults">One line is added for everything that is wrong.</param>
sealed class DerivedSpace(List<string> faults)
{
    const int CandidatesMax = 1024;

    public Space? Read(JsonFields fields, string name, string? summary, string? source)
    {
        fields.Know("name", "summary", "source", "base", "network", "candidates", "tune");
        if (fields.Text("base") is not { } wanted)
            return null;
        if (SpaceCatalog.All.FirstOrDefault(space => space.Name == wanted) is not { } known)
        {
            fields.Fault(
                "$.base",
                Nearest.Unknown("space", wanted, [.. SpaceCatalog.All.Select(space => space.Name)]).Message
            );
            return null;
        }
        if (fields.Has("network") && OverNetwork(fields, known) is { } over)
            known = over;
        else if (known.Policy is not null)
            fields.Fault("$.base", $"'{wanted}' is a space of policies; 'network' says which one they train.");
        else if (known.Build is null)
            fields.Fault("$.base", $"'{wanted}' describes no networks; take a space that does.");
        if (known.Policy is not null && fields.Has("candidates"))
            fields.Fault(fields.PathOf("candidates"), $"the policies of '{wanted}' are searched as they are.");
        // A space that is only tuned, or only has another network, has the candidates that it had.
        var changes =
            (fields.Has("tune") || fields.Has("network")) && !fields.Has("candidates") ? []
            : fields.Take("candidates", "an object: {\"blocks[*].kernel_size\": [3, 5, 7]}") is { } given
                ? Changes(given)
            : [];
        if (faults.Count > 0)
            return null;
        var used = new HashSet<string>();
        var decisions = Changed(known.Decisions.Decisions, changes, used);
        string[] names = [.. known.Decisions.Decisions.Select(decision => decision.Name)];
        foreach (var (pattern, _) in changes)
            if (!used.Contains(pattern))
            {
                var hint = Nearest.To(pattern, names) is { } near
                    ? $"did you mean '{near}'?"
                    : $"evonas spaces show {wanted} lists them.";
                fields.Fault($"$.candidates['{pattern}']", $"is no decision of '{wanted}'; {hint}");
            }
        if (faults.Count > 0)
            return null;
        var derived = new SearchSpace(name, decisions, known.Decisions.Rule);
        return known with
        {
            Decisions = derived,
            Summary =
                summary
                ?? (
                    changes.Count == 0
                        ? known.Summary
                        : $"{wanted} with other candidates for {string.Join(", ", changes.Keys)}"
                ),
            Source = source ?? known.Source,
            Definition = fields.Has("network") ? fields.Canonical("network") : known.Definition,
            Named = [.. known.Named.Select(named => Carried(named, known.Decisions, derived)).OfType<NamedGenotype>()],
        };
    }

    // {"space": "mnasnet", "genotype": "0,1,…", "profile": "search_proxy"}; a space of one's own stands there as a
    // whole.
    Space? OverNetwork(JsonFields fields, Space known)
    {
        var path = fields.PathOf("network");
        if (known.Over is not { } over)
        {
            string[] able = [.. SpaceCatalog.All.Where(space => space.Over is not null).Select(space => space.Name)];
            fields.Fault(path, $"'{known.Name}' builds on no found network; these do: {string.Join(", ", able)}.");
            return known;
        }
        var network = fields.Nested("network");
        network.Know("space", "genotype", "profile");
        if (
            network.Take("space", "the name of a space, or a space") is not { } written
            || network.Text("genotype") is not { } genotype
        )
            return known;
        var profile = network.Text("profile", needed: false);
        try
        {
            var space = written.ValueKind switch
            {
                JsonValueKind.String => SpaceCatalog.Find(written.GetString()!), // It is a string.
                JsonValueKind.Object when written.TryGetProperty("assembly", out _) => throw new RequestException(
                    "a network of a class library's space cannot be taken over."
                ),
                JsonValueKind.Object => CustomSpace.Read(written.GetRawText()),
                _ => throw new RequestException(
                    $"expected the name of a space, or a space, found {JsonFields.Found(written)}."
                ),
            };
            return over(new(space, space.Decisions.Parse(genotype), profile));
        }
        catch (RequestException fault)
        {
            fields.Fault(path, fault.Hint is null ? fault.Message : $"{fault.Message} {fault.Hint}");
            return known;
        }
    }

    Dictionary<string, JsonElement> Changes(JsonElement given)
    {
        var changes = new Dictionary<string, JsonElement>();
        if (given.ValueKind != JsonValueKind.Object)
            faults.Add($"$.candidates: expected an object, found {JsonFields.Found(given)}.");
        else
            foreach (var change in given.EnumerateObject())
                if (!changes.TryAdd(change.Name, change.Value))
                    faults.Add($"$.candidates['{change.Name}']: is there twice; keep one.");
        return changes;
    }

    Sequence<Decision> Changed(
        Sequence<Decision> decisions,
        Dictionary<string, JsonElement> changes,
        HashSet<string> used
    ) =>
        [
            .. decisions.Select(decision =>
            {
                foreach (var (pattern, candidates) in changes)
                    if (Matches(pattern, decision.Name))
                    {
                        used.Add(pattern);
                        return With(decision, candidates, $"$.candidates['{pattern}']");
                    }
                return decision;
            }),
        ];

    // '*' stands for any number in brackets.
    static bool Matches(string pattern, string name) =>
        Regex.IsMatch(
            name,
            $@"^{Regex.Escape(pattern).Replace(@"\[\*]", @"\[\d+]", StringComparison.Ordinal)}\z",
            RegexOptions.CultureInvariant
        );

    Decision With(Decision decision, JsonElement given, string path)
    {
        if (decision is Decision.Range range && given.ValueKind == JsonValueKind.Object)
        {
            var bounds = new JsonFields(given, path, faults);
            bounds.Know("min", "max", "step");
            var (min, max, step) = (
                bounds.Has("min") ? bounds.Decimal("min") : range.Min,
                bounds.Has("max") ? bounds.Decimal("max") : range.Max,
                bounds.Has("step") ? bounds.Decimal("step") : range.Step
            );
            if (min is not { } low || max is not { } high || step is not { } by)
                return decision;
            if (low <= high && by > 0 && (range.IsReal || decimal.IsInteger(low) && decimal.IsInteger(by)))
                return new Decision.Range(range.Name, low, high, by, range.Scale) { IsReal = range.IsReal };
            var expected = (range.IsReal ? "" : "whole numbers, ") + "min ≤ max and a positive step";
            faults.Add(
                FormattableString.Invariant($"{path}: goes from {low} to {high} in steps of {by}; expected {expected}.")
            );
            return decision;
        }
        var kinds = decision switch
        {
            Decision.OneOf one when one.Candidates.All(candidate => candidate.Children.Count == 0) => one
                .Candidates.Select(candidate => candidate.Value)
                .ToList(),
            Decision.Range other => [other.At(0)],
            _ => null,
        };
        if (kinds is null)
        {
            faults.Add(
                $"{path}: '{decision.Name}' has decisions under its candidates, or picks several; it stays as it is."
            );
            return decision;
        }
        if (given.ValueKind != JsonValueKind.Array || given.GetArrayLength() is 0 or > CandidatesMax)
        {
            var orRange = decision is Decision.Range ? ", or {\"min\", \"max\", \"step\"}" : "";
            var found = JsonFields.Found(given);
            faults.Add($"{path}: expected a list of 1 to {CandidatesMax} candidates{orRange}, found {found}.");
            return decision;
        }
        var candidates = new List<Literal>();
        foreach (var (i, item) in given.EnumerateArray().Index())
        {
            Literal value;
            try
            {
                value = Literal.From(item, $"{path}[{i}]");
            }
            catch (RequestException fault)
            {
                faults.Add(fault.Message);
                continue;
            }
            // What a word means only the space knows; numbers it takes as they come.
            if (
                value is Literal.Integer or Literal.Real
                    ? kinds.All(kind => kind.GetType() != value.GetType())
                    : !kinds.Contains(value)
            )
                faults.Add(
                    $"{path}[{i}]: {value} is not what '{decision.Name}' takes: {string.Join(", ", kinds.Take(8))}."
                );
            else if (candidates.Contains(value))
                faults.Add($"{path}[{i}]: {value} is there twice; keep one.");
            else
                candidates.Add(value);
        }
        return candidates.Count == 0
            ? decision
            : new Decision.OneOf(decision.Name, [.. candidates.Select(value => new Candidate(value))]);
    }

    // A published network by its values, where they are all still there.
    static NamedGenotype? Carried(NamedGenotype named, SearchSpace from, SearchSpace to)
    {
        try
        {
            using var values = JsonDocument.Parse(from.Read(named.Genotype).Values().ToJsonString());
            return named with { Genotype = to.FromValues(values.RootElement) };
        }
        catch (RequestException)
        {
            return null;
        }
    }
}
