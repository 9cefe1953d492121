using System.Runtime.InteropServices;

namespace EvoNas.Cli.CommandLine;

/// <summary>Whether a terminal has a size. One of 0 columns and rows (a serial line, a pseudo terminal that nobody
/// looks at) can show nothing that moves.</summary>
/// <remarks>Asked of the system: the console of .NET sends control sequences as soon as it is asked.</remarks>
static class WindowSize
{
    const nuint GetWindowSize = 0x5413; // TIOCGWINSZ of Linux; see ioctl_tty(2).

    /// <param name="handle">A file descriptor of a terminal.</param>
    /// <returns>True also where the system does not say.</returns>
    public static bool IsSome(int handle) =>
        !OperatingSystem.IsLinux()
        || Ask(handle, GetWindowSize, out var size) != 0
        || size is { Rows: > 0, Columns: > 0 };

    [DllImport("libc", EntryPoint = "ioctl")]
    static extern int Ask(int handle, nuint request, out Size size);

    [StructLayout(LayoutKind.Sequential)]
    struct Size
    {
        public ushort Rows,
            Columns,
            PixelWidth,
            PixelHeight;
    }
}
