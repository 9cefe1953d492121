using System.Runtime.InteropServices;

namespace EvoNas.Torch.Devices;

/// <summary>How the C library keeps memory between the tensors of two steps.</summary>
static class Allocator
{
    // glibc's malloc.h.
    const int TrimThreshold = -1,
        TopPad = -2,
        MmapMax = -4,
        ArenaMax = -8;

    static bool _done;

    /// <summary>Large blocks stay in the process instead of going back to the kernel after each use, once.</summary>
    /// <remarks>Without this each large tensor is mapped, zeroed page by page and unmapped again at every step. One
    /// arena for all threads: each training is a thread of its own, and what one leaves free in its arena is lost to
    /// the next. Over 500 evaluations that made 392 MB, flat, of 550 MB, growing. Threads that are older than this call
    /// may have arenas of their own already, so a worker is also started with MALLOC_ARENA_MAX=1
    /// (<see cref="Slot.Environment"/>).</remarks>
    public static void KeepMemory()
    {
        if (_done || !OperatingSystem.IsLinux())
            return;
        _done = true;
        try
        {
            Mallopt(ArenaMax, 1);
            Mallopt(MmapMax, 0);
            Mallopt(TrimThreshold, int.MaxValue);
            Mallopt(TopPad, 64 << 20);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than glibc (musl): it has its own ways.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    static extern int Mallopt(int parameter, int value);
}
