using System.Globalization;
using System.Text;
using EvoNas.Networks;

namespace EvoNas.Reports.Drawings;

/// <summary>A network drawn: blocks from left to right as they are executed, the finer their maps the higher; lines
/// that climb or fall resample.</summary>
static class NetworkDrawing
{
    const int Column = 78,
        Row = 74,
        BoxWidth = 64,
        BoxHeight = 44,
        Left = 130,
        Top = 70;

    static readonly string[] _colours =
    [
        "#4e79a7",
        "#f28e2b",
        "#59a14f",
        "#b07aa1",
        "#76b7b2",
        "#9c755f",
        "#e15759",
        "#edc948",
    ];

    /// <summary>As SVG.</summary>
    /// <param name="title">Stands above.</param>
    /// <param name="profile">Stands below it; empty where there is nothing to choose.</param>
    /// <param name="network">What is drawn.</param>
    public static string Svg(string title, string profile, Network network)
    {
        var graph = BlockGraph.Of(network);
        var levels = graph.Blocks.Select(block => block.Level).OfType<int>().Distinct().Order().ToList();
        var rows = levels.Count + (graph.Blocks.Any(block => block.Level is null) ? 1 : 0);
        var (width, height) = (Left + (graph.Blocks[^1].Column + 1) * Column + 20, Top + rows * Row + 20);
        var cost = Cost.Of(network);
        var text = new StringBuilder();
        text.Append(
                CultureInfo.InvariantCulture,
                $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" """
                    + $"""width="{width}" height="{height}" """
                    + $"""font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="11">"""
            )
            .Append('\n');
        text.Append(
                """<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" """
                    + """orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="context-stroke"/></marker></defs>"""
            )
            .Append('\n');
        text.Append("""<rect width="100%" height="100%" fill="#ffffff"/>""").Append('\n');
        text.Append(
                CultureInfo.InvariantCulture,
                $"""<text x="16" y="26" font-size="16" font-weight="bold">{XmlText.Of(title)}</text>"""
            )
            .Append('\n');
        text.Append(
                CultureInfo.InvariantCulture,
                $"""<text x="16" y="46" fill="#555555">{XmlText.Of(Summary(network, cost, profile))}</text>"""
            )
            .Append('\n');
        foreach (var (row, level) in levels.Index())
        {
            var y = Top + row * Row + Row / 2;
            var side = graph.Blocks.First(block => block.Level == level).Shape.Sides;
            text.Append(
                    CultureInfo.InvariantCulture,
                    $"""<line x1="{Left - 12}" y1="{y}" x2="{width - 16}" y2="{y}" """
                        + $"""stroke="#e4e4e4" stroke-dasharray="2 4"/>"""
                )
                .Append('\n');
            text.Append(
                    CultureInfo.InvariantCulture,
                    $"""<text x="16" y="{y + 4}" fill="#555555">{(level < 0 ? "" : $"level {level} · ")}"""
                        + $"""{string.Join('×', side.Items)}</text>"""
                )
                .Append('\n');
        }
        foreach (var (from, to) in graph.Edges)
            Line(
                text,
                Place(graph, levels, from),
                Place(graph, levels, to),
                graph.Blocks[from].Level,
                graph.Blocks[to].Level
            );
        var outputs = network.Outputs.ToLookup(output => output.Node, output => output.Name);
        foreach (var (i, block) in graph.Blocks.Index())
            Box(text, Place(graph, levels, i), block, [.. block.Nodes.SelectMany(node => outputs[node.Index])]);
        return text.Append("</svg>\n").ToString();
    }

    /// <summary>In Graphviz's language: <c>dot -Tpdf</c>.</summary>
    /// <param name="title">The graph's name.</param>
    /// <param name="network">What is drawn.</param>
    public static string Dot(string title, Network network)
    {
        var graph = BlockGraph.Of(network);
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"digraph \"{Quoted(title)}\" {{\n  rankdir=LR;\n"
                + $"  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
        );
        foreach (var (i, block) in graph.Blocks.Index())
            text.Append(
                CultureInfo.InvariantCulture,
                $"  b{i} [label=\"{Quoted(block.Name)}\\n{Text(block.Shape)}\\n"
                    + $"{Figures.Exact(block.Cost.Parameters)} parameters\"];\n"
            );
        foreach (var (from, to) in graph.Edges)
            text.Append(CultureInfo.InvariantCulture, $"  b{from} -> b{to};\n");
        foreach (
            var rank in graph
                .Blocks.Index()
                .Where(one => one.Item.Level is not null)
                .GroupBy(one => one.Item.Level)
                .OrderBy(rank => rank.Key)
        )
            text.Append(
                CultureInfo.InvariantCulture,
                $"  // level {rank.Key}: {string.Join(", ", rank.Select(one => $"b{one.Index}"))}\n"
            );
        return text.Append("}\n").ToString();
    }

    static (int X, int Y) Place(BlockGraph graph, List<int> levels, int block) =>
        (
            Left + graph.Blocks[block].Column * Column,
            Top
                + (graph.Blocks[block].Level is { } level ? levels.IndexOf(level) : levels.Count) * Row
                + (Row - BoxHeight) / 2
        );

    static void Line(StringBuilder text, (int X, int Y) from, (int X, int Y) to, int? fromLevel, int? toLevel)
    {
        // Finer, coarser, or as it is.
        var colour =
            fromLevel > toLevel ? "#2f6fb7"
            : fromLevel < toLevel ? "#c8692b"
            : "#777777";
        var (x1, y1, x2, y2) = (from.X + BoxWidth, from.Y + BoxHeight / 2, to.X, to.Y + BoxHeight / 2);
        // A line along its own row would run through the boxes between: it goes around them.
        var bend = to.X - from.X > Column && y1 == y2 ? -BoxHeight : 0;
        var reach = Math.Max(14, (x2 - x1) / 3);
        text.Append(
                CultureInfo.InvariantCulture,
                $"""<path d="M{x1},{y1} C{x1 + reach},{y1 + bend} {x2 - reach},{y2 + bend} {x2},{y2}" """
                    + $"""fill="none" stroke="{colour}" stroke-width="1.3" opacity="0.75" marker-end="url(#arrow)"/>"""
            )
            .Append('\n');
    }

    static void Box(StringBuilder text, (int X, int Y) at, DrawnBlock block, string[] outputs)
    {
        var (family, name) = (
            block.Name.Split('.')[0].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
            block.Name
        );
        var colour = _colours[family.Aggregate(7, (sum, letter) => sum * 31 + letter & 0xffff) % _colours.Length];
        var shown = Shown(name);
        var small = shown.Length > 9 ? " font-size=\"9\"" : "";
        var named = outputs.Length == 1 ? outputs[0] : $"{outputs.Length} outputs";
        text.Append(CultureInfo.InvariantCulture, $"""<g><title>{Title(block)}</title>""");
        text.Append(
            CultureInfo.InvariantCulture,
            $"""<rect x="{at.X}" y="{at.Y}" width="{BoxWidth}" height="{BoxHeight}" rx="6" """
                + $"""fill="{Pale(colour)}" stroke="{colour}" stroke-width="{(outputs.Length > 0 ? "2.6" : "1.2")}"/>"""
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"""<text x="{at.X + BoxWidth / 2}" y="{at.Y + 18}" text-anchor="middle"{small}>"""
                + $"{XmlText.Of(shown)}</text>"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"""<text x="{at.X + BoxWidth / 2}" y="{at.Y + 33}" text-anchor="middle" """
                + $"""fill="#555555">{block.Shape.Channels}</text>"""
        );
        if (outputs.Length > 0)
            text.Append(
                CultureInfo.InvariantCulture,
                $"""<text x="{at.X + BoxWidth / 2}" y="{at.Y + BoxHeight + 11}" text-anchor="middle" """
                    + $"""font-size="9" fill="#555555">{XmlText.Of(named)}</text>"""
            );
        text.Append("</g>\n");
    }

    static string Summary(Network network, Cost cost, string profile) =>
        $"{Figures.Exact(cost.Parameters)} parameters, {Figures.Exact(cost.MultiplyAdds)} multiply-adds, "
        + $"input {network.Input}{(profile == "" ? "" : $", profile {profile}")}";

    static string Title(DrawnBlock block) =>
        XmlText.Of(
            $"{block.Name}: {Text(block.Shape)}, {Figures.Exact(block.Cost.Parameters)} parameters, "
                + $"{Figures.Exact(block.Cost.MultiplyAdds)} multiply-adds"
        )
        + "\n"
        + XmlText.Of(string.Join(", ", block.Nodes.Select(node => node.Layer.Label)));

    // Opaque, so that lines pass behind.
    static string Pale(string colour)
    {
        var bytes = Convert.FromHexString(colour.AsSpan(1));
        return "#" + Convert.ToHexStringLower([.. bytes.Select(one => (byte)(255 - (255 - one) * 16 / 100))]);
    }

    // What fits: the whole name, or its end, of which a bare number says too little.
    static string Shown(string name)
    {
        const int Fits = 12;
        while (name.Length > Fits && name.IndexOf('.') is var dot and >= 0 && !int.TryParse(name[(dot + 1)..], out _))
            name = name[(dot + 1)..];
        return name.Length <= Fits ? name : name[..(Fits - 1)] + "…";
    }

    static string Text(Shape shape) => string.Join('×', new[] { shape.Channels }.Concat(shape.Sides));

    static string Quoted(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"");
}
