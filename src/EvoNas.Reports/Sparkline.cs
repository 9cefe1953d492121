namespace EvoNas.Reports;

/// <summary>A curve in one line of text: <c>▁▃▆█</c>.</summary>
static class Sparkline
{
    const string Steps = "▁▂▃▄▅▆▇█";

    public static string Of(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
            return "";
        var (min, max) = (values.Min(), values.Max());
        return string.Concat(
            values.Select(value =>
                Steps[max > min ? (int)Math.Round((value - min) / (max - min) * (Steps.Length - 1)) : Steps.Length / 2]
            )
        );
    }
}
