using EvoNas.Cli.CommandLine;
using EvoNas.Reports;
using EvoNas.Searches.Configuration;
using Spectre.Console.Rendering;

namespace EvoNas.Cli.Views;

/// <summary>The place at the terminal where a frame is drawn again and again, over the one before.</summary>
/// <remarks>Spectre's live display keeps the widest frame that it ever drew, and wraps it when the window becomes
/// narrower; so lines are erased one by one here. A frame is one write, between the marks by which newer terminals show
/// it at once.</remarks>
sealed class LiveView : IDisposable
{
    const string Begin = "\u001b[?2026h",
        End = "\u001b[?2026l",
        EraseLine = "\u001b[K",
        EraseBelow = "\u001b[J",
        HideCursor = "\u001b[?25l",
        ShowCursor = "\u001b[?25h",
        EraseAll = "\u001b[H\u001b[2J";

    readonly Terminal _terminal;
    (int Width, int Height) _size;
    int _lines;

    public LiveView(Terminal terminal)
    {
        (_terminal, _size) = (terminal, terminal.Size());
        terminal.Pretty.Write(new Output([Segment.Control(HideCursor)]));
    }

    /// <summary>Draws a frame for the size that the terminal has now.</summary>
    public void Draw(Func<int, int, Frame> frame)
    {
        var size = _terminal.Size();
        // What was drawn for another size was wrapped or scrolled; its position is not known.
        var segments = new List<Segment> { Segment.Control(Begin + (size != _size ? EraseAll : ToTop)) };
        _size = size;
        var lines = frame(size.Width, size.Height).Fitting(size.Width).ToArray();
        for (var i = 0; i < lines.Length; i++)
        {
            segments.AddRange(lines[i]);
            segments.Add(Segment.Control(EraseLine));
            if (i + 1 < lines.Length)
                segments.Add(Segment.LineBreak);
        }
        segments.Add(Segment.Control(EraseBelow + End));
        _lines = lines.Length;
        _terminal.Pretty.Write(new Output(segments));
    }

    /// <summary>Leaves the last frame where it is, and what comes next below it.</summary>
    public void Keep()
    {
        if (_lines > 0)
            _terminal.Pretty.Write(new Output([Segment.LineBreak]));
        _lines = 0;
    }

    /// <summary>Takes the frame away.</summary>
    public void Dispose() => _terminal.Pretty.Write(new Output([Segment.Control(ToTop + EraseBelow + ShowCursor)]));

    string ToTop =>
        _lines switch
        {
            0 => "",
            1 => "\r",
            _ => $"\r\u001b[{_lines - 1}A",
        };

    sealed class Output(List<Segment> segments) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => new(0, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => segments;
    }
}
