namespace EvoNas.Tests;

public class PrintableTests
{
    [Theory]
    [InlineData("plain – \u00fc \u4e2d", "plain – \u00fc \u4e2d")]
    [InlineData("a\u001b[2Jb", "a\\u001b[2Jb")]
    [InlineData("a\nb\tc\r", "a\\nb\\tc\\r")]
    [InlineData("\u0007\u007f\u009b", "\\u0007\\u007f\\u009b")]
    [InlineData("\ud83d\ude00", "\ud83d\ude00")]
    [InlineData("x\u202ey\u2028z", "x\\u202ey\\u2028z")]
    public void ControlCharactersAreWrittenAsInJson(string text, string printable) =>
        Assert.Equal(printable, Printable.Of(text));

    [Fact]
    public void ALoneSurrogateIsEscaped() => Assert.Equal("a\\ud83d", Printable.Of("a" + '\ud83d'));
}
