using EvoNas.Cli.CommandLine;

namespace EvoNas.Cli.Tests.CommandLine;

public class TerminalTests
{
    [Theory]
    [InlineData("xterm", 80, 24, true)]
    [InlineData(null, 80, 24, true)]
    [InlineData("dumb", 80, 24, false)]
    [InlineData("xterm", 0, 0, false)]
    [InlineData("xterm", 0, 24, false)]
    [InlineData("xterm", 80, 0, false)]
    public void OfNoSizeOrNoSkillIsNone(string? term, int width, int height, bool isUsable) =>
        Assert.Equal(isUsable, Terminal.IsUsable(term, () => (width, height)));
}
