using System.Diagnostics.Metrics;
using System.Globalization;

namespace EvoNas.Torch.Devices;

/// <summary>Memory, load and temperature of the GPUs, asked of the driver's tool every few seconds while they
/// collects. A sick driver can hang its tool: it gets 2 s, and is not asked again before the last one has
/// gone.</summary>
sealed class GpuReadings : IDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10),
        Patience = TimeSpan.FromSeconds(2);

    static readonly Meter Meter = new("EvoNas.Gpu");
    static volatile Reading[] s_last = [];

    static readonly ObservableGauge<long> MemoryUsed = Meter.CreateObservableGauge<long>(
        "evonas.gpu.memory.used",
        () => Of(reading => reading.MemoryBytes),
        "By",
        "Memory used by all processes."
    );
    static readonly ObservableGauge<double> Utilization = Meter.CreateObservableGauge<double>(
        "evonas.gpu.utilization",
        () => Of(reading => reading.Utilization),
        "1",
        "Share of the last moments in which the GPU computed."
    );
    static readonly ObservableGauge<double> Temperature = Meter.CreateObservableGauge<double>(
        "evonas.gpu.temperature",
        () => Of(reading => reading.Celsius),
        "Cel",
        "Of the chip."
    );

    readonly Dictionary<string, string> _slots;
    readonly ITimer _timer;
    int _asking;

    /// <param name="slots">Whose GPUs are looked at.</param>
    /// <param name="time">Its clock.</param>
    public GpuReadings(IEnumerable<(string Slot, string Uuid)> slots, TimeProvider time)
    {
        _slots = slots
            .GroupBy(one => one.Uuid, one => one.Slot)
            .ToDictionary(one => one.Key, one => string.Join(',', one));
        _timer = time.CreateTimer(_ => Look(), null, TimeSpan.Zero, Interval);
    }

    /// <summary>One GPU at one moment.</summary>
    internal readonly record struct Reading(
        string Gpu,
        string Slot,
        long MemoryBytes,
        double Utilization,
        double Celsius
    );

    /// <summary>Reads the answer to <c>--query-gpu=uuid,memory.used,utilization.gpu,temperature.gpu
    /// --format=csv,noheader,nounits</c>; GPUs without a slot are left out.</summary>
    internal static IEnumerable<Reading> Parse(string answer, IReadOnlyDictionary<string, string> slots)
    {
        foreach (var line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (
                line.Split(", ") is not [var uuid, var memory, var load, var heat]
                || !slots.TryGetValue(uuid, out var slot)
            )
                continue;
            // "[N/A]" where a GPU does not tell.
            if (long.TryParse(memory, CultureInfo.InvariantCulture, out var mebibytes))
                yield return new(
                    uuid[..Math.Min(12, uuid.Length)],
                    slot,
                    mebibytes << 20,
                    Number(load) / 100,
                    Number(heat)
                );
        }

        static double Number(string text) =>
            double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
    }

    void Look()
    {
        if (Interlocked.Exchange(ref _asking, 1) != 0)
            return;
        var answer = Gpu.Ask(
            "--query-gpu=uuid,memory.used,utilization.gpu,temperature.gpu",
            Patience,
            () => Volatile.Write(ref _asking, 0)
        );
        s_last = [.. Parse(answer, _slots)];
    }

    static IEnumerable<Measurement<T>> Of<T>(Func<Reading, T> value)
        where T : struct =>
        s_last
            .Where(reading => value(reading) is not double.NaN)
            .Select(reading => new Measurement<T>(
                value(reading),
                new KeyValuePair<string, object?>("gpu", reading.Gpu),
                new KeyValuePair<string, object?>("slot", reading.Slot)
            ));

    public void Dispose()
    {
        _timer.Dispose();
        s_last = [];
    }
}
