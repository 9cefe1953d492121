namespace EvoNas.Tidy.Tests.Launching;

/// <summary>The launcher on a machine that only pretends to build. What it really builds, every run of the tests
/// shows.</summary>
public sealed class LauncherTests : IDisposable
{
    readonly PretendMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void TheFirstStartBuildsAndRunsWithTheArgumentsAsTheyAre()
    {
        var start = _machine.Run("search", "--name", "two words");
        Assert.Equal((0, "ran <search> <--name> <two words>\n"), (start.Code, start.Out));
        Assert.Equal(1, _machine.Builds);
    }

    [Fact]
    public void TheSecondStartOnlyRuns()
    {
        _machine.Run();
        var calls = _machine.Calls.Length;
        var start = _machine.Run("doctor");
        Assert.Equal(("ran <doctor>\n", ""), (start.Out, start.Error));
        Assert.Equal(calls + 1, _machine.Calls.Length);
    }

    [Fact]
    public void AnotherHomeRunsTheBuildThatIsThere()
    {
        _machine.Run();
        _machine.With("HOME", _machine.AnotherHome()).Run();
        var start = _machine.Without("HOME").Run("doctor");
        Assert.Equal(("ran <doctor>\n", ""), (start.Out, start.Error));
        Assert.Equal(1, _machine.Builds);
    }

    [Theory]
    [InlineData("src/EvoNas.Cli/Program.cs")]
    [InlineData("hocon/evonas.conf")]
    [InlineData("build/NativeLibraries.cs")]
    [InlineData("Directory.Packages.props")]
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
    public void AChangedTestDoesNotBuildTheProgram()
    {
        _machine.Run();
        _machine.Touch("tests/EvoNas.Tests/EvoNas.Tests.csproj");
        _machine.Run();
        Assert.Equal(1, _machine.Builds);
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
    public void TheProgramIsCompiledAheadOfTimeFromLockedPackages()
    {
        _machine.Run();
        var restore = Assert.Single(_machine.Starting("dotnet restore"));
        Assert.Contains("--locked-mode", restore);
        Assert.Contains("-p:PublishReadyToRun=true", restore);
        Assert.Contains("-p:PublishReadyToRun=true", Assert.Single(_machine.Starting("dotnet publish")));
    }

    [Fact]
    public void WithoutTheCompilerInTheFeedTheProgramIsBuiltAllTheSame()
    {
        var start = _machine.With("FEED", "no-crossgen").Run("doctor");
        Assert.Equal((0, "ran <doctor>\n"), (start.Code, start.Out));
        Assert.Contains("crossgen2", start.Error);
        Assert.DoesNotContain("PublishReadyToRun", Assert.Single(_machine.Starting("dotnet publish")));
    }

    [Fact]
    public void CudaThatTheFeedLacksIsSaidWithTheWayToTheCpu()
    {
        var start = _machine.With("FEED", "no-cuda").With("TorchDevice", "cuda").Run("doctor");
        Assert.Equal((2, ""), (start.Code, start.Out));
        Assert.Contains("TorchSharp-cuda-linux", start.Error);
        Assert.Contains("TorchDevice=cpu ./evonas", start.Error);
        Assert.Equal(0, _machine.With("TorchDevice", "cpu").Run("doctor").Code);
    }

    [Fact]
    public void AnotherDeviceIsBuiltAndThenKept()
    {
        _machine.Run();
        _machine.With("TorchDevice", "cuda").Run();
        Assert.DoesNotContain("--locked-mode", _machine.Starting("dotnet restore").Last());
        _machine.Without("TorchDevice").Run();
        Assert.Equal(2, _machine.Builds);
        Assert.EndsWith("TorchDevice=cuda", _machine.Calls.Last());
    }

    [Fact]
    public void AnUnknownDeviceIsRefused()
    {
        var start = _machine.With("TorchDevice", "tpu").Run();
        Assert.Equal(2, start.Code);
        Assert.Contains("TorchDevice=tpu is neither cpu nor cuda", start.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AMachineWithoutTheSdkIsToldSo(bool hasOlder)
    {
        if (hasOlder)
            _machine.With("SDK", "8");
        else
            _machine.Lose("dotnet");
        var start = _machine.Run();
        Assert.Equal(2, start.Code);
        Assert.Contains(".NET 10 SDK", start.Error);
    }

    [Fact]
    public void AShellThatDoesNotFindDotnetIsToldSoAfterTheBuildToo()
    {
        _machine.Run();
        _machine.Lose("dotnet");
        var start = _machine.Run("doctor");
        Assert.Equal((2, ""), (start.Code, start.Out));
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

    [Fact]
    public void TheTestsBuildEverythingRunEachAssemblyAndEndWithTheSum()
    {
        var start = _machine.Run("test", "--filter", "A=B");
        Assert.Equal(1, start.Code);
        Assert.Equal(0, _machine.Builds);
        Assert.Contains("--locked-mode", Assert.Single(_machine.Starting("dotnet restore")));
        Assert.Contains("EvoNas.sln", Assert.Single(_machine.Starting("dotnet build")));
        Assert.Equal(2, _machine.Starting("dotnet test").Count(call => call.Contains("--filter A=B")));
        Assert.Equal(
            [
                "covered: Akka.NET 1.2.3, TorchSharp 4.5.6 (CPU)",
                "skipped: A.Skipped: no namespaces here",
                "skipped: A.Skipped: no namespaces here",
                "6 passed, 2 failed, 2 skipped",
            ],
            start.Out.TrimEnd('\n').Split('\n')[^4..]
        );
        Assert.DoesNotContain("EVONAS_LONG=1", start.Out);
    }

    [Fact]
    public void TheLongFormsAreAskedForByAVariable()
    {
        var start = _machine.Run("test", "--long");
        Assert.Contains("EVONAS_LONG=1\n", start.Out);
        Assert.DoesNotContain(_machine.Calls, call => call.Contains("--long"));
    }
}
