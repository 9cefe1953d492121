using EvoNas.Cli.Doctor;
using EvoNas.Searches;
using EvoNas.Torch.Devices;

namespace EvoNas.Cli.Running;

/// <summary>The native library under the trainings, which may be missing on a machine.</summary>
static class TorchLibrary
{
    /// <summary>What to do where there is none.</summary>
    public const string WayOut = "Start by ./evonas, which builds what this system needs; `evonas doctor` checks it.";

    /// <summary>Loads it.</summary>
    /// <returns>Which it is.</returns>
    /// <exception cref="FailedException">It cannot be loaded.</exception>
    public static string Load()
    {
        try
        {
            return LibTorch.Description;
        }
        catch (Exception fault)
            when (Innermost(fault)
                    is DllNotFoundException
                        or BadImageFormatException
                        or EntryPointNotFoundException
                        or TypeLoadException
            )
        {
            throw new FailedException($"torch cannot be loaded: {Cause(fault)}.", WayOut, fault);
        }
    }

    static string Cause(Exception fault) =>
        TorchFiles.Problem() ?? Innermost(fault).Message.Split('\n')[0].TrimEnd('.', '\r');

    static Exception Innermost(Exception fault) =>
        fault is TypeInitializationException { InnerException: { } inner } ? Innermost(inner) : fault;
}
