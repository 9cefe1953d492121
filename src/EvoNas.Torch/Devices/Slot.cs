namespace EvoNas.Torch.Devices;

/// <summary>A place where one network trains at a time: a GPU, or threads of the CPU.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Device">As the worker of this slot names it: <c>cpu</c> or <c>cuda:0</c>.</param>
/// <param name="Title">For people: <c>cpu</c>, or the GPU's model and short UUID.</param>
/// <param name="Threads">Of the CPU, for its worker.</param>
/// <param name="Environment">Variables that its worker is to be started with. They decide how many threads OpenMP and
/// OpenBLAS make and in how many heaps the C library keeps memory, which cannot be changed later, and which GPU it
/// sees.</param>
/// <param name="DeviceMemoryBytes">Its share of the GPU's memory; no limit on the CPU. A worker that has more after a
/// training is replaced, because torch's cache keeps what a large network took.</param>
public sealed record Slot(
    int Index,
    string Device,
    string Title,
    int Threads,
    Sequence<(string Name, string Value)> Environment,
    long DeviceMemoryBytes = long.MaxValue
)
{
    /// <summary>A slot a GPU where CUDA is, else a slot a core with one thread each.</summary>
    /// <param name="devices"><c>auto</c>; <c>cpu</c>; <c>cuda</c> for every GPU; or indices and UUIDs of GPUs with
    /// commas: <c>0,2</c> or <c>GPU-1f…</c>.</param>
    /// <param name="slots">How many; 0 takes as many as there are GPUs or cores. On the CPU the cores are shared out as
    /// threads.</param>
    /// <param name="cores">Cores of this machine.</param>
    /// <param name="gpus">GPUs of this machine, <see cref="Gpu.All"/>.</param>
    /// <exception cref="RequestException">A device is not there, or the number of slots is out of range.</exception>
    public static Sequence<Slot> Plan(string devices, int slots, int cores, Sequence<Gpu> gpus)
    {
        if (slots is < 0 or > 1024)
            throw new RequestException(
                $"{slots} slots are asked for; 1 to 1024 can be.",
                "Change --slots; 0 takes what the machine has."
            );
        var chosen = Chosen(devices, gpus);
        return chosen.Count == 0
            ? OnCpu(slots, Math.Max(1, cores))
            : OnGpus(slots == 0 ? chosen.Count : slots, chosen, Math.Max(1, cores));
    }

    static Sequence<Slot> OnCpu(int slots, int cores)
    {
        var count = slots == 0 ? cores : slots;
        var threads = Math.Max(1, cores / count);
        return [.. Enumerable.Range(0, count).Select(i => new Slot(i, "cpu", "cpu", threads, Threading(threads)))];
    }

    // More slots than GPUs: several workers share one.
    static Sequence<Slot> OnGpus(int slots, Sequence<Gpu> gpus, int cores)
    {
        var threads = Math.Max(1, cores / slots);
        return
        [
            .. Enumerable
                .Range(0, slots)
                .Select(i =>
                    gpus[i % gpus.Count] is var gpu
                        ? new Slot(
                            i,
                            "cuda:0",
                            $"{gpu.Name} {gpu.Uuid[..Math.Min(12, gpu.Uuid.Length)]}",
                            threads,
                            [("CUDA_VISIBLE_DEVICES", gpu.Uuid), .. Threading(threads)],
                            // Slots go round the GPUs: the first ones may have one more.
                            gpu.MemoryBytes / ((slots - i % gpus.Count + gpus.Count - 1) / gpus.Count)
                        )
                        : throw new System.Diagnostics.UnreachableException()
                ),
        ];
    }

    // A waiting thread of libgomp spins a millisecond, which pays while no other thread wants the core. Beside other
    // work it costs far more than it saves (measured: 12 against 300 images a second with two threads); 1000 rounds are
    // what libgomp takes by itself where it makes more threads than there are cores.
    static Sequence<(string, string)> Threading(int threads) =>
        [
            ("OMP_NUM_THREADS", $"{threads}"),
            ("OPENBLAS_NUM_THREADS", $"{threads}"),
            ("GOMP_SPINCOUNT", "1000"),
            ("MALLOC_ARENA_MAX", "1"),
        ];

    static Sequence<Gpu> Chosen(string devices, Sequence<Gpu> gpus)
    {
        if (devices == "auto")
            return gpus;
        if (devices == "cpu")
            return [];
        if (devices == "cuda")
            return gpus.Count > 0
                ? gpus
                : throw new RequestException("There is no NVIDIA GPU: nvidia-smi lists none.", "Use --devices cpu.");
        return
        [
            .. devices
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(name => Find(name, gpus)),
        ];
    }

    static Gpu Find(string name, Sequence<Gpu> gpus)
    {
        foreach (var gpu in gpus)
            if (name == $"{gpu.Index}" || name == $"cuda:{gpu.Index}" || name == gpu.Uuid)
                return gpu;
        var known =
            gpus.Count == 0 ? "none" : string.Join(", ", gpus.Select(gpu => $"{gpu.Index} ({gpu.Name}, {gpu.Uuid})"));
        throw new RequestException(
            $"There is no GPU '{name}'.",
            $"GPUs of this machine: {known}. Others: auto, cpu, cuda."
        );
    }
}
