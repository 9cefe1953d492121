namespace EvoNas.Searches.Configuration;

/// <summary>Where a value was written: a file and a line, or a command-line option.</summary>
readonly record struct Origin(string Source, int Line = 0)
{
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}";
}

/// <summary>A value of a configuration file. Text is kept as written; what it means, its setting says.</summary>
abstract record HoconNode(Origin Origin)
{
    /// <summary>Keys with values, in the order of their first appearance.</summary>
    public sealed record Tree(Origin Origin, Dictionary<string, HoconNode> Children) : HoconNode(Origin)
    {
        /// <summary>Lays a value over what stands at a path, in this tree: for a tree that is being read.</summary>
        /// <param name="path">Keys with dots between them; empty for the tree itself.</param>
        /// <param name="value">Objects are merged key by key, anything else is replaced.</param>
        public void Lay(string path, HoconNode value)
        {
            var tree = this;
            if (path != "")
            {
                var keys = path.Split('.');
                foreach (var key in keys[..^1])
                    tree = tree.Within(key, value.Origin);
                if (value is not Tree)
                {
                    tree.Children[keys[^1]] = value;
                    return;
                }
                tree = tree.Within(keys[^1], value.Origin);
            }
            foreach (var (key, child) in ((Tree)value).Children) // Only a tree lies over a whole tree.
                tree.Lay(key, child);
        }

        Tree Within(string key, Origin origin)
        {
            if (Children.GetValueOrDefault(key) is Tree tree)
                return tree;
            tree = new(origin, []);
            Children[key] = tree;
            return tree;
        }
    }

    public sealed record List(Origin Origin, IReadOnlyList<HoconNode> Items) : HoconNode(Origin);

    /// <summary>A word or sentence; <paramref name="Quoted"/> keeps <c>"5"</c> and <c>5</c> apart.</summary>
    public sealed record Text(Origin Origin, string Value, bool Quoted) : HoconNode(Origin);

    /// <summary>What it is, in words.</summary>
    public string Kind =>
        this switch
        {
            Tree => "an object",
            List => "a list",
            Text text => $"'{text.Value}'",
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>This, with another over it: objects are merged key by key, anything else is replaced.</summary>
    public HoconNode Under(HoconNode over)
    {
        if (this is not Tree below || over is not Tree above)
            return over;
        var children = new Dictionary<string, HoconNode>(below.Children);
        foreach (var (key, value) in above.Children)
            children[key] = children.TryGetValue(key, out var old) ? old.Under(value) : value;
        return new Tree(above.Origin, children);
    }

    /// <summary>The value at a path of keys; null if there is none.</summary>
    public HoconNode? Find(string path)
    {
        var node = this;
        foreach (var key in path.Split('.'))
            if (node is not Tree tree || !tree.Children.TryGetValue(key, out node))
                return null;
        return node;
    }

    /// <summary>A tree that holds this value at a path, and nothing else.</summary>
    public Tree At(string path)
    {
        var node = this;
        foreach (var key in path.Split('.').Reverse())
            node = new Tree(Origin, new() { [key] = node });
        return (Tree)node;
    }
}
