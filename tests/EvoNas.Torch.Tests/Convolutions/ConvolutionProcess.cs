using System.Diagnostics;
using System.Reflection;

namespace EvoNas.Torch.Tests.Convolutions;

/// <summary>Computes convolutions in child processes, so that damage to memory ends a child and names the
/// case.</summary>
/// <remarks>Freed memory is overwritten (MALLOC_PERTURB_), and where the C library has its checks, each block is
/// checked when it is freed: a value written behind a block ends the child in the case that did it.</remarks>
static class ConvolutionProcess
{
    const string Checks = "/lib/x86_64-linux-gnu/libc_malloc_debug.so.0";

    /// <summary>The cases that went wrong, each with what happened; empty if none did.</summary>
    /// <param name="cases">Computed in this order.</param>
    /// <param name="environment">More variables of the child.</param>
    /// <param name="raw">True: torch's own operator; false: the form that networks use.</param>
    public static async Task<List<(ConvolutionCase Case, string Fault)>> RunAsync(
        IReadOnlyList<ConvolutionCase> cases,
        IEnumerable<(string Name, string Value)> environment,
        bool raw = false
    )
    {
        var faults = new List<(ConvolutionCase, string)>();
        for (var next = 0; next < cases.Count; )
        {
            using var child = Start(environment, raw);
            var said = child.StandardError.ReadToEndAsync();
            for (; next < cases.Count; next++)
            {
                var answer = await AskAsync(child, cases[next]);
                if (answer == "right")
                    continue;
                if (answer is not null)
                {
                    faults.Add((cases[next], answer));
                    continue;
                }
                await child.WaitForExitAsync();
                faults.Add((cases[next++], $"exit code {child.ExitCode}: {(await said).Trim().Split('\n')[^1]}"));
                break;
            }
            child.StandardInput.Close();
            await child.WaitForExitAsync();
            // Damage may show only at the very end.
            if (child.ExitCode != 0 && next == cases.Count && (faults.Count == 0 || faults[^1].Item1 != cases[^1]))
                faults.Add((cases[^1], $"at the end exit code {child.ExitCode}: {(await said).Trim()}"));
        }
        return faults;
    }

    static async Task<string?> AskAsync(Process child, ConvolutionCase one)
    {
        try
        {
            await child.StandardInput.WriteLineAsync(one.ToString());
            await child.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            return null; // it has ended
        }
        return await child.StandardOutput.ReadLineAsync();
    }

    static Process Start(IEnumerable<(string Name, string Value)> environment, bool raw)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Assembly.GetExecutingAssembly().Location, "convolutions", raw ? "raw" : "networks"]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["MALLOC_PERTURB_"] = "165";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        if (File.Exists(Checks))
            (start.Environment["LD_PRELOAD"], start.Environment["MALLOC_CHECK_"]) = (Checks, "3");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!; // not null without the shell
    }
}
