using System.Text.Json;
using EvoNas.Actors;
using EvoNas.Hosting;
using EvoNas.Lineages;
using Microsoft.AspNetCore.Http;

namespace EvoNas.Dashboard.Serving;

/// <summary>A request that is not answered as asked: what a page is told.</summary>
/// <param name="status">Of HTTP.</param>
/// <param name="detail">What is wrong, one sentence.</param>
/// <param name="hint">What to do; null where the detail says it.</param>
sealed class ApiException(int status, string detail, string? hint = null) : Exception(detail)
{
    public int Status { get; } = status;

    public string? Hint { get; } = hint;
}

/// <summary>Errors as problem+json (RFC 9457).</summary>
static class Problem
{
    /// <summary>Writes one, unless the answer has begun.</summary>
    public static async Task Write(HttpContext context, int status, string detail, string? hint = null)
    {
        if (context.Response.HasStarted)
            return;
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await context
            .Response.Body.WriteAsync(
                JsonSerializer.SerializeToUtf8Bytes(
                    new
                    {
                        type = $"https://www.rfc-editor.org/rfc/rfc9110#status.{status}",
                        title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
                        status,
                        detail,
                        hint,
                    }
                ),
                context.RequestAborted
            )
            .ConfigureAwait(false);
    }

    /// <summary>What an exception is to a page; null for a defect.</summary>
    public static (int Status, string Detail, string? Hint)? Of(Exception fault) =>
        fault switch
        {
            ApiException api => (api.Status, api.Message, api.Hint),
            RequestException wrong => (StatusCodes.Status400BadRequest, wrong.Message, wrong.Hint),
            BadHttpRequestException bad => (bad.StatusCode, "The request cannot be read.", null),
            JsonException => (StatusCodes.Status400BadRequest, "The body is no JSON of this request.", null),
            JournalException journal => (StatusCodes.Status503ServiceUnavailable, journal.Message, journal.Hint),
            SearchStoppedException stopped => (StatusCodes.Status503ServiceUnavailable, stopped.Message, stopped.Hint),
            EventSerializationException or LineageException => (
                StatusCodes.Status503ServiceUnavailable,
                $"The journal cannot be trusted: {fault.Message}",
                "See all that is wrong: evonas lineage NAME verify."
            ),
            _ => null,
        };
}
