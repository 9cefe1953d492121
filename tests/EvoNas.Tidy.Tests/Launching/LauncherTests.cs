namespace EvoNas.Tidy.Tests.Launching;

/// <summary>The launcher on a machine that only pretends to build. What it really builds, every run of the tests
/// shows.</summary>
public sealed class LauncherTests : IDisposable
{
    readonly PretendMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void TheFirstStartAsksTheFeedBuildsAndRunsWithTheArgumentsAsTheyAre()
    {
        var start = _machine.Run("search", "--name", "two words");
        Assert.Equal((0, "ran <search> <--name> <two words>\n"), (start.Code, start.Out));
        Assert.Equal((2, 1), (_machine.Questions, _machine.Builds));
    }

    [Fact]
    public void TheSecondStartOnlyRuns()
    {
        _machine.Run();
        var start = _machine.Run("doctor");
        Assert.Equal(("ran <doctor>\n", ""), (start.Out, start.Error));
        Assert.Equal((2, 1), (_machine.Questions, _machine.Builds));
    }

    [Theory]
    [InlineData("src/EvoNas.Cli/Program.cs")]
    [InlineData("hocon/evonas.conf")]
    [InlineData("global.json")]
    [InlineData("src/EvoNas.Cli")]
    public void WhatChangedIsBuiltAgain(string changed)
    {
        _machine.Run();
        _machine.Touch(changed);
        _machine.Run();
        Assert.Equal(2, _machine.Builds);
    }

    [Fact]
    public void AnotherLibtorchIsBuiltAgainst()
    {
        _machine.Run();
        _machine.With("LIBTORCH", Path.Combine(_machine.Tree, "../libtorch"));
        _machine.Run();
        Assert.Equal(2, _machine.Builds);
    }

    [Fact]
    public void AFailedBuildShowsItsErrorsAndIsTriedAgain()
    {
        var start = _machine.With("BUILD", "bad").Run("doctor");
        Assert.Equal((1, ""), (start.Code, start.Out));
        Assert.Contains("error CS1002", start.Error);
        Assert.Equal("ran <doctor>\n", _machine.With("BUILD", "ok").Run("doctor").Out);
    }

    [Fact]
    public void WhatTheFeedHasIsTaken()
    {
        _machine.With("FEED", "yes").Run();
        Assert.Contains(">package</Torch>", _machine.Providers);
        Assert.Contains(">package</Akka>", _machine.Providers);
    }

    [Fact]
    public void WhatTheFeedLacksIsLeftOut()
    {
        _machine.Run();
        Assert.Contains(">libtorch</Torch>", _machine.Providers);
        Assert.Contains(">none</Akka>", _machine.Providers);
    }

    [Fact]
    public void ASilentFeedIsAskedAgainAtTheNextBuildAndNotBefore()
    {
        Assert.Contains("NU1301", _machine.With("FEED", "silent").Run().Error);
        _machine.Run();
        Assert.Equal(2, _machine.Questions);
        _machine.Touch("src/EvoNas.Cli/Program.cs");
        _machine.With("FEED", "yes").Run();
        Assert.Equal(4, _machine.Questions);
        Assert.Contains(">package</Torch>", _machine.Providers);
    }

    [Fact]
    public void AnotherVersionIsAskedFor()
    {
        _machine.Run();
        File.AppendAllText(Path.Combine(_machine.Tree, "Directory.Packages.props"), "<!-- another version -->");
        _machine.Run();
        Assert.Equal(4, _machine.Questions);
    }

    [Fact]
    public void ProvidersThatAreSetByHandAreNotAskedFor()
    {
        _machine.With("Akka", "none").With("Torch", "libtorch").Run();
        Assert.Equal((0, 1), (_machine.Questions, _machine.Builds));
    }

    [Fact]
    public void AnUnknownProviderIsRefused()
    {
        var start = _machine.With("Torch", "tensorflow").Run();
        Assert.Equal(2, start.Code);
        Assert.Contains("Torch=tensorflow is neither package nor libtorch", start.Error);
    }

    [Fact]
    public void AFolderWithoutLibtorchIsRefused()
    {
        var start = _machine.With("LIBTORCH", "/nowhere").Run();
        Assert.Equal((2, 0), (start.Code, _machine.Builds));
        Assert.Contains("LIBTORCH=/nowhere", start.Error);
    }

    [Fact]
    public void AMissingToolIsInstalledByRootAndNamedToOthers()
    {
        _machine.Lose("cmake");
        var start = _machine.Run();
        if (Environment.IsPrivilegedProcess)
            Assert.Contains(
                _machine.Calls,
                call =>
                    call.StartsWith("apt-get", StringComparison.Ordinal)
                    && call.Contains("install")
                    && call.Contains("cmake")
            );
        else
        {
            Assert.Equal((2, 0), (start.Code, _machine.Builds));
            Assert.Contains("sudo apt-get install cmake", start.Error);
        }
    }

    [Fact]
    public void AMachineWithoutDotnetIsToldSo()
    {
        _machine.Lose("dotnet");
        var start = _machine.Run();
        Assert.Equal(2, start.Code);
        Assert.Contains(".NET 10 SDK", start.Error);
    }

    [Fact]
    public async Task ItWorksThroughALink()
    {
        var start = await _machine.RunFrom(_machine.Linked(), "doctor");
        Assert.Equal("ran <doctor>\n", start.Out);
    }

    [Fact]
    public async Task TwoFirstStartsBuildOnce()
    {
        var launcher = Path.Combine(_machine.Tree, "evonas");
        var starts = await Task.WhenAll(_machine.RunFrom(launcher, "one"), _machine.RunFrom(launcher, "two"));
        Assert.Equal(["ran <one>\n", "ran <two>\n"], starts.Select(start => start.Out));
        Assert.Equal(1, _machine.Builds);
    }
}
