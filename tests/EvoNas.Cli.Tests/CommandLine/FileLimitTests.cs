using EvoNas.Cli.CommandLine;

namespace EvoNas.Cli.Tests.CommandLine;

public class FileLimitTests
{
    [Theory]
    [InlineData("Max open files            64                   64                   files     ", false)]
    [InlineData("Max open files            64                   511                  files     ", false)]
    [InlineData("Max open files            64                   4096                 files     ", true)]
    [InlineData("Max open files            1024                 unlimited            files     ", true)]
    [InlineData("Max processes             64                   64                   processes ", true)]
    public void AHardLimitBelow512FilesIsToldBeforeAnythingFails(string line, bool isEnough)
    {
        var fault = FileLimit.Fault(["Limit                     Soft Limit           Hard Limit", line]);

        Assert.Equal(isEnough, fault is null);
        if (!isEnough)
            Assert.Contains("EvoNas needs 512", fault);
    }

    [Fact]
    public void ThisProcessMayOpenEnoughFiles() => Assert.Null(FileLimit.Fault());
}
