namespace EvoNas.Cli.Tests.Dashboards;

/// <summary>What is asked wrongly is refused before a port is opened.</summary>
public class DashboardCommandTests
{
    [Theory]
    [InlineData("There is no search called 'nobody'", "dashboard", "nobody")]
    [InlineData("in clear text", "dashboard", "--address", "0.0.0.0")]
    [InlineData("--address 'gpu-1' is no address", "dashboard", "--address", "gpu-1")]
    [InlineData("--port is '70000'", "dashboard", "--port", "70000")]
    [InlineData("--path-base is 'x'", "dashboard", "--path-base", "x")]
    [InlineData("The journal of the cluster is not named", "dashboard", "--cluster", "127.0.0.1:1")]
    [InlineData("cannot be used", "dashboard", "--tls-certificate", "missing.p12")]
    [InlineData("--dashboard stands beside", "search", "--cluster", "127.0.0.1:1", "--name", "a", "--dashboard")]
    [InlineData("--dashboard stands beside", "resume", "--cluster", "127.0.0.1:1", "a", "--dashboard")]
    public void AWrongRequestSaysWhatIsWrong(string what, params string[] args)
    {
        using var some = new Some();

        var (code, said, error) = some.Run(args);

        Assert.Equal((2, ""), (code, said));
        Assert.Contains(what, error);
    }
}
