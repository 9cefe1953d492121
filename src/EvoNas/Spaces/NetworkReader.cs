using System.Text.Json;
using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>Reads what a user's file says of networks; the format is told in docs/spaces.md.</summary>
/// <param name="decisions">Of the same file: what parameters may refer to.</param>
/// <param name="faults">One line is added for everything that is wrong.</param>
sealed class NetworkReader(Sequence<Decision> decisions, List<string> faults)
{
    const int LayersMax = 512,
        CopiesMax = 64;

    readonly Dictionary<string, List<Literal>> _possible = Term.PossibleOf(decisions);

    public NetworkPlan? Read(JsonFields network)
    {
        network.Know("input", "classes", "activation", "padding", "layers", "pyramid", "head");
        var input = InputOf(network);
        var classes = (int)(network.Whole("classes", 1, 1_000_000, usual: 10) ?? 10);
        var style = new MobileStyle(
            Choice(network, "activation", ActivationKind.Relu),
            Choice(network, "padding", Padding.Same),
            Epsilon: 1e-5,
            Decay: 0.9
        );
        var layers = new List<LayerPlan>();
        foreach (var (item, path) in network.List("layers", "a list of layers", LayersMax))
            ReadLayer(new(item, path, faults), layers);
        var pyramid = network.Has("pyramid") ? PyramidOf(network.Nested("pyramid")) : null;
        var head = network.Has("head")
            ? HeadOf(network.Nested("head"), pyramid is not null)
            : new PyramidHead.Classification();
        // Without a fault both were read.
        return faults.Count == 0 ? new(input!, classes, style, layers, pyramid, head!) : null;
    }

    Shape? InputOf(JsonFields network)
    {
        if (!network.Has("input"))
            return Shape.Of(3, 32, 32);
        var sides = network.List("input", "[channels, height, width]", 4);
        var numbers = sides
            .Select(side =>
                side.Item.ValueKind == JsonValueKind.Number
                && side.Item.TryGetInt32(out var number)
                && number is > 0 and <= 65_536
                    ? number
                    : 0
            )
            .ToArray();
        if (numbers.Length >= 2 && numbers.All(number => number > 0))
            return new(numbers[0], [.. numbers[1..]]);
        if (sides.Count > 0)
            network.Fault(
                network.PathOf("input"),
                "expected [channels, height, width], or fewer or more sides, each from 1 to 65536."
            );
        return null;
    }

    void ReadLayer(JsonFields layer, List<LayerPlan> layers)
    {
        if (!layer.Has("for"))
        {
            AddLayer(layer, layers, copy: null, count: null);
            return;
        }
        layer.Know("for", "layers");
        var before = faults.Count;
        if (Take(layer, "for", 0, CopiesMax, whole: true) is not { } count)
            return;
        var most = count is Term.Asked { Id: var id }
            ? _possible[id].Max(value => value.Whole)
            : ((Term.Fixed)count).Value.Whole;
        var inner = layer.List("layers", "a list of layers", LayersMax);
        for (var copy = 0; copy < most && faults.Count == before; copy++) // What is wrong in one copy is wrong in all.
            foreach (var (item, path) in inner)
                AddLayer(new(item, path, faults), layers, copy, count);
        if (layers.Count > LayersMax)
            layer.Fault(layer.Path, $"makes more than {LayersMax} layers.");
    }

    void AddLayer(JsonFields layer, List<LayerPlan> layers, int? copy, Term? count)
    {
        layer.Know(["block", .. NetworkPlan.Parameters.Keys]);
        var parameters = new Dictionary<string, Term>();
        foreach (var (name, (min, max, _)) in NetworkPlan.Parameters)
            if (layer.Has(name) && Take(layer, name, min, max, !NetworkPlan.IsReal(name), copy) is { } term)
                parameters[name] = term;
        if (
            layer.Take("block", $"one of {string.Join(", ", NetworkPlan.Blocks)}") is not { } block
            || TermOf(layer, "block", block, copy) is not { } word
        )
            return;
        foreach (var value in Possible(word))
            if (value is not Literal.Word { Value: var name } || !NetworkPlan.Blocks.Contains(name))
            {
                var hint =
                    value is Literal.Word near && Nearest.To(near.Value, NetworkPlan.Blocks) is { } guess
                        ? $"did you mean '{guess}'?"
                        : $"expected {string.Join(", ", NetworkPlan.Blocks)}.";
                var may = word is Term.Asked ? "may be " : "";
                layer.Fault(layer.PathOf("block"), $"{may}{value}, which is no block; {hint}");
            }
        layers.Add(new(layer.Path, word, parameters, copy ?? 0, count));
    }

    // A number, a list with one for every copy of a loop, or "$decision".
    Term? Take(JsonFields fields, string name, double min, double max, bool whole, int? copy = null)
    {
        if (
            fields.Take(name, whole ? "a whole number or \"$decision\"" : "a number or \"$decision\"") is not { } given
            || TermOf(fields, name, given, copy) is not { } term
        )
            return null;
        foreach (var value in Possible(term))
        {
            var fits =
                value is Literal.Integer or Literal.Real
                && (!whole || value is Literal.Integer)
                && value.Number >= min
                && value.Number <= max;
            if (fits && (name != "kernel" || value.Whole % 2 == 1))
                continue;
            var found = term is Term.Asked asked ? $"'{asked.Id}' may be {value}" : $"is {value}";
            var kind =
                name == "kernel" ? "an odd"
                : whole ? "a whole"
                : "a";
            fields.Fault(
                fields.PathOf(name),
                FormattableString.Invariant($"{found}; expected {kind} number from {min} to {max}.")
            );
            return null;
        }
        return term;
    }

    Term? TermOf(JsonFields fields, string name, JsonElement given, int? copy)
    {
        var path = fields.PathOf(name);
        if (given.ValueKind == JsonValueKind.Array && copy is { } place)
        {
            if (place < given.GetArrayLength())
                return TermOf(fields, name, given[place], null);
            fields.Fault(path, $"has {given.GetArrayLength()} values, but the loop may have copy {place + 1}.");
            return null;
        }
        if (given.ValueKind == JsonValueKind.String && given.GetString()!.StartsWith('$')) // A string has text.
        {
            var id = given.GetString()![1..];
            if (copy is { } number)
                id = id.Replace("[i]", FormattableString.Invariant($"[{number}]"), StringComparison.Ordinal);
            if (_possible.ContainsKey(id))
                return new Term.Asked(id);
            var hint = Nearest.To(id, _possible.Keys) is { } near ? $"; did you mean '{near}'?" : ".";
            fields.Fault(path, $"there is no decision '{id}'{hint}");
            return null;
        }
        try
        {
            return new Term.Fixed(Literal.From(given, path));
        }
        catch (RequestException fault)
        {
            faults.Add(fault.Message);
            return null;
        }
    }

    IReadOnlyList<Literal> Possible(Term term) =>
        term is Term.Asked { Id: var id } ? _possible[id] : [((Term.Fixed)term).Value];

    (int, int, Term)? PyramidOf(JsonFields pyramid)
    {
        pyramid.Know("from", "to", "filters");
        var (from, to, filters) = (
            pyramid.Whole("from", 0, 10),
            pyramid.Whole("to", 0, 10),
            Take(pyramid, "filters", 1, 65_536, whole: true)
        );
        if (from > to)
            pyramid.Fault(pyramid.Path, $"goes from level {from} to {to}; the first must not be above the second.");
        if (filters is Term.Asked { Id: var id } && decisions.All(decision => decision.Name != id))
            pyramid.Fault(
                pyramid.PathOf("filters"),
                $"'{id}' is not always there; take a decision that is under no other."
            );
        return from is { } first && to is { } last && filters is not null ? ((int)first, (int)last, filters) : null;
    }

    PyramidHead? HeadOf(JsonFields head, bool overPyramid)
    {
        string[] kinds = ["classification", "detection", "segmentation", "none"];
        switch (head.Text("kind"))
        {
            case "classification":
                head.Know("kind", "dropout");
                return new PyramidHead.Classification(
                    head.Has("dropout") && head.Real("dropout") is { } rate
                        ? rate is >= 0 and < 1
                            ? rate
                            : Bad(head, "dropout", rate)
                        : 0.2
                );
            case "detection":
                head.Know("kind", "convolutions", "filters", "separable", "anchors");
                if (!overPyramid)
                    head.Fault(
                        head.Path,
                        "a detection head needs a pyramid; add \"pyramid\": {\"from\": 3, \"to\": 5, \"filters\": 64}."
                    );
                return new PyramidHead.RetinaNet(
                    Number("convolutions", 0, 16, 4),
                    Number("filters", 1, 65_536, 256),
                    head.Flag("separable", false),
                    Number("anchors", 1, 64, 9)
                );
            case "segmentation":
                head.Know("kind", "convolutions", "filters");
                return new PyramidHead.Segmentation(
                    Number("convolutions", 0, 16, 2),
                    Number("filters", 1, 65_536, 256)
                );
            case "none":
                head.Know("kind");
                return new PyramidHead.None();
            case { } other:
                head.Fault(head.PathOf("kind"), $"'{other}' is no head; expected {string.Join(", ", kinds)}.");
                return null;
            case null:
                return null;
        }

        int Number(string name, long min, long max, long usual) => (int)(head.Whole(name, min, max, usual) ?? usual);
    }

    static double Bad(JsonFields fields, string name, double value)
    {
        fields.Fault(
            fields.PathOf(name),
            FormattableString.Invariant($"is {value}; expected a number from 0 to below 1.")
        );
        return 0;
    }

    static T Choice<T>(JsonFields fields, string name, T usual)
        where T : struct, Enum
    {
        if (!fields.Has(name) || fields.Text(name) is not { } text)
            return usual;
        var known = Enum.GetNames<T>().Select(one => one.ToLowerInvariant()).ToArray();
        if (known.Contains(text))
            return Enum.Parse<T>(text, ignoreCase: true);
        fields.Fault(fields.PathOf(name), $"'{text}' is not known; expected {string.Join(", ", known)}.");
        return usual;
    }
}
