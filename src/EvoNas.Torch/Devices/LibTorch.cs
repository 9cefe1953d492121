using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace EvoNas.Torch.Devices;

/// <summary>How libtorch is loaded, and what TorchSharp's public API lacks of it: autocast, cuDNN's benchmark mode and
/// deterministic algorithms.</summary>
/// <remarks>These are exported C++ functions under the names that GCC and Clang give them. None of them throws for the
/// arguments given here; an exception of C++ would end the process. <see cref="Missing"/> says which of them this
/// libtorch does not export.</remarks>
static unsafe class LibTorch
{
    /// <summary>Names the folder of a libtorch to use instead of the packaged one, e.g. the <c>torch/lib</c> folder of
    /// a PyTorch installation.</summary>
    public const string FolderVariable = "EVONAS_LIBTORCH";

    /// <summary>Names the file <c>libLibTorchSharp.so</c>, or its folder, to use instead of the packaged one.</summary>
    public const string BindingVariable = "EVONAS_LIBTORCHSHARP";

    // In this order: each needs those before it. A libtorch for the CPU has no CUDA parts.
    static readonly string[] Parts = ["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"];

    static readonly Lazy<nint> Library = new(Load);
    static readonly Lazy<Exports> Functions = new(() => new(Library.Value));

    /// <summary>The versions of TorchSharp and libtorch. Loads both.</summary>
    /// <exception cref="DllNotFoundException">One of them cannot be loaded; the message says why.</exception>
    public static string Description
    {
        get
        {
            _ = Library.Value;
            torch.InitializeDeviceType(DeviceType.CPU);
            var binding = typeof(torch).Assembly.GetName().Version?.ToString(3);
            var folder = Environment.GetEnvironmentVariable(FolderVariable);
            return $"TorchSharp {binding}, made for libtorch {torch.__version__}, on {CpuCapability}"
                + (string.IsNullOrEmpty(folder) ? "" : $", with the libtorch in {folder}");
        }
    }

    /// <summary>What this libtorch does not export, a sentence for each; empty where everything is there.</summary>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded.</exception>
    public static IReadOnlyList<string> Missing => Functions.Value.Missing;

    /// <summary>Can autocast be switched on?</summary>
    public static bool HasAutocast => Functions.Value.HasAutocast;

    /// <summary>The instruction set for which torch chose its kernels: <c>AVX512</c>, <c>AVX2</c>, <c>DEFAULT</c>, …;
    /// <c>unknown instructions</c> where libtorch does not say.</summary>
    public static string CpuCapability => Functions.Value.CpuCapability();

    /// <summary>Matrix products and convolutions of this thread compute in 16 bits until the result is disposed, on the
    /// same thread.</summary>
    /// <param name="device">CPU or CUDA.</param>
    /// <param name="type">BFloat16, or on CUDA also Float16.</param>
    /// <exception cref="NotSupportedException">This libtorch does not export the functions.</exception>
    public static IDisposable Autocast(DeviceType device, torch.ScalarType type)
    {
        if (device is not (DeviceType.CPU or DeviceType.CUDA))
            throw new ArgumentOutOfRangeException(nameof(device), device, "Autocast is for the CPU and for CUDA.");
        return new AutocastScope(Functions.Value, (sbyte)device, (sbyte)type);
    }

    /// <summary>Is this thread in an <see cref="Autocast"/> scope of a device?</summary>
    public static bool IsAutocasting(DeviceType device) =>
        Functions.Value.HasAutocast && Functions.Value.AutocastEnabled((sbyte)device) != 0;

    /// <summary>Whether cuDNN tries its algorithms for each new shape and keeps the fastest. Setting it does nothing
    /// where <see cref="Missing"/> says so.</summary>
    public static bool CudnnBenchmark
    {
        get => Functions.Value.Get(Functions.Value.CudnnBenchmark);
        set => Functions.Value.Set(Functions.Value.SetCudnnBenchmark, value);
    }

    /// <summary>Whether operators give the same bits every time, cuDNN's included; an operator that cannot throws.
    /// Setting it does nothing where <see cref="Missing"/> says so.</summary>
    public static bool DeterministicAlgorithms
    {
        get => Functions.Value.Get(Functions.Value.Deterministic);
        set
        {
            Functions.Value.SetDeterministicAlgorithms(value);
            Functions.Value.Set(Functions.Value.SetDeterministicCudnn, value);
        }
    }

    /// <summary>Whether NNPACK may compute small convolutions. It does not know every CPU, and then each convolution
    /// tries it again and writes a warning to standard error.</summary>
    public static bool Nnpack
    {
        get => Functions.Value.Get(Functions.Value.Nnpack);
        set => Functions.Value.Set(Functions.Value.SetNnpack, value);
    }

    /// <summary>Was there too little memory on the device or the machine? TorchSharp tells it by the text of the error
    /// alone.</summary>
    public static bool IsOutOfMemory(Exception error) =>
        error is OutOfMemoryException
        || (
            error is ExternalException
            && (
                error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
                || error.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase)
            )
        );

    // TorchSharp hides why a library did not load, and then copies all of libtorch beside the program
    // (dotnet/TorchSharp#1545): loaded here first, the loader's own words are seen.
    static nint Load()
    {
        var libtorch = (nint)0;
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
            libtorch = LoadFolder(folder);
        if (Environment.GetEnvironmentVariable(BindingVariable) is { Length: > 0 } binding)
            LoadFile(
                BindingVariable,
                Directory.Exists(binding) ? Path.Combine(binding, File("LibTorchSharp")) : binding
            );
        else
            LoadPackaged("LibTorchSharp");
        return libtorch != 0 ? libtorch : LoadPackaged("torch_cpu");
    }

    static nint LoadFolder(string folder)
    {
        if (Directory.Exists(Path.Combine(folder, "lib")))
            folder = Path.Combine(folder, "lib");
        if (!System.IO.File.Exists(Path.Combine(folder, File("torch_cpu"))))
            throw new DllNotFoundException($"{FolderVariable}={folder} has no {File("torch_cpu")}");
        nint found = 0;
        foreach (var part in Parts)
        {
            var path = Path.Combine(folder, File(part));
            if (!System.IO.File.Exists(path))
                continue;
            var handle = LoadFile(FolderVariable, path);
            if (part == "torch_cpu")
                found = handle;
        }
        return found;
    }

    static nint LoadFile(string variable, string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException($"{variable}: {path} cannot be loaded: {Reason(fault)}", fault);
        }
    }

    static nint LoadPackaged(string name)
    {
        try
        {
            return NativeLibrary.Load(name, typeof(torch).Assembly, null);
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException($"{File(name)} cannot be loaded: {Reason(fault)}", fault);
        }
    }

    /// <summary>The line of the loader's report that says most: one that is not about a file that does not
    /// exist.</summary>
    internal static string Reason(Exception fault)
    {
        var lines = fault.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // The first line only says that it did not work.
        return lines.Skip(1).FirstOrDefault(line => !line.Contains("cannot open shared object file: No such file"))
            ?? lines[^1];
    }

    static string File(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{name}.dylib"
        : $"lib{name}.so";

    // The functions of one libtorch; null where it does not export one.
    sealed class Exports
    {
        // enum class c10::DeviceType and c10::ScalarType are signed bytes.
        public readonly delegate* unmanaged<sbyte, byte> AutocastEnabled;
        public readonly delegate* unmanaged<sbyte, byte, void> SetAutocastEnabled;
        public readonly delegate* unmanaged<sbyte, sbyte> AutocastType;
        public readonly delegate* unmanaged<sbyte, sbyte, void> SetAutocastType;
        public readonly delegate* unmanaged<int> IncrementNesting;
        public readonly delegate* unmanaged<int> DecrementNesting;
        public readonly delegate* unmanaged<void> ClearCache;

        // Members of at::Context: the first argument is the object.
        public readonly delegate* unmanaged<nint, byte> CudnnBenchmark;
        public readonly delegate* unmanaged<nint, byte, void> SetCudnnBenchmark;
        public readonly delegate* unmanaged<nint, byte, void> SetDeterministicCudnn;
        public readonly delegate* unmanaged<nint, byte> Deterministic;
        public readonly delegate* unmanaged<nint, byte> Nnpack;
        public readonly delegate* unmanaged<nint, byte, void> SetNnpack;

        readonly delegate* unmanaged<nint, byte, byte, void> _setDeterministic;
        readonly delegate* unmanaged<nint> _context;
        readonly delegate* unmanaged<nint*, void> _cpuCapability;
        readonly List<string> _missing = [];

        public Exports(nint library)
        {
            nint Find(string name) => NativeLibrary.TryGetExport(library, name, out var found) ? found : 0;

            AutocastEnabled = (delegate* unmanaged<sbyte, byte>)Find(
                "_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE"
            );
            SetAutocastEnabled = (delegate* unmanaged<sbyte, byte, void>)Find(
                "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb"
            );
            AutocastType = (delegate* unmanaged<sbyte, sbyte>)Find(
                "_ZN2at8autocast18get_autocast_dtypeEN3c1010DeviceTypeE"
            );
            SetAutocastType = (delegate* unmanaged<sbyte, sbyte, void>)Find(
                "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE"
            );
            IncrementNesting = (delegate* unmanaged<int>)Find("_ZN2at8autocast17increment_nestingEv");
            DecrementNesting = (delegate* unmanaged<int>)Find("_ZN2at8autocast17decrement_nestingEv");
            ClearCache = (delegate* unmanaged<void>)Find("_ZN2at8autocast11clear_cacheEv");
            HasAutocast =
                AutocastEnabled != null
                && SetAutocastEnabled != null
                && AutocastType != null
                && SetAutocastType != null
                && IncrementNesting != null
                && DecrementNesting != null
                && ClearCache != null;

            _context = (delegate* unmanaged<nint>)Find("_ZN2at13globalContextEv");
            CudnnBenchmark = (delegate* unmanaged<nint, byte>)Find("_ZNK2at7Context14benchmarkCuDNNEv");
            SetCudnnBenchmark = (delegate* unmanaged<nint, byte, void>)Find("_ZN2at7Context17setBenchmarkCuDNNEb");
            SetDeterministicCudnn = (delegate* unmanaged<nint, byte, void>)Find(
                "_ZN2at7Context21setDeterministicCuDNNEb"
            );
            Deterministic = (delegate* unmanaged<nint, byte>)Find("_ZNK2at7Context23deterministicAlgorithmsEv");
            _setDeterministic = (delegate* unmanaged<nint, byte, byte, void>)Find(
                "_ZN2at7Context26setDeterministicAlgorithmsEbb"
            );
            Nnpack = (delegate* unmanaged<nint, byte>)Find("_ZNK2at7Context17userEnabledNNPACKEv");
            SetNnpack = (delegate* unmanaged<nint, byte, void>)Find("_ZN2at7Context20setUserEnabledNNPACKEb");
            _cpuCapability = (delegate* unmanaged<nint*, void>)Find("_ZN2at18get_cpu_capabilityB5cxx11Ev");

            if (!HasAutocast)
                _missing.Add("it exports no autocast, so trainings in 16 bits are refused");
            if (_context == null || CudnnBenchmark == null || SetCudnnBenchmark == null)
                _missing.Add("it exports no switch for cuDNN's benchmark mode, so convolutions on a GPU are slower");
            if (_context == null || Nnpack == null || SetNnpack == null)
                _missing.Add("it exports no switch for NNPACK, which may write warnings");
            if (_context == null || Deterministic == null || _setDeterministic == null || SetDeterministicCudnn == null)
                _missing.Add("it exports no switch for deterministic algorithms");
        }

        public bool HasAutocast { get; }

        public IReadOnlyList<string> Missing => _missing;

        public bool Get(delegate* unmanaged<nint, byte> getter) =>
            _context != null && getter != null && getter(_context()) != 0;

        public void Set(delegate* unmanaged<nint, byte, void> setter, bool value)
        {
            if (_context != null && setter != null)
                setter(_context(), value ? (byte)1 : (byte)0);
        }

        public void SetDeterministicAlgorithms(bool value)
        {
            const byte onlyWarn = 0;
            if (_context != null && _setDeterministic != null)
                _setDeterministic(_context(), value ? (byte)1 : (byte)0, onlyWarn);
        }

        // The function returns a std::string in memory that the caller gives: a pointer, a length and 16 bytes more.
        public string CpuCapability()
        {
            if (_cpuCapability == null)
                return "unknown instructions";
            var text = stackalloc nint[4];
            _cpuCapability(text);
            return Encoding.ASCII.GetString((byte*)text[0], (int)text[1]);
        }
    }

    sealed class AutocastScope : IDisposable
    {
        readonly Exports _functions;
        readonly sbyte _device,
            _typeBefore;
        readonly byte _enabledBefore;
        bool _ended;

        public AutocastScope(Exports functions, sbyte device, sbyte type)
        {
            if (!functions.HasAutocast)
                throw new NotSupportedException("This libtorch exports no autocast.");
            (_functions, _device) = (functions, device);
            (_enabledBefore, _typeBefore) = (functions.AutocastEnabled(device), functions.AutocastType(device));
            functions.SetAutocastEnabled(device, 1);
            functions.SetAutocastType(device, type);
            functions.IncrementNesting();
        }

        public void Dispose()
        {
            if (_ended)
                return;
            _ended = true;
            // Weights that were cast are kept for the whole scope, as an optimizer's step comes after it.
            if (_functions.DecrementNesting() == 0)
                _functions.ClearCache();
            _functions.SetAutocastType(_device, _typeBefore);
            _functions.SetAutocastEnabled(_device, _enabledBefore);
        }
    }
}
