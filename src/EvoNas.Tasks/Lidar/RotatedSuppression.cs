using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Lidar;

/// <summary>Greedy suppression of turned boxes that overlap a better one on the ground.</summary>
/// <remarks>On the CPU over spans: a scan has some hundred boxes above the threshold, and <see cref="RotatedIou"/>
/// compares millions of pairs a second; a batched form would compute the overlaps of all pairs first.</remarks>
static class RotatedSuppression
{
    /// <summary>Keeps the best.</summary>
    /// <param name="boxes">By falling score.</param>
    /// <param name="overlap">A box that overlaps a better one by more is suppressed.</param>
    /// <param name="most">Kept at most.</param>
    /// <returns>Indices of those kept, the best first.</returns>
    public static int[] Of(ReadOnlySpan<Box3> boxes, double overlap, int most)
    {
        var kept = new List<int>();
        for (var i = 0; i < boxes.Length && kept.Count < most; i++)
        {
            var isKept = true;
            foreach (var better in kept)
                if (RotatedIou.Bev(boxes[i], boxes[better]) > overlap)
                {
                    isKept = false;
                    break;
                }
            if (isKept)
                kept.Add(i);
        }
        return [.. kept];
    }
}
