using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace EvoNas.Dashboard.Serving;

/// <summary>How a dashboard is reached.</summary>
sealed record DashboardSettings
{
    /// <summary>The address to listen at.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The path under which a proxy shows it, as <c>/evonas</c>; empty at the root.</summary>
    public string PathBase { get; init; } = "";

    /// <summary>Whether searches may be paused, resumed, extended and stopped.</summary>
    public bool AllowControl { get; init; }

    /// <summary>Whether what the messages of a watched actor say is shown.</summary>
    public bool ShowPayloads { get; init; }

    /// <summary>Host names to answer for, beside those of this machine itself.</summary>
    public ImmutableArray<string> AllowedHosts { get; init; } = [];

    /// <summary>A proxy with TLS stands before it.</summary>
    public bool BehindProxy { get; init; }

    /// <summary>For TLS; null without.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The file of the token; null keeps it in memory.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The folder of kept projections; null keeps none.</summary>
    public string? ProjectionFolder { get; init; }

    /// <summary>The version of the program, for the page.</summary>
    public required string Version { get; init; }

    /// <summary>These settings, if a dashboard may be opened so.</summary>
    /// <exception cref="RequestException">It would be open to the network without protection, or a value is
    /// none.</exception>
    public DashboardSettings Checked()
    {
        if (!IPAddress.IsLoopback(Address) && Certificate is null && !BehindProxy)
            throw new RequestException(
                $"A dashboard at {Address} would send its token and all it shows through the network in clear text.",
                "Give it a certificate (--tls-certificate FILE.p12), say that a proxy with TLS stands before it "
                    + "(--behind-proxy), or leave --address out and use ssh -L."
            );
        if (
            PathBase != ""
            && (
                !PathBase.StartsWith('/')
                || PathBase.EndsWith('/')
                || PathBase.Contains("//", StringComparison.Ordinal)
                || !PathBase.All(one => char.IsAsciiLetterOrDigit(one) || one is '/' or '-' or '_' or '.' or '~')
            )
        )
            throw new RequestException(
                $"--path-base is '{PathBase}'; it takes a path as /evonas, without a slash at its end."
            );
        return this;
    }
}
