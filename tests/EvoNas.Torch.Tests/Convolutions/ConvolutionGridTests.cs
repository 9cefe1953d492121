using EvoNas.Torch.Devices;
using Xunit.Abstractions;

namespace EvoNas.Torch.Tests.Convolutions;

/// <summary>Convolutions as networks compute them are right and leave memory alone, whatever their size. Child
/// processes compute them, because oneDNN's faults (see Convolutions.cs) can end a process.</summary>
/// <remarks>Usually the cases at the borders of the faults that are known. EVONAS_LONG=1 walks the whole grid: some
/// twenty thousand cases, on the best instruction set of the machine and on AVX2.</remarks>
public class ConvolutionGridTests(ITestOutputHelper output)
{
    static readonly bool IsLong = Environment.GetEnvironmentVariable("EVONAS_LONG") == "1";

    public static TheoryData<string> InstructionSets => ["", "AVX2"];

    [Theory, MemberData(nameof(InstructionSets))]
    public async Task EveryConvolutionIsRightAndWritesNowhereElse(string largest)
    {
        (string, string)[] environment = largest.Length == 0 ? [] : [("ONEDNN_MAX_CPU_ISA", largest)];
        ConvolutionCase[] cases = IsLong ? [.. Grid()] : [.. Borders()];
        output.WriteLine(
            $"{cases.Length} cases, kernels of torch for {LibTorch.CpuCapability}, of oneDNN for "
                + (largest.Length == 0 ? "the best that the CPU has" : largest)
        );
        var faults = await ConvolutionProcess.RunAsync(cases, environment);
        Assert.True(faults.Count == 0, string.Join('\n', faults.Select(one => $"{one.Case}: {one.Fault}")));
    }

    [Fact]
    public async Task AChildThatDiesNamesItsCase()
    {
        // An input of 3 channels cannot have 2 groups: torch throws, and the child ends.
        ConvolutionCase[] cases = [Right, Right with { Inputs = 3, Groups = 2 }, Right];
        var fault = Assert.Single(await ConvolutionProcess.RunAsync(cases, []));
        Assert.Equal(cases[1], fault.Case);
        Assert.Contains("exit code", fault.Fault);
    }

    [Fact]
    public void ACaseIsReadAsItWasWritten()
    {
        var one = Right with { Transposed = true, Side = 7, Batch = 3, ChannelsLast = false };
        Assert.Equal(one, ConvolutionCase.Parse(one.ToString()));
    }

    static ConvolutionCase Right => new(false, 8, 4, 4, 3, 1, 1, 2, true);

    // 1×1 with a stride, on both sides of one vector of channels; one channel; one channel a group. Large and small
    // maps, both orders of memory.
    static IEnumerable<ConvolutionCase> Borders()
    {
        foreach (var last in (bool[])[true, false])
        {
            foreach (var channels in (int[])[1, 3, 5, 8, 12, 15, 16, 17, 24])
            {
                yield return new(false, 48, channels, 8, 1, 2, 1, 4, last);
                yield return new(true, 24, 8, channels, 1, 2, 1, 2, last);
            }
            yield return new(false, 96, 8, 32, 1, 2, 1, 2, last);
            yield return new(false, 112, 8, 8, 1, 2, 1, 32, last);
            yield return new(false, 64, 3, 16, 1, 3, 1, 2, last);
            yield return new(true, 64, 12, 12, 1, 3, 1, 1, last);
            foreach (var outputs in (int[])[1, 4, 15, 16, 17, 32])
            foreach (var kernel in (int[])[1, 3])
            {
                yield return new(false, 14, 1, outputs, kernel, 1, 1, 4, last);
                yield return new(false, 28, 1, outputs, kernel, 2, 1, 32, last);
                yield return new(true, 14, outputs, 1, kernel, 2, 1, 4, last);
            }
            foreach (var groups in (int[])[2, 4, 16])
            foreach (var each in (int[])[1, 2, 4])
            foreach (var kernel in (int[])[1, 3])
                yield return new(false, 20, groups, groups * each, kernel, kernel == 1 ? 2 : 1, groups, 4, last);
            yield return new(false, 28, 12, 24, 3, 2, 6, 4, last);
            // The last block of output channels is not full; up to 64 channels are one block.
            foreach (var outputs in (int[])[33, 40, 64, 72, 80, 104, 136, 320, 368])
            foreach (var inputs in (int[])[16, 24, 80])
            {
                yield return new(false, 8, inputs, outputs, 1, 1, 1, 16, last);
                yield return new(false, 9, inputs, outputs, 1, 2, 1, 16, last);
                yield return new(false, 8, inputs, outputs, 3, 1, 1, 2, last);
                if (outputs % 2 == 0)
                    yield return new(false, 8, inputs, 2 * outputs, 1, 1, 2, 16, last);
            }
        }
    }

    static IEnumerable<ConvolutionCase> Grid()
    {
        // Values in the largest tensor of a case.
        const long most = 4_000_000;
        foreach (var side in (int[])[4, 7, 14, 28, 32, 48, 56, 64, 96, 112, 160, 192, 224])
        foreach (var inputs in (int[])[1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 20, 23, 24, 28, 31, 32])
        foreach (var kernel in (int[])[1, 3])
        foreach (var stride in (int[])[1, 2, 3])
        foreach (var batch in (int[])[1, 4, 32])
        foreach (var last in (bool[])[true, false])
        {
            var outputs = 1 + (side + 3 * inputs + 5 * kernel + 7 * stride + batch) % 144;
            if ((long)side * side * batch * Math.Max(inputs, outputs) > most)
                continue;
            foreach (var groups in ((int[])[1, 2, inputs]).Distinct().Where(groups => inputs % groups == 0))
                yield return new(
                    false,
                    side,
                    inputs,
                    (outputs + groups - 1) / groups * groups,
                    kernel,
                    stride,
                    groups,
                    batch,
                    last
                );
            if ((long)side * side * stride * stride * batch * outputs <= most)
                yield return new(true, side, inputs, outputs, kernel, stride, 1, batch, last);
        }
    }
}
