using EvoNas.Dashboard.Answers;
using EvoNas.Dashboard.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EvoNas.Dashboard.Serving;

/// <summary>The exchange of the token for the session of a browser.</summary>
static class SessionEndpoints
{
    sealed record TokenBody(string? Token);

    public static void Map(
        IEndpointRouteBuilder api,
        Guard guard,
        DashboardSettings settings,
        string? cluster,
        TimeProvider time
    )
    {
        api.MapPost(
                "/session",
                (HttpContext context, TokenBody body) =>
                    guard.Exchange(context, body.Token ?? "") is { } expires
                        ? Results.Ok(Answer(expires))
                        : throw new ApiException(
                            StatusCodes.Status401Unauthorized,
                            "The token is wrong.",
                            "Open the address that evonas dashboard printed last."
                        )
            )
            .Produces<SessionAnswer>();
        api.MapRead(
            "/session",
            // A program that shows the token itself has no end.
            (HttpContext context) => Answer(guard.SessionOf(context)?.Expires ?? DateTime.MaxValue.ToUniversalTime())
        );
        api.MapDelete(
            "/session",
            (HttpContext context) =>
            {
                guard.End(context);
                return Results.NoContent();
            }
        );

        SessionAnswer Answer(DateTime expires) =>
            new(
                settings.Version,
                settings.AllowControl,
                expires,
                settings.PathBase,
                cluster,
                TimeZoneInfo.Local.Id,
                time.GetUtcNow().UtcDateTime
            );
    }
}
