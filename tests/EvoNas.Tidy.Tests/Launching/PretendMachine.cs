using System.Diagnostics;

namespace EvoNas.Tidy.Tests.Launching;

/// <summary>What a start of the launcher came to.</summary>
sealed record Start(int Code, string Out, string Error);

/// <summary>A tree with the real launcher in it, and a PATH on which dotnet and apt-get only write down
/// that they were called.</summary>
sealed class PretendMachine : IDisposable
{
    const string Program = "artifacts/publish/EvoNas.Cli/release_linux-x64/EvoNas.Cli.dll";

    static readonly string[] RealTools =
    [
        "bash",
        "env",
        "dirname",
        "readlink",
        "find",
        "grep",
        "mkdir",
        "rm",
        "mv",
        "awk",
        "sed",
        "sort",
        "head",
        "tail",
        "flock",
        "touch",
        "sleep",
    ];

    // BUILD: ok or bad; a build takes a moment, so that two can meet. FEED: all, no-cuda, or no-crossgen.
    const string Dotnet = $$"""
        #!/usr/bin/env bash
        echo "dotnet $* TorchDevice=${TorchDevice-}" >>"$CALLS"
        lacks() { echo "$2 : error NU1101: Unable to find package $1."; exit 1; }
        case $1 in
            --version) [[ $SDK == 10 ]] ;;
            restore)
                [[ $FEED != no-cuda || $TorchDevice != cuda ]] || lacks TorchSharp-cuda-linux "$2"
                [[ $FEED != no-crossgen || $* != *PublishReadyToRun=true* ]] ||
                    lacks microsoft.netcore.app.crossgen2.linux-x64 "$2" ;;
            build | publish)
                sleep 0.3
                [[ $BUILD == ok ]] || { echo "$2(3,7): error CS1002: ; expected"; exit 1; }
                [[ $1 == build ]] || { mkdir -p "$TREE/${PROGRAM%/*}" && touch "$TREE/$PROGRAM"; } ;;
            test)
                [[ $* == *"--results-directory "*"/test-results"* ]] || exit 1
                mkdir -p "$TREE/artifacts/test-results"
                {
                    echo '<UnitTestResult testName="A.Skipped" outcome="NotExecuted">'
                    echo '<Message>no namespaces here</Message>'
                    echo '<Counters total="5" executed="4" passed="3" failed="1" />'
                } >"$TREE/artifacts/test-results/$(sed 's|.*/bin/\([^/]*\)/.*|\1|' <<<"$2").trx"
                echo "EVONAS_LONG=${EVONAS_LONG-}"
                exit 1 ;;
            *) shift; printf 'ran'; printf ' <%s>' "$@"; echo ;;
        esac
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("evonas launcher ").FullName;
    readonly Dictionary<string, string> _environment;

    public PretendMachine()
    {
        foreach (
            var file in new[]
            {
                "src/EvoNas.Cli/Program.cs",
                "hocon/evonas.conf",
                "Directory.Packages.props",
                "global.json",
                "BannedSymbols.txt",
                "build/NativeLibraries.cs",
                "tests/EvoNas.Tests/EvoNas.Tests.csproj",
                "tests/EvoNas.Cli.Tests/EvoNas.Cli.Tests.csproj",
            }
        )
        {
            var path = Path.Combine(Tree, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // Every one of them is in a folder.
            File.WriteAllText(path, "");
        }
        File.Copy(Path.Combine(Repository.Root, "evonas"), Launcher);
        var bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        foreach (var tool in RealTools)
            File.CreateSymbolicLink(
                Path.Combine(bin, tool),
                new[] { "/usr/bin", "/bin" }.Select(folder => Path.Combine(folder, tool)).First(File.Exists)
            );
        Offer("dotnet", Dotnet);
        Offer("apt-get", "#!/usr/bin/env bash\necho \"apt-get $*\" >>\"$CALLS\"\n");
        File.WriteAllText(
            Path.Combine(Tree, "Directory.Packages.props"),
            "<AkkaVersion>1.2.3</AkkaVersion>\n<TorchSharpVersion>4.5.6</TorchSharpVersion>\n"
        );
        _environment = new()
        {
            ["PATH"] = bin,
            ["HOME"] = _folder,
            ["CALLS"] = CallsFile,
            ["TREE"] = Tree,
            ["PROGRAM"] = Program,
            ["FEED"] = "all",
            ["SDK"] = "10",
            ["BUILD"] = "ok",
            // Whether this machine has a GPU is no matter here.
            ["TorchDevice"] = "cpu",
        };
    }

    public string Tree => Path.Combine(_folder, "my tree");

    string Launcher => Path.Combine(Tree, "evonas");

    string CallsFile => Path.Combine(_folder, "calls");

    /// <summary>What was called, in order.</summary>
    public string[] Calls => File.Exists(CallsFile) ? File.ReadAllLines(CallsFile) : [];

    /// <summary>How often the program was built.</summary>
    public int Builds => Starting("dotnet publish").Count();

    /// <summary>The calls that start with these words.</summary>
    public IEnumerable<string> Starting(string words) =>
        Calls.Where(call => call.StartsWith(words, StringComparison.Ordinal));

    public PretendMachine With(string variable, string value)
    {
        _environment[variable] = value;
        return this;
    }

    public PretendMachine Without(string variable)
    {
        _environment.Remove(variable);
        return this;
    }

    public string AnotherHome() => Directory.CreateDirectory(Path.Combine(_folder, "another home")).FullName;

    public void Lose(string tool) => File.Delete(Path.Combine(_folder, "bin", tool));

    public void Touch(string file) => File.SetLastWriteTimeUtc(Path.Combine(Tree, file), DateTime.UtcNow.AddMinutes(1));

    public string Linked()
    {
        var link = Path.Combine(_folder, "bin", "nas");
        File.CreateSymbolicLink(link, Launcher);
        return link;
    }

    public Start Run(params string[] arguments) => RunFrom(Launcher, arguments).GetAwaiter().GetResult();

    public async Task<Start> RunFrom(string launcher, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        foreach (var argument in arguments.Prepend(launcher))
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!; // Only a shell's verb gives none.
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new(process.ExitCode, output, await error);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void Offer(string tool, string script)
    {
        var path = Path.Combine(_folder, "bin", tool);
        File.WriteAllText(path, script + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
