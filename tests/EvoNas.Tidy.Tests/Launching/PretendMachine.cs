using System.Diagnostics;

namespace EvoNas.Tidy.Tests.Launching;

/// <summary>What a start of the launcher came to.</summary>
sealed record Start(int Code, string Out, string Error);

/// <summary>A tree with the real launcher in it, and a PATH on which dotnet, the compilers and apt-get only write down
/// that they were called.</summary>
sealed class PretendMachine : IDisposable
{
    static readonly string[] RealTools =
    [
        "bash",
        "env",
        "dirname",
        "readlink",
        "find",
        "grep",
        "cat",
        "tr",
        "cksum",
        "mkdir",
        "rm",
        "mv",
        "tee",
        "awk",
        "sed",
        "sort",
        "head",
        "tail",
        "flock",
        "touch",
        "sleep",
    ];

    // FEED: yes, no or silent. BUILD: ok or bad; a build takes a moment, so that two can meet.
    const string Dotnet = """
        #!/usr/bin/env bash
        echo "dotnet $*" >>"$CALLS"
        case $1 in
            restore) [[ $FEED == yes ]] && exit 0; [[ $FEED == no ]] && echo "error NU1101: Unable to find package" || echo "error NU1301: Unable to load the service index"; exit 1 ;;
            build)
                sleep 0.3
                [[ $BUILD == ok ]] || { echo "$2(3,7): error CS1002: ; expected"; exit 1; }
                mkdir -p "$TREE/artifacts/bin/EvoNas.Cli/release" && touch "$TREE/artifacts/bin/EvoNas.Cli/release/EvoNas.Cli.dll" ;;
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
                "../libtorch/include/ATen/core/dispatch/Dispatcher.h",
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
        foreach (var tool in new[] { "cmake", "make", "c++", "apt-get" })
            Offer(tool, $"#!/usr/bin/env bash\necho \"{tool} $*\" >>\"$CALLS\"\n");
        _environment = new()
        {
            ["PATH"] = bin,
            ["HOME"] = _folder,
            ["CALLS"] = CallsFile,
            ["TREE"] = Tree,
            ["FEED"] = "no",
            ["BUILD"] = "ok",
            ["LIBTORCH"] = Path.Combine(_folder, "libtorch"),
        };
    }

    public string Tree => Path.Combine(_folder, "my tree");

    string Launcher => Path.Combine(Tree, "evonas");

    string CallsFile => Path.Combine(_folder, "calls");

    /// <summary>What was called, in order; checks of the machine left out.</summary>
    public string[] Calls => File.Exists(CallsFile) ? File.ReadAllLines(CallsFile) : [];

    public int Builds => Calls.Count(call => call.StartsWith("dotnet build", StringComparison.Ordinal));

    public int Questions => Calls.Count(call => call.StartsWith("dotnet restore", StringComparison.Ordinal));

    public string Providers => File.ReadAllText(Path.Combine(Tree, "artifacts/providers.props"));

    public PretendMachine With(string variable, string value)
    {
        _environment[variable] = value;
        return this;
    }

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
