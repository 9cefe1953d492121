using System.Diagnostics;

namespace EvoNas.Browser.Tests.Support;

/// <summary>The program as a process, with a home folder of its own.</summary>
sealed class Evonas : IDisposable
{
    readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="home">Its home folder.</param>
    /// <param name="args">The command line.</param>
    public Evonas(string home, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Cli.CommandLine.Evonas).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["EVONAS_HOME"] = home;
        _process = Process.Start(start)!; // Not null without the shell.
    }

    /// <summary>The next line that it writes; null at its end.</summary>
    public Task<string?> Line() => _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2));

    /// <summary>Reads on, so that it is never kept from writing.</summary>
    public void Drain() => _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);

    /// <summary>Ends it without warning, and waits until it has ended.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }
}
