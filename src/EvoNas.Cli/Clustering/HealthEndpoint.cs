using System.Net;
using System.Text;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Cli.Clustering;

/// <summary>Answers a supervisor over HTTP: <c>/live</c> as long as the process answers, <c>/ready</c> while the node
/// can work. It tells nothing else, and takes nothing.</summary>
sealed class HealthEndpoint : IDisposable
{
    readonly HttpListener _listener = new();
    readonly NodeReadiness _readiness;

    HealthEndpoint(NodeReadiness readiness, string host, int port)
    {
        _readiness = readiness;
        _listener.Prefixes.Add($"http://{host}:{port}/");
        _listener.Start();
        _listener.BeginGetContext(Answer, null);
    }

    public static HealthEndpoint Open(NodeReadiness readiness, string host, int port)
    {
        try
        {
            return new(readiness, host, port);
        }
        catch (HttpListenerException fault)
        {
            throw new RequestException(
                $"The health port {port} of {host} cannot be opened: {fault.Message}",
                "Choose another with --health-port."
            );
        }
    }

    void Answer(IAsyncResult asked)
    {
        HttpListenerContext context;
        try
        {
            context = _listener.EndGetContext(asked);
            _listener.BeginGetContext(Answer, null);
        }
        catch (Exception fault)
            when (fault is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            return;
        } // Closed.
        var (status, text) = (context.Request.HttpMethod, context.Request.Url?.AbsolutePath) switch
        {
            ("GET", "/live") => (200, "live"),
            ("GET", "/ready") => _readiness.NotReady is { } why ? (503, why) : (200, "ready"),
            _ => (404, "there are /live and /ready"),
        };
        try
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/plain";
            context.Response.Close(Encoding.UTF8.GetBytes(text + "\n"), willBlock: false);
        }
        catch (Exception fault) when (fault is HttpListenerException or ObjectDisposedException)
        {
            return;
        } // Who asked has gone.
    }

    public void Dispose() => _listener.Close();
}
