using System.Collections.Concurrent;
using System.Text.Json;
using EvoNas.Dashboard.Answers;
using EvoNas.Dashboard.Sources;
using EvoNas.Evolution;
using EvoNas.Hosting;
using EvoNas.Hosting.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EvoNas.Dashboard.Serving;

/// <summary>What is done to a search, by the requests that the command line sends too.</summary>
static class ControlEndpoints
{
    const string KeyHeader = "Idempotency-Key",
        Who = "the dashboard";

    /// <summary>A new budget; what is left out stays.</summary>
    sealed record ExtendBody(long? Evaluations, double? Hours, double? SlotHours);

    /// <summary>What is to be evaluated next, in one of the forms that the command line takes too.</summary>
    sealed record ProposeBody(string[]? Genotypes);

    public static void Map(IEndpointRouteBuilder api, WatchedSearches searches, TimeProvider time)
    {
        var answers = new GivenAnswers(time);
        Add("pause", (name, _) => new Request.Pause(name, Who));
        Add("resume", (name, _) => new Request.Resume(name));
        Add("stop", (name, _) => new Request.Stop(name));
        Add(
            "propose",
            (name, body) =>
                new Request.Propose(name, body.Deserialize<ProposeBody>(JsonSerializerOptions.Web)?.Genotypes ?? []),
            typeof(ProposeBody)
        );
        Add(
            "extend",
            (name, body) =>
            {
                var asked = body.Deserialize<ExtendBody>(JsonSerializerOptions.Web);
                return new Request.Extend(
                    name,
                    new Budget(asked?.Evaluations, asked?.Hours, asked?.SlotHours).Checked()
                );
            }
        );

        void Add(string verb, Func<string, JsonElement, Request> of, Type? accepted = null) =>
            api.MapPost(
                    $"/searches/{{search}}/{verb}",
                    async (HttpContext context, string search) =>
                    {
                        var key = KeyOf(context);
                        using var body = await JsonDocument.ParseAsync(
                            context.Request.Body,
                            default,
                            context.RequestAborted
                        );
                        var watched = await searches.Find(search);
                        var request = of(search, body.RootElement);
                        return await answers.Once($"{search}/{verb}/{key}", () => Do(watched, request, verb));
                    }
                )
                .Accepts(accepted ?? typeof(ExtendBody), "application/json");
    }

    static string KeyOf(HttpContext context) =>
        context.Request.Headers[KeyHeader] is [{ Length: > 0 and <= 64 } key]
            ? key
            : throw new RequestException($"The header {KeyHeader} is missing; it takes 1 to 64 characters.");

    static async Task<DoneAnswer> Do(WatchedSearch search, Request request, string verb)
    {
        var name = search.Place.Name;
        if (!search.Place.MayRun)
            throw new ApiException(
                409,
                $"No process runs '{name}'.",
                verb switch
                {
                    "resume" or "extend" => $"Continue it: evonas resume {name}.",
                    "propose" => $"Keep it for its next run: evonas propose {name} GENOTYPE.",
                    _ => "There is nothing to end.",
                }
            );
        try
        {
            if (request is Request.Propose propose)
                await search.Place.Client.Propose(propose);
            else
                await search.Place.Client.Do(request);
            return new(true);
        }
        catch (RequestException refused)
        {
            throw new ApiException(409, refused.Message, refused.Hint);
        }
        catch (SearchStoppedException stopped)
        {
            throw new ApiException(503, stopped.Message, stopped.Hint);
        }
    }

    /// <summary>Answers by the key of their request: a page that hears nothing asks again, and must not do it
    /// twice.</summary>
    sealed class GivenAnswers(TimeProvider time)
    {
        const int AnswersMax = 1000;

        static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

        readonly ConcurrentDictionary<string, (DateTime At, Lazy<Task<DoneAnswer>> Answer)> _given = new(
            StringComparer.Ordinal
        );

        public Task<DoneAnswer> Once(string key, Func<Task<DoneAnswer>> work)
        {
            var now = time.GetUtcNow().UtcDateTime;
            foreach (var (other, given) in _given)
                if (now - given.At > KeptFor)
                    _given.TryRemove(other, out _);
            return _given.Count >= AnswersMax
                ? throw new ApiException(429, "Too many requests.")
                : _given.GetOrAdd(key, _ => (now, new(work))).Answer.Value;
        }
    }
}
