using System.Text.Json.Nodes;
using EvoNas.Cli.Lineages;
using EvoNas.Searches;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;

namespace EvoNas.Cli.Running;

/// <summary>The network of an earlier search by name, for searches that build on it.</summary>
static class NetworkOfSearch
{
    /// <summary>Finds networks of the searches of a home: <c>NAME</c> is the best of a search, <c>NAME/12</c> a birth,
    /// <c>NAME/knee</c> the middle of a front.</summary>
    /// <returns>A function that throws <see cref="RequestException"/> where there is none.</returns>
    public static Func<string, JsonObject> In(Home home) =>
        written =>
        {
            var slash = written.IndexOf('/');
            var search = home.Find(slash < 0 ? written : written[..slash]);
            if (History.Lineage(search).Settings is not { } settings)
                throw new RequestException($"'{search.Name}' never began; it has no network.");
            var one = LineageCommand.Find(
                search,
                History.Ancestry(search),
                slash < 0 ? "best" : written[(slash + 1)..]
            );
            var text = File.Exists(search.Space) ? File.ReadAllText(search.Space) : null;
            var space = Resumption.SpaceOf(search.Name, settings, text);
            if (space.Build is null)
                throw new RequestException(
                    $"'{search.Name}' searched '{space.Name}', whose points are no networks.",
                    "Name a search of networks."
                );
            return FixedNetwork.Of(
                space.Name,
                text,
                one.Born.Genotype,
                EvaluationPlan.TrainingOf(settings.Evaluation)?.Profile
            );
        };
}
