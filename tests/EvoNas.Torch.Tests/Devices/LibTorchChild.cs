using System.Diagnostics;
using System.Reflection;
using EvoNas.Torch.Devices;
using TorchSharp;

namespace EvoNas.Torch.Tests.Devices;

/// <summary>Loads libtorch in a process of its own, because a process loads it once.</summary>
static class LibTorchChild
{
    /// <summary>The child: says what was loaded, or why nothing was, in one line.</summary>
    public static int Run()
    {
        try
        {
            var description = LibTorch.Description;
            using var three = torch.ones(3).sum();
            Console.WriteLine($"{three.item<float>()} on {description}");
            return 0;
        }
        catch (DllNotFoundException fault)
        {
            Console.WriteLine(fault.Message);
            return 1;
        }
    }

    /// <summary>What the child said with one more variable in its environment.</summary>
    public static async Task<string> StartAsync(string name, string value)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly.GetExecutingAssembly().Location, "libtorch"])
        {
            RedirectStandardOutput = true,
            Environment = { [name] = value },
        };
        using var child = Process.Start(start)!; // not null without the shell
        var said = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return said;
    }
}
