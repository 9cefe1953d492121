using System.Net;
using System.Net.Sockets;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>A proxy of a port of this machine with faults that a test chooses: it holds an answer back, is slow, or
/// breaks.</summary>
sealed class Cable : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Any, 0); // From other machines too.
    readonly int _to;
    readonly CancellationTokenSource _stop = new();
    readonly Task _serving;
    volatile Hold? _hold;
    long _carried,
        _cuts;

    /// <param name="to">The port behind it.</param>
    /// <param name="weather">Called for each piece that is carried: how long it takes, and whether the connection
    /// breaks instead; null: neither.</param>
    public Cable(int to, Func<(TimeSpan Delay, bool Breaks)>? weather = null)
    {
        (_to, Weather) = (to, weather);
        _listener.Start();
        _serving = Serve();
    }

    Func<(TimeSpan Delay, bool Breaks)>? Weather { get; }

    /// <summary>Where it begins.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Pieces that came through.</summary>
    public long Carried => Interlocked.Read(ref _carried);

    /// <summary>How often it broke.</summary>
    public long Cuts => Interlocked.Read(ref _cuts);

    /// <summary>Holds the next answer back that contains these bytes, and all that comes after it; waits until there is
    /// one.</summary>
    public Task HoldAnswerTo(byte[] mark)
    {
        var hold = new Hold(mark);
        _hold = hold;
        return hold.Begun.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Carries again; what was held is lost.</summary>
    public void Release() => _hold = null;

    async Task Serve()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var near = await _listener.AcceptTcpClientAsync(_stop.Token);
                connections.Add(Connect(near));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        { } // The test has ended.
        await Task.WhenAll(connections);
    }

    async Task Connect(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _to, _stop.Token);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                var (there, back) = (
                    Carry(near, far, isAnswer: false, both.Token),
                    Carry(far, near, isAnswer: true, both.Token)
                );
                await Task.WhenAny(there, back);
                await both.CancelAsync();
                near.Close();
                far.Close();
                await Task.WhenAll(there, back);
            }
            catch (Exception fault)
                when (fault is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
            { } // Either side has gone.
        }
    }

    async Task Carry(TcpClient from, TcpClient to, bool isAnswer, CancellationToken stop)
    {
        var piece = new byte[16 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(piece, stop) is var length and > 0)
            {
                if (isAnswer && _hold is { } hold && hold.Takes(piece.AsSpan(0, length)))
                    await Task.Delay(Timeout.Infinite, stop);
                if (Weather?.Invoke() is var (delay, breaks))
                {
                    if (breaks)
                    {
                        Interlocked.Increment(ref _cuts);
                        return;
                    }
                    await Task.Delay(delay, stop);
                }
                await to.GetStream().WriteAsync(piece.AsMemory(0, length), stop);
                Interlocked.Increment(ref _carried);
            }
        }
        catch (Exception fault)
            when (fault
                    is OperationCanceledException
                        or SocketException
                        or IOException
                        or ObjectDisposedException
                        or InvalidOperationException
            ) { } // Either side has gone.
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _serving.GetAwaiter().GetResult();
        _stop.Dispose();
    }

    sealed class Hold(byte[] mark)
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Takes(ReadOnlySpan<byte> answer)
        {
            if (!Begun.Task.IsCompleted && answer.IndexOf(mark) < 0)
                return false;
            Begun.TrySetResult();
            return true;
        }
    }
}
