using System.Diagnostics;
using Akka.Actor;
using EvoNas.Actors.Monitors;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Inspection;

/// <summary>Counts and times of one actor over all its restarts. Written by its own thread, without a lock and without
/// an allocation; readable by any thread.</summary>
/// <param name="type">What the actor is, in one word.</param>
/// <param name="path">Where it lies.</param>
/// <param name="depth">Counts the messages in its mailbox.</param>
/// <param name="births">Keeps its messages about births.</param>
sealed class ActorStatistics(string type, string path, Func<int> depth, BirthSteps births)
{
    /// <summary>Messages that are kept of a watched actor.</summary>
    const int RecentMax = 64;

    /// <summary>A depth is noted every five seconds: these are a minute.</summary>
    const int DepthsMax = 13;

    // Fewer than that are no jam, even if they become more.
    const int JamMin = 10;

    static readonly TimeSpan WatchTime = TimeSpan.FromMinutes(1);

    // Written by the actor's thread alone, of which there is one at a time.
    readonly LogHistogram _waits = new(),
        _handlings = new();
    long _taken,
        _wait,
        _began,
        _messages,
        _failures,
        _restarts,
        _failedAt;
    Type? _current;
    Exception? _failure;
    int _stashed;

    // Written by who watches; the ring's own lock is taken only while there is one.
    volatile Ring? _recent;

    // Written by the sampler alone.
    readonly int[] _depths = new int[DepthsMax];
    int _sampled;

    /// <summary>What the actor is, in one word.</summary>
    public string Type => type;

    /// <summary>Where it lies, without the node.</summary>
    public string Path => path;

    /// <summary>What it works for; null where it is one of its kind.</summary>
    public string? Subject { get; set; }

    /// <summary>The search of the message that it handles, where the message does not name it; null: not
    /// known.</summary>
    public string? About { get; set; }

    /// <summary>Messages that it put off.</summary>
    public int Stashed
    {
        get => Volatile.Read(ref _stashed);
        set => Volatile.Write(ref _stashed, value);
    }

    /// <summary>It was told in a warning.</summary>
    public bool IsKnownStuck { get; set; }

    /// <summary>A message was taken out of the mailbox.</summary>
    /// <param name="now">By <see cref="Stopwatch"/>.</param>
    /// <param name="wait">Ticks that it lay there; negative: not known.</param>
    public void Take(long now, long wait)
    {
        (_taken, _wait) = (now, wait);
        if (wait >= 0)
            _waits.Add(wait);
    }

    /// <summary>The actor begins to handle the message that was taken last.</summary>
    public void Begin(object message)
    {
        Volatile.Write(ref _current, message.GetType());
        Volatile.Write(ref _began, _taken);
    }

    /// <summary>It has handled it.</summary>
    /// <param name="now">By <see cref="Stopwatch"/>.</param>
    /// <param name="message">What it has handled.</param>
    public void End(long now, object message)
    {
        _handlings.Add(now - _taken);
        Volatile.Write(ref _messages, _messages + 1);
        Volatile.Write(ref _began, 0);
        _recent?.Add(new(_current!, _wait, now - _taken, null, now), message); // Set when it began.
    }

    /// <summary>It has failed to handle it.</summary>
    /// <param name="now">By <see cref="Stopwatch"/>.</param>
    /// <param name="message">What it has failed to handle.</param>
    /// <param name="fault">With what.</param>
    public void Fail(long now, object message, Exception fault)
    {
        Volatile.Write(ref _failures, _failures + 1);
        Volatile.Write(ref _failedAt, now);
        Volatile.Write(ref _failure, fault);
        _handlings.Add(now - _taken);
        Volatile.Write(ref _messages, _messages + 1);
        Volatile.Write(ref _began, 0);
        _recent?.Add(new(_current!, _wait, now - _taken, fault.GetType().Name, now), message); // Set when it began.
    }

    /// <summary>Has the actor handle a message, and writes it down.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="receive">Passed on.</param>
    /// <param name="message">What was taken out of the mailbox last.</param>
    /// <param name="handle">Static, so that nothing is allocated.</param>
    public bool Handle<TActor>(
        TActor actor,
        Receive receive,
        object message,
        Func<TActor, Receive, object, bool> handle
    )
    {
        Begin(message);
        try
        {
            var isHandled = handle(actor, receive, message);
            var now = Stopwatch.GetTimestamp();
            End(now, message);
            births.Add(this, message, _wait, now - _taken, null, now);
            return isHandled;
        }
        catch (Exception fault)
        {
            var now = Stopwatch.GetTimestamp();
            Fail(now, message, fault);
            births.Add(this, message, _wait, now - _taken, fault.GetType().Name, now);
            throw;
        }
    }

    /// <summary>The actor bred a child itself, while it handled a message: as if it had come from a mutator.</summary>
    /// <param name="answer">Of the mutator.</param>
    /// <param name="took">Ticks that it took.</param>
    /// <param name="now">By <see cref="Stopwatch"/>.</param>
    public void Bred(RoutedMessage.FromMutator answer, long took, long now) =>
        births.Add(this, answer, wait: -1, took, failure: null, now);

    /// <summary>Another instance of the actor takes over.</summary>
    public void Restart() => Volatile.Write(ref _restarts, _restarts + 1);

    /// <summary>Notes the depth of the mailbox; called every five seconds.</summary>
    public void Sample()
    {
        _depths[_sampled % DepthsMax] = depth();
        _sampled++;
        if (_recent is { } ring && ring.IsForgotten)
            _recent = null;
    }

    /// <summary>From now on its messages are kept, until nothing has asked for them for a minute.</summary>
    /// <param name="withPayloads">What they say is kept too, from now on.</param>
    public void Watch(bool withPayloads = false) => (_recent ??= new()).Remember(withPayloads);

    /// <summary>Adds what it has counted to a total.</summary>
    public void AddTo(ActorTypeStatistics total)
    {
        total.Waits.Add(_waits);
        total.Handlings.Add(_handlings);
        total.Messages += Volatile.Read(ref _messages);
        total.Failures += Volatile.Read(ref _failures);
        total.Restarts += Volatile.Read(ref _restarts);
    }

    /// <summary>Messages in the mailbox.</summary>
    public int Depth => depth();

    /// <summary>How it is now.</summary>
    /// <param name="now">By <see cref="Stopwatch"/>.</param>
    /// <param name="usual">Seconds that 99 of 100 messages of its kind take less than.</param>
    /// <param name="isWatched">With its last messages.</param>
    /// <param name="withPayloads">With what those say, as far as it was kept.</param>
    public ActorLine Line(long now, double usual, bool isWatched, bool withPayloads = false)
    {
        var (current, seconds) = Current(now);
        var failure = Volatile.Read(ref _failure);
        return new(
            path,
            type,
            Subject,
            depth(),
            Stashed,
            Volatile.Read(ref _messages),
            Volatile.Read(ref _failures),
            Volatile.Read(ref _restarts),
            ActorTypeStatistics.TimesOf(_waits, _handlings),
            current?.Name,
            seconds,
            failure is null ? null : Told(failure),
            failure is null ? null : Seconds(now - Volatile.Read(ref _failedAt)),
            Stuck(now, usual),
            isWatched && _recent is { } recent ? recent.Lines(now, withPayloads) : []
        );
    }

    /// <summary>Why it seems to be stuck; null: it does not.</summary>
    /// <param name="now">By <see cref="Stopwatch"/>.</param>
    /// <param name="usual">Seconds that 99 of 100 messages of its kind take less than.</param>
    /// <remarks>A message that takes more than ten times as long as is usual, and more than a second; or a mailbox that
    /// has grown for a minute.</remarks>
    public string? Stuck(long now, double usual)
    {
        var (current, seconds) = Current(now);
        if (current is not null && seconds > Math.Max(1, 10 * usual))
            return FormattableString.Invariant(
                $"it has been handling {current.Name} for {seconds:0} s; 99 of 100 take less than {usual:0.######} s"
            );
        return HasGrown(out var first, out var last)
            ? $"its mailbox has grown for a minute, from {first} to {last}"
            : null;
    }

    bool HasGrown(out int first, out int last)
    {
        (first, last) = (0, 0);
        if (_sampled < DepthsMax)
            return false;
        first = _depths[_sampled % DepthsMax];
        last = first;
        for (var i = 1; i < DepthsMax; i++)
        {
            var next = _depths[(_sampled + i) % DepthsMax];
            if (next < last)
                return false;
            last = next;
        }
        return last > first && last >= JamMin;
    }

    (Type? Message, double Seconds) Current(long now)
    {
        var began = Volatile.Read(ref _began);
        var current = Volatile.Read(ref _current);
        // If another message began meanwhile, the first one has ended just now.
        return began == 0 || began != Volatile.Read(ref _began) ? (null, 0) : (current, Seconds(now - began));
    }

    static string Told(Exception fault) => Cut($"{fault.GetType().Name}: {fault.Message}", 300);

    static string Cut(string text, int charactersMax)
    {
        var printable = Printable.Of(text);
        return printable.Length <= charactersMax ? printable : printable[..charactersMax] + "…";
    }

    static double Seconds(long ticks) => Math.Max(0, (double)ticks / Stopwatch.Frequency);

    readonly record struct Handled(Type Type, long Wait, long Took, string? Failure, long At, string? Payload = null);

    /// <summary>The last messages of a watched actor.</summary>
    sealed class Ring
    {
        readonly Handled[] _handled = new Handled[RecentMax];
        readonly Lock _lock = new();
        long _count,
            _asked,
            _payloadsAsked;

        public bool IsForgotten => Stopwatch.GetElapsedTime(Volatile.Read(ref _asked)) > WatchTime;

        public void Remember(bool withPayloads)
        {
            Volatile.Write(ref _asked, Stopwatch.GetTimestamp());
            if (withPayloads)
                Volatile.Write(ref _payloadsAsked, _asked);
        }

        public void Add(Handled one, object message)
        {
            if (
                Volatile.Read(ref _payloadsAsked) is var asked and > 0
                && Seconds(one.At - asked) < WatchTime.TotalSeconds
            )
                one = one with { Payload = Cut(message.ToString() ?? "", HandledMessage.PayloadCharactersMax) };
            lock (_lock)
                _handled[_count++ % RecentMax] = one;
        }

        public HandledMessage[] Lines(long now, bool withPayloads)
        {
            lock (_lock)
                return
                [
                    .. Enumerable
                        .Range(0, (int)Math.Min(_count, RecentMax))
                        .Select(i => _handled[(Math.Max(_count - RecentMax, 0) + i) % RecentMax])
                        .Select(one => new HandledMessage(
                            one.Type.Name,
                            one.Wait < 0 ? null : Seconds(one.Wait),
                            Seconds(one.Took),
                            one.Failure,
                            Seconds(now - one.At)
                        )
                        {
                            Payload = withPayloads ? one.Payload : null,
                        }),
                ];
        }
    }
}
