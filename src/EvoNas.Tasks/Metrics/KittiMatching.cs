namespace EvoNas.Tasks.Metrics;

/// <summary>What an object is for one class and difficulty.</summary>
enum KittiRole : byte
{
    /// <summary>Of another class: not looked at.</summary>
    Other,

    /// <summary>Neither right nor wrong.</summary>
    Neutral,

    /// <summary>To be found, or to be right.</summary>
    Counts,
}

/// <summary>Matches the detections of one frame with its truths.</summary>
/// <param name="frame">The frame.</param>
/// <param name="overlaps">Of each detection with each truth, detections slowest.</param>
/// <param name="overlapMin">What an overlap must exceed.</param>
/// <param name="truths">A role a truth.</param>
/// <param name="detections">A role a detection.</param>
/// <param name="images">Whether regions without labels absorb detections: they have image boxes only.</param>
sealed class KittiMatching(
    KittiFrame frame,
    double[] overlaps,
    double overlapMin,
    KittiRole[] truths,
    KittiRole[] detections,
    bool images
)
{
    readonly bool[] _assigned = new bool[detections.Length];

    /// <summary>Adds the scores of detections that are right when each truth takes the surest.</summary>
    public void CollectScores(List<double> scores)
    {
        Array.Clear(_assigned);
        for (var i = 0; i < truths.Length; i++)
        {
            if (truths[i] == KittiRole.Other)
                continue;
            var match = -1;
            for (var j = 0; j < detections.Length; j++)
                if (
                    detections[j] != KittiRole.Other
                    && !_assigned[j]
                    && Overlap(j, i) > overlapMin
                    && (match < 0 || Score(j) > Score(match))
                )
                    match = j;
            if (match < 0)
                continue;
            _assigned[match] = true;
            if (truths[i] == KittiRole.Counts && detections[match] == KittiRole.Counts)
                scores.Add(Score(match));
        }
    }

    /// <summary>Counts when each truth takes the detection of largest overlap among those of at least a
    /// score.</summary>
    public (int Right, int Wrong, double Similarity) Count(double threshold)
    {
        Array.Clear(_assigned);
        var (right, similarity) = (0, 0.0);
        for (var i = 0; i < truths.Length; i++)
        {
            if (truths[i] == KittiRole.Other)
                continue;
            var match = Match(i, threshold);
            if (match < 0)
                continue;
            _assigned[match] = true;
            if (truths[i] != KittiRole.Counts || detections[match] != KittiRole.Counts)
                continue;
            right++;
            similarity += (1 + Math.Cos(frame.Truths[i].Alpha - frame.Detections[match].Alpha)) / 2;
        }
        var wrong = 0;
        for (var j = 0; j < detections.Length; j++)
            if (IsLeft(j, threshold))
                wrong++;
        return (right, images ? wrong - Absorbed(threshold) : wrong, similarity);
    }

    // A detection that counts wins over a neutral one, whatever their overlaps.
    int Match(int truth, double threshold)
    {
        var (match, neutral, best) = (-1, false, 0.0);
        for (var j = 0; j < detections.Length; j++)
        {
            if (detections[j] == KittiRole.Other || _assigned[j] || Score(j) < threshold)
                continue;
            var overlap = Overlap(j, truth);
            if (!(overlap > overlapMin))
                continue;
            if (detections[j] == KittiRole.Counts && (overlap > best || neutral))
                (match, best, neutral) = (j, overlap, false);
            else if (match < 0 && detections[j] == KittiRole.Neutral)
                (match, neutral) = (j, true);
        }
        return match;
    }

    int Absorbed(double threshold)
    {
        var absorbed = 0;
        foreach (var region in frame.Truths)
        {
            if (!region.IsDontCare)
                continue;
            for (var j = 0; j < detections.Length; j++)
            {
                var box = frame.Detections[j].Image;
                if (!IsLeft(j, threshold) || !(box.Intersection(region.Image) / box.Area > overlapMin))
                    continue;
                _assigned[j] = true;
                absorbed++;
            }
        }
        return absorbed;
    }

    bool IsLeft(int detection, double threshold) =>
        detections[detection] == KittiRole.Counts && !_assigned[detection] && Score(detection) >= threshold;

    double Overlap(int detection, int truth) => overlaps[detection * truths.Length + truth];

    double Score(int detection) => frame.Detections[detection].Score;
}
