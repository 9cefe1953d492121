using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EvoNas.Hosting.Messages;
using Serilog;

namespace EvoNas.Hosting.Nodes;

/// <summary>Takes the requests of other processes of this machine: a Unix socket in the search's folder that only its
/// owner may use. One JSON object a line; a connection asks once.</summary>
/// <remarks>The listener holds the writer lock of the search, so a socket that exists already is stale.</remarks>
public sealed class SearchSocket : IAsyncDisposable
{
    /// <summary>More askers wait until one has gone.</summary>
    const int AskersMax = 64;

    /// <summary>A request is small; a longer line is refused.</summary>
    internal const int RequestCharactersMax = 1 << 20;

    // A reader that takes nothing for so long is cut off; what it was not told it reads in the journal.
    static readonly TimeSpan WritePatience = TimeSpan.FromSeconds(30);

    readonly Socket _listener;
    readonly ShortPath _path;
    readonly SearchClient _search;
    readonly ILogger _log;
    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _askers = new(AskersMax);
    readonly Task _accepting;

    SearchSocket(ShortPath path, Socket listener, SearchClient search, ILogger log)
    {
        (_path, _listener, _search, _log) = (path, listener, search, log);
        _accepting = Accept();
    }

    /// <summary>Listens.</summary>
    /// <param name="path">The socket; a stale one is replaced.</param>
    /// <param name="search">Answers the requests.</param>
    /// <param name="log">Told of askers that fail.</param>
    /// <returns>Null where no socket can be made, such as on a file system that has none: a warning is logged, and the
    /// search runs without.</returns>
    public static SearchSocket? Listen(string path, SearchClient search, ILogger log)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var reached = ShortPath.To(path);
            File.Delete(path);
            listener.Bind(new UnixDomainSocketEndPoint(reached.Path));
            // No process can connect before it listens.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(AskersMax);
            return new(reached, listener, search, log);
        }
        catch (Exception fault) when (fault is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            log.Warning(
                "the socket {Path} cannot be opened, so other processes cannot ask this search: {Reason}",
                path,
                fault.Message
            );
            return null;
        }
    }

    async Task Accept()
    {
        var serving = new HashSet<Task>();
        try
        {
            while (true)
            {
                await _askers.WaitAsync(_stop.Token).ConfigureAwait(false);
                var asker = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                serving.RemoveWhere(task => task.IsCompleted);
                serving.Add(Serve(asker));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        { }
        await Task.WhenAll(serving).ConfigureAwait(false);
    }

    async Task Serve(Socket asker)
    {
        try
        {
            using var stream = new NetworkStream(asker, ownsSocket: true);
            var line = await ReadLine(stream).ConfigureAwait(false);
            if (line is not null)
                await Answer(line, stream).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
        {
            if (!_stop.IsCancellationRequested)
                _log.Debug("a client left: {Reason}", fault.Message);
        }
        finally
        {
            _askers.Release();
        }
    }

    async Task<string?> ReadLine(NetworkStream stream)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(WritePatience);
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        var (line, one) = (new StringBuilder(), new char[1024]);
        while (line.Length < RequestCharactersMax)
        {
            var count = await reader.ReadAsync(one, patience.Token).ConfigureAwait(false);
            if (count == 0)
                return null;
            var end = Array.IndexOf(one, '\n', 0, count);
            line.Append(one, 0, end < 0 ? count : end);
            if (end >= 0)
                return line.ToString();
        }
        return null;
    }

    async Task Answer(string line, NetworkStream stream)
    {
        Request? request;
        try
        {
            request = JsonSerializer.Deserialize(line, SocketJson.Default.Request);
        }
        catch (JsonException fault)
        {
            await Write(stream, new Answer($"This is no request: {fault.Message}")).ConfigureAwait(false);
            return;
        }
        switch (request)
        {
            case null:
                await Write(stream, new Answer("This is no request.")).ConfigureAwait(false);
                break;
            case Request.Actors { Watched: var watched, WithPayloads: var withPayloads }:
                var nodes = await _search.Actors(watched, withPayloads).ConfigureAwait(false);
                await Write(stream, new ActorsAnswer([.. nodes])).ConfigureAwait(false);
                break;
            case Request.Trace { Search: var traced, Birth: var birth }:
                var traces = await _search.Trace(traced, birth).ConfigureAwait(false);
                await Write(stream, new TraceAnswer([.. traces])).ConfigureAwait(false);
                break;
            case Request.Samples { Search: var drawn, Birth: var candidate }:
                await Write(stream, await _search.Samples(drawn, candidate).ConfigureAwait(false))
                    .ConfigureAwait(false);
                break;
            case Request.Report:
                var report = await _search.Report().ConfigureAwait(false);
                await Write(stream, report).ConfigureAwait(false);
                break;
            case Request.Subscribe subscribe:
                await foreach (var told in _search.Subscribe(subscribe.Search, _stop.Token).ConfigureAwait(false))
                    if (told.Number > subscribe.After)
                        await Write(stream, told).ConfigureAwait(false);
                break;
            default:
                await Write(stream, await Done(request).ConfigureAwait(false)).ConfigureAwait(false);
                break;
        }
    }

    async Task<Answer> Done(Request request)
    {
        try
        {
            if (request is Request.Propose propose)
                await _search.Propose(propose).ConfigureAwait(false);
            else
                await _search.Do(request).ConfigureAwait(false);
            return new();
        }
        catch (RequestException refused)
        {
            return new(refused.Message, refused.Hint);
        }
        catch (SearchStoppedException stopped)
        {
            return new(stopped.Message, stopped.Hint);
        }
    }

    async Task Write(NetworkStream stream, INodeMessage message)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(WritePatience);
        byte[] bytes =
        [
            .. JsonSerializer.SerializeToUtf8Bytes(message, message.GetType(), SocketJson.Default),
            (byte)'\n',
        ];
        await stream.WriteAsync(bytes, patience.Token).ConfigureAwait(false);
    }

    /// <summary>Ends the askers and removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        File.Delete(_path.Target);
        _path.Dispose();
        _askers.Dispose();
        _stop.Dispose();
    }
}

/// <summary>Asks a search that another process of this machine runs, by the socket in its folder.</summary>
/// <param name="path">The socket.</param>
public sealed class SocketClient(string path) : SearchClient
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Is there a process that listens?</summary>
    public async Task<bool> IsListening()
    {
        try
        {
            using var connected = await Connect(CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Told> Subscribe(
        string search,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop
    )
    {
        using var socket = await Connect(stop).ConfigureAwait(false);
        using var stream = new NetworkStream(socket);
        await Send(stream, new Request.Subscribe(search), stop).ConfigureAwait(false);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (await reader.ReadLineAsync(stop).ConfigureAwait(false) is { } line)
            if (JsonSerializer.Deserialize(line, SocketJson.Default.Told) is { } told)
                yield return told;
    }

    /// <inheritdoc/>
    protected override async Task<T> Ask<T>(Request request)
    {
        using var patience = new CancellationTokenSource(request is Request.Propose ? ProposalPatience : Patience);
        try
        {
            using var socket = await Connect(patience.Token).ConfigureAwait(false);
            using var stream = new NetworkStream(socket);
            await Send(stream, request, patience.Token).ConfigureAwait(false);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            if (
                await reader.ReadLineAsync(patience.Token).ConfigureAwait(false) is { } line
                && JsonSerializer.Deserialize(line, typeof(T), SocketJson.Default) is T answer
            )
                return answer;
        }
        catch (Exception fault)
            when (fault is SocketException or IOException or OperationCanceledException or JsonException) { }
        throw new SearchStoppedException(
            "The process that runs the search does not answer.",
            "It may have ended: see evonas status."
        );
    }

    async Task<Socket> Connect(CancellationToken stop)
    {
        using var reached = ShortPath.To(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(reached.Path), stop).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static ValueTask Send(NetworkStream stream, Request request, CancellationToken stop) =>
        stream.WriteAsync(
            (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(request, SocketJson.Default.Request), (byte)'\n'],
            stop
        );
}

/// <summary>A path that a socket's address can hold: of a long one the folder is reached by a link.</summary>
sealed class ShortPath : IDisposable
{
    // sockaddr_un.sun_path has 108 bytes on Linux, 104 on macOS, the closing zero among them.
    const int BytesMax = 103;

    readonly DirectoryInfo? _links;

    ShortPath(string path, string target, DirectoryInfo? links) => (Path, Target, _links) = (path, target, links);

    /// <summary>As the system is told.</summary>
    public string Path { get; }

    /// <summary>Where it leads.</summary>
    public string Target { get; }

    /// <exception cref="IOException">No link can be made.</exception>
    public static ShortPath To(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        if (Encoding.UTF8.GetByteCount(path) <= BytesMax)
            return new(path, path, null);
        var links = Directory.CreateTempSubdirectory("evonas-");
        var link = System.IO.Path.Combine(links.FullName, "f");
        File.CreateSymbolicLink(link, System.IO.Path.GetDirectoryName(path)!); // A full path of a file has a folder.
        return new(System.IO.Path.Combine(link, System.IO.Path.GetFileName(path)), path, links);
    }

    public void Dispose() => _links?.Delete(recursive: true);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
)]
[JsonSerializable(typeof(Request))]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(ClusterReport))]
[JsonSerializable(typeof(ActorsAnswer))]
[JsonSerializable(typeof(TraceAnswer))]
[JsonSerializable(typeof(SamplesAnswer))]
[JsonSerializable(typeof(Told))]
sealed partial class SocketJson : JsonSerializerContext;
