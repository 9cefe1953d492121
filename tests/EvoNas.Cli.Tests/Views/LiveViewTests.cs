using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;

namespace EvoNas.Cli.Tests.Views;

public class LiveViewTests
{
    [Fact]
    public void AFrameIsDrawnOverTheOneBeforeAndErasesWhatWasLonger()
    {
        var (output, size) = (new StringWriter(), (60, 10));
        using (var display = new LiveView(At(output, () => size)))
        {
            display.Draw((_, _) => Of("one", "two", "three"));
            output.GetStringBuilder().Clear();
            display.Draw((_, _) => Of("1", "2"));

            Assert.Equal("\u001b[?2026h\r\u001b[2A1\u001b[K\n2\u001b[K\u001b[J\u001b[?2026l", output.ToString());
            output.GetStringBuilder().Clear();
        }
        Assert.Equal("\r\u001b[1A\u001b[J\u001b[?25h", output.ToString());
    }

    [Fact]
    public void ATerminalOfAnotherSizeIsDrawnAfresh()
    {
        var (output, size) = (new StringWriter(), (60, 10));
        using var display = new LiveView(At(output, () => size));
        display.Draw((_, _) => Of("a line of the frame"));
        size = (14, 10);
        output.GetStringBuilder().Clear();

        display.Draw((_, _) => Of("a line of the frame"));

        Assert.Equal("\u001b[?2026h\u001b[H\u001b[2Ja line of …\u001b[K\u001b[J\u001b[?2026l", output.ToString());
    }

    static Frame Of(params string[] lines) => new([.. lines.Select(line => new Line().Add(line))], 10);

    static Terminal At(StringWriter output, Func<(int, int)> size) =>
        new()
        {
            In = TextReader.Null,
            Out = output,
            Error = TextWriter.Null,
            IsInteractive = true,
            NoColour = true,
            Size = size,
        };
}
