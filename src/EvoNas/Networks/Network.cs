using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EvoNas.Networks;

/// <summary>One layer of a network, in the order of execution.</summary>
/// <param name="Index">Its place; inputs have smaller ones.</param>
/// <param name="Name">Unique and stable: scope, kind, and a number where the scope has several of the kind.</param>
/// <param name="Layer">What it does.</param>
/// <param name="Inputs">Indices of the nodes it takes.</param>
/// <param name="Shape">What it makes, one sample.</param>
/// <param name="WeightsOf">The index of the earlier node whose weights it uses; null: its own.</param>
public sealed record NetworkNode(
    int Index,
    string Name,
    Layer Layer,
    Sequence<int> Inputs,
    Shape Shape,
    int? WeightsOf = null
)
{
    /// <summary>The index of the node whose weights these are: usually its own.</summary>
    public int Owner => WeightsOf ?? Index;
}

/// <summary>A named result of a network.</summary>
/// <param name="Name">Such as <c>logits</c>, or a pyramid's level.</param>
/// <param name="Node">The index of the node that makes it.</param>
public sealed record NetworkOutput(string Name, int Node);

/// <summary>A network as data: layers in the order of execution. Cost, drawing, fingerprint, file and torch module are
/// readers of this one value.</summary>
public sealed class Network
{
    // Where lists of nodes begin, so that they need not grow; most networks have a few hundred.
    const int UsualCount = 400;

    Network(Sequence<NetworkNode> nodes, Sequence<NetworkOutput> outputs) => (Nodes, Outputs) = (nodes, outputs);

    /// <summary>In the order of execution; the first are inputs.</summary>
    public Sequence<NetworkNode> Nodes { get; }

    /// <summary>At least one.</summary>
    public Sequence<NetworkOutput> Outputs { get; }

    /// <summary>Where data comes in, in the order of execution; usually one.</summary>
    public IEnumerable<NetworkNode> Inputs => Nodes.Where(node => node.Layer is Layer.Input);

    /// <summary>The shape that goes in; of several inputs the first one's.</summary>
    public Shape Input => Nodes[0].Shape;

    /// <summary>The shape of an output.</summary>
    public Shape ShapeOf(NetworkOutput output) => Nodes[output.Node].Shape;

    /// <summary>A network with one output, called <c>logits</c>.</summary>
    public static Network Of(Node logits) => Of(("logits", logits));

    /// <summary>The layers on which the outputs depend, each before those that take it; of several, in the order in
    /// which a node names its inputs.</summary>
    /// <exception cref="RequestException">There is no output.</exception>
    public static Network Of(params ReadOnlySpan<(string Name, Node Node)> outputs)
    {
        if (outputs.Length == 0)
            throw new RequestException("A network needs an output.");
        var order = new List<Node.Vertex>(UsualCount);
        var places = new Dictionary<Node.Vertex, int>(UsualCount);
        foreach (var (_, node) in outputs)
            Visit(node.Made, order, places);
        var names = Names(order);
        var nodes = new NetworkNode[order.Count];
        var owners = new Dictionary<Node.Vertex, int>();
        for (var i = 0; i < nodes.Length; i++)
        {
            var inputs = new int[order[i].Inputs.Length];
            for (var input = 0; input < inputs.Length; input++)
                inputs[input] = places[order[i].Inputs[input]];
            nodes[i] = new(
                i,
                names[i],
                order[i].Layer,
                Owned(inputs),
                order[i].Shape,
                OwnerOf(order[i], i, owners, places)
            );
        }
        var ends = new NetworkOutput[outputs.Length];
        for (var i = 0; i < ends.Length; i++)
            ends[i] = new(outputs[i].Name, places[outputs[i].Node.Made]);
        return new(Owned(nodes), Owned(ends));
    }

    // Shared weights belong to the first node in the order that uses them, whichever of them was described first.
    static int? OwnerOf(
        Node.Vertex vertex,
        int index,
        Dictionary<Node.Vertex, int> owners,
        Dictionary<Node.Vertex, int> places
    )
    {
        if (vertex.WeightsOf is { } first)
        {
            if (owners.TryGetValue(first, out var known))
                return known;
            if (places.TryGetValue(first, out var place) && place < index)
                return place;
            owners[first] = index;
            return null;
        }
        return owners.TryGetValue(vertex, out var owner) ? owner : null;
    }

    // The array is ours alone, so that it need not be copied.
    static Sequence<T> Owned<T>(T[] items) => new(ImmutableCollectionsMarshal.AsImmutableArray(items));

    /// <summary>16 hexadecimal digits that are equal for equal layers and connections, on every machine. Names of nodes
    /// do not count.</summary>
    public string Fingerprint
    {
        get
        {
            var text = new StringBuilder();
            foreach (var node in Nodes)
            {
                text.Append(Signature.Of(node.Layer)).Append('<').Append(node.Inputs);
                if (node.WeightsOf is { } owner)
                    text.Append('=').Append(owner);
                text.Append('\n');
            }
            foreach (var output in Outputs)
                text.Append(output.Name).Append('=').Append(output.Node).Append('\n');
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
        }
    }

    // Depth first with a stack of its own: a deep network must not end the thread.
    static void Visit(Node.Vertex root, List<Node.Vertex> order, Dictionary<Node.Vertex, int> places)
    {
        var open = new Stack<(Node.Vertex Vertex, int Next)>();
        open.Push((root, 0));
        while (open.TryPop(out var top))
        {
            var (vertex, next) = top;
            while (next < vertex.Inputs.Length && places.ContainsKey(vertex.Inputs[next]))
                next++;
            if (next < vertex.Inputs.Length)
            {
                open.Push((vertex, next + 1));
                open.Push((vertex.Inputs[next], 0));
            }
            else if (places.TryAdd(vertex, order.Count))
                order.Add(vertex);
        }
    }

    // Layers of one scope mostly follow each other, and a scope has few kinds: a list a scope is faster than a
    // dictionary of pairs.
    static string[] Names(List<Node.Vertex> order)
    {
        var names = new string[order.Count];
        var scopes = new Dictionary<string, List<(string Label, int Count)>>();
        var (last, counts) = ("", scopes[""] = []);
        for (var i = 0; i < names.Length; i++)
        {
            var (scope, label) = (order[i].Scope, order[i].Layer.Label);
            if (!ReferenceEquals(scope, last))
                counts = CollectionsMarshal.GetValueRefOrAddDefault(scopes, last = scope, out _) ??= [];
            var (place, count) = (0, 1);
            while (place < counts.Count && counts[place].Label != label)
                place++;
            if (place == counts.Count)
                counts.Add((label, count));
            else
                counts[place] = (label, count = counts[place].Count + 1);
            var plain = scope == "" ? label : string.Concat(scope, ".", label);
            names[i] = count == 1 ? plain : plain + count;
        }
        return names;
    }
}
