using EvoNas.Searches;
using EvoNas.Torch.Providers;

namespace EvoNas.Cli.Running;

/// <summary>The native library under the trainings, which may be missing on a machine.</summary>
static class TorchLibrary
{
    /// <summary>What to do where there is none.</summary>
    public const string WayOut =
        "Start by ./evonas, which builds what is missing; or on Debian: apt-get install libtorch-dev, or set LIBTORCH to a libtorch's folder.";

    /// <summary>Loads it.</summary>
    /// <returns>Which it is.</returns>
    /// <exception cref="FailedException">It cannot be loaded.</exception>
    public static string Load()
    {
        try
        {
            return Provider.Description;
        }
        catch (Exception fault)
            when (Innermost(fault)
                    is DllNotFoundException
                        or BadImageFormatException
                        or EntryPointNotFoundException
                        or TypeLoadException
            )
        {
            throw new FailedException(
                $"torch cannot be loaded: {Innermost(fault).Message.Split('\n')[0].TrimEnd('.', '\r')}.",
                WayOut,
                fault
            );
        }
    }

    static Exception Innermost(Exception fault) =>
        fault is TypeInitializationException { InnerException: { } inner } ? Innermost(inner) : fault;
}
