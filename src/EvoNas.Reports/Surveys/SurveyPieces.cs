using System.Text.Json.Nodes;

namespace EvoNas.Reports.Surveys;

/// <summary>Joins what was sampled on different machines, or at different times.</summary>
static class SurveyPieces
{
    /// <summary>One space of all pieces' networks, for each space, in the order in which they first appear. A network
    /// that two pieces hold counts once.</summary>
    /// <param name="pieces">Spaces with the file that each is of.</param>
    /// <param name="known">How many networks were in more than one piece.</param>
    /// <exception cref="RequestException">Two pieces differ in how networks were trained, judged or bounded; names
    /// both files and every difference.</exception>
    public static IReadOnlyList<SurveyedSpace> Join(
        IEnumerable<(string File, SurveyedSpace Space)> pieces,
        out int known
    )
    {
        var (joined, first, twice) = (new List<SurveyedSpace>(), default((string File, SurveyedSpace Space)?), 0);
        var files = new List<string>();
        foreach (var piece in pieces)
        {
            first ??= piece;
            Compare(first.Value, piece);
            var place = joined.FindIndex(space => space.Space == piece.Space.Space);
            if (place < 0)
            {
                joined.Add(piece.Space);
                files.Add(piece.File);
                continue;
            }
            Compare((files[place], joined[place]), piece);
            var seen = joined[place].Networks.Select(one => (one.Seed, one.Birth)).ToHashSet();
            SurveyedNetwork[] added = [.. piece.Space.Networks.Where(one => !seen.Contains((one.Seed, one.Birth)))];
            twice += piece.Space.Networks.Count - added.Length;
            joined[place] = joined[place] with
            {
                Networks = [.. joined[place].Networks, .. added],
                Lost = joined[place].Lost + piece.Space.Lost,
                Pending = joined[place].Pending + piece.Space.Pending,
            };
        }
        known = twice;
        return joined;
    }

    static void Compare((string File, SurveyedSpace Space) one, (string File, SurveyedSpace Space) other)
    {
        var differences = Differences(one.Space, other.Space).ToArray();
        if (differences.Length == 0)
            return;
        throw new RequestException(
            $"'{other.File}' ({other.Space.Space}) cannot be joined with '{one.File}' ({one.Space.Space}).\n"
                + string.Join(
                    '\n',
                    differences.Select(one => $"  {one.Name}: {one.Ours} there, {one.Theirs} in the piece")
                ),
            "Networks are compared only where they were trained, judged and bounded alike: train this piece again with "
                + "the settings of the others, or leave it out."
        );
    }

    static IEnumerable<(string Name, string Ours, string Theirs)> Differences(SurveyedSpace ours, SurveyedSpace theirs)
    {
        if (ours.Metric != theirs.Metric)
            yield return ("metric", ours.Metric, theirs.Metric);
        if (!ours.Perfect.Equals(theirs.Perfect))
            yield return ("perfect score", Text(ours.Perfect), Text(theirs.Perfect));
        var isSame = ours.Space == theirs.Space;
        if (isSame && ours.Fingerprint != theirs.Fingerprint)
            yield return ("decisions of the space", ours.Fingerprint, theirs.Fingerprint);
        if (!ours.Limits.SequenceEqual(theirs.Limits))
            yield return ("limits", List(ours.Limits), List(theirs.Limits));
        foreach (var difference in Differences(ours.Evaluation, theirs.Evaluation, isSame))
            yield return difference;
    }

    // Two tables are of two spaces; and each space names the profiles of its networks itself.
    static IEnumerable<(string, string, string)> Differences(JsonObject ours, JsonObject theirs, bool isSame)
    {
        if (Json(ours["kind"]) != Json(theirs["kind"]))
            yield return ("evaluation", Json(ours["kind"]), Json(theirs["kind"]));
        else if (ours["settings"] is JsonObject trained && theirs["settings"] is JsonObject others)
        {
            foreach (var name in trained.Select(pair => pair.Key).Union(others.Select(pair => pair.Key)))
                if ((isSame || name != "profile") && !JsonNode.DeepEquals(trained[name], others[name]))
                    yield return ($"training: {name}", Json(trained[name]), Json(others[name]));
        }
        else if (isSame)
            foreach (var name in ours.Select(pair => pair.Key).Union(theirs.Select(pair => pair.Key)))
                if (!JsonNode.DeepEquals(ours[name], theirs[name]))
                    yield return ($"table: {name}", Json(ours[name]), Json(theirs[name]));
    }

    static string Json(JsonNode? node) => node?.ToJsonString() ?? "none";

    static string List(IReadOnlyList<string> limits) => limits.Count == 0 ? "none" : string.Join(", ", limits);

    static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
