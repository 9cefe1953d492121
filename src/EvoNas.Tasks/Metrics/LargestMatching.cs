namespace EvoNas.Tasks.Metrics;

/// <summary>One-to-one matching of largest total weight.</summary>
/// <remarks>Source: Kuhn 1955, doi:10.1002/nav.3800020109, with potentials and shortest paths; O(n³) in the size of a
/// group of truths and detections that are linked at all.</remarks>
static class LargestMatching
{
    /// <summary>Matches.</summary>
    /// <param name="pairs">Who may be matched, with what weight, which must be positive.</param>
    public static List<(int Truth, int Detection)> Of(IReadOnlyList<(int Truth, int Detection, int Weight)> pairs)
    {
        // Groups that share nobody are solved alone: they are nearly always of one or two.
        List<(int Truth, int Detection)> matches = [];
        var left = pairs.ToList();
        while (left.Count > 0)
        {
            HashSet<int> truths = [left[0].Truth],
                detections = [left[0].Detection];
            List<(int Truth, int Detection, int Weight)> group = [];
            for (var grown = true; grown; )
            {
                var linked = left.FindAll(pair => truths.Contains(pair.Truth) || detections.Contains(pair.Detection));
                grown = linked.Count > group.Count;
                group = linked;
                foreach (var (truth, detection, _) in group)
                {
                    truths.Add(truth);
                    detections.Add(detection);
                }
            }
            left.RemoveAll(pair => truths.Contains(pair.Truth));
            Solve([.. truths], [.. detections], group, matches);
        }
        return matches;
    }

    static void Solve(
        int[] truths,
        int[] detections,
        List<(int Truth, int Detection, int Weight)> pairs,
        List<(int Truth, int Detection)> matches
    )
    {
        // As many columns of weight 0 as rows, so that a truth may stay alone.
        var (rows, columns) = (truths.Length, detections.Length + truths.Length);
        var cost = new int[rows, columns];
        foreach (var (truth, detection, weight) in pairs)
            cost[Array.IndexOf(truths, truth), Array.IndexOf(detections, detection)] = -weight;
        var (potentialOfRow, potentialOfColumn) = (new int[rows + 1], new int[columns + 1]);
        var (rowOf, way) = (new int[columns + 1], new int[columns + 1]);
        for (var row = 1; row <= rows; row++)
        {
            rowOf[0] = row;
            var column = 0;
            var (distance, done) = (new int[columns + 1], new bool[columns + 1]);
            Array.Fill(distance, int.MaxValue);
            do
            {
                done[column] = true;
                var (from, step, next) = (rowOf[column], int.MaxValue, 0);
                for (var j = 1; j <= columns; j++)
                {
                    if (done[j])
                        continue;
                    var length = cost[from - 1, j - 1] - potentialOfRow[from] - potentialOfColumn[j];
                    if (length < distance[j])
                        (distance[j], way[j]) = (length, column);
                    if (distance[j] < step)
                        (step, next) = (distance[j], j);
                }
                for (var j = 0; j <= columns; j++)
                    if (done[j])
                    {
                        potentialOfRow[rowOf[j]] += step;
                        potentialOfColumn[j] -= step;
                    }
                    else
                        distance[j] -= step;
                column = next;
            } while (rowOf[column] != 0);
            for (; column != 0; column = way[column])
                rowOf[column] = rowOf[way[column]];
        }
        for (var j = 1; j <= detections.Length; j++)
            if (rowOf[j] != 0 && cost[rowOf[j] - 1, j - 1] < 0)
                matches.Add((truths[rowOf[j] - 1], detections[j - 1]));
    }
}
