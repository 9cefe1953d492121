namespace TorchSharp;

// Every factory takes its sizes as an array or as one to four numbers; the element type is Float32 and the device the
// processor unless told.
public static partial class torch
{
    /// <summary>All 0.</summary>
    public static Tensor zeros(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Finish(Ops.Zeros.Call(size, dtype, Argument.None, device), requires_grad);

    /// <summary>All 0.</summary>
    public static Tensor zeros(
        long size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => zeros(new[] { size }, dtype, device, requires_grad);

    /// <summary>All 0.</summary>
    public static Tensor zeros(
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => zeros(new[] { rows, columns }, dtype, device, requires_grad);

    /// <summary>All 0.</summary>
    public static Tensor zeros(
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => zeros(new[] { dim0, dim1, dim2 }, dtype, device, requires_grad);

    /// <summary>All 0.</summary>
    public static Tensor zeros(
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => zeros(new[] { dim0, dim1, dim2, dim3 }, dtype, device, requires_grad);

    /// <summary>All 1.</summary>
    public static Tensor ones(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Finish(Ops.Ones.Call(size, dtype, Argument.None, device), requires_grad);

    /// <summary>All 1.</summary>
    public static Tensor ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        ones(new[] { size }, dtype, device, requires_grad);

    /// <summary>All 1.</summary>
    public static Tensor ones(
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => ones(new[] { rows, columns }, dtype, device, requires_grad);

    /// <summary>All 1.</summary>
    public static Tensor ones(
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => ones(new[] { dim0, dim1, dim2 }, dtype, device, requires_grad);

    /// <summary>All 1.</summary>
    public static Tensor ones(
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => ones(new[] { dim0, dim1, dim2, dim3 }, dtype, device, requires_grad);

    /// <summary>Elements undefined.</summary>
    public static Tensor empty(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Finish(Ops.Empty.Call(size, dtype, Argument.None, device), requires_grad);

    /// <summary>Elements undefined.</summary>
    public static Tensor empty(
        long size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => empty(new[] { size }, dtype, device, requires_grad);

    /// <summary>Elements undefined.</summary>
    public static Tensor empty(
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => empty(new[] { rows, columns }, dtype, device, requires_grad);

    /// <summary>Elements undefined.</summary>
    public static Tensor empty(
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => empty(new[] { dim0, dim1, dim2 }, dtype, device, requires_grad);

    /// <summary>Elements undefined.</summary>
    public static Tensor empty(
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => empty(new[] { dim0, dim1, dim2, dim3 }, dtype, device, requires_grad);

    /// <summary>Even on [0, 1).</summary>
    public static Tensor rand(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Finish(Ops.Rand.Call(size, dtype, Argument.None, device), requires_grad);

    /// <summary>Even on [0, 1).</summary>
    public static Tensor rand(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        rand(new[] { size }, dtype, device, requires_grad);

    /// <summary>Even on [0, 1).</summary>
    public static Tensor rand(
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => rand(new[] { rows, columns }, dtype, device, requires_grad);

    /// <summary>Even on [0, 1).</summary>
    public static Tensor rand(
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => rand(new[] { dim0, dim1, dim2 }, dtype, device, requires_grad);

    /// <summary>Even on [0, 1).</summary>
    public static Tensor rand(
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => rand(new[] { dim0, dim1, dim2, dim3 }, dtype, device, requires_grad);

    /// <summary>From the standard normal distribution.</summary>
    public static Tensor randn(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Finish(Ops.Randn.Call(size, dtype, Argument.None, device), requires_grad);

    /// <summary>From the standard normal distribution.</summary>
    public static Tensor randn(
        long size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => randn(new[] { size }, dtype, device, requires_grad);

    /// <summary>From the standard normal distribution.</summary>
    public static Tensor randn(
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => randn(new[] { rows, columns }, dtype, device, requires_grad);

    /// <summary>From the standard normal distribution.</summary>
    public static Tensor randn(
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => randn(new[] { dim0, dim1, dim2 }, dtype, device, requires_grad);

    /// <summary>From the standard normal distribution.</summary>
    public static Tensor randn(
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => randn(new[] { dim0, dim1, dim2, dim3 }, dtype, device, requires_grad);

    /// <summary>All the value; of its type unless told: an integer makes Int64, a truth Bool, else Float32.</summary>
    public static Tensor full(
        long[] size,
        Scalar value,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Finish(Ops.Full.Call(size, value, dtype, Argument.None, device), requires_grad);

    /// <summary>All the value.</summary>
    public static Tensor full(
        long size,
        Scalar value,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => full(new[] { size }, value, dtype, device, requires_grad);

    /// <summary>All the value.</summary>
    public static Tensor full(
        long rows,
        long columns,
        Scalar value,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => full(new[] { rows, columns }, value, dtype, device, requires_grad);

    /// <summary>All the value.</summary>
    public static Tensor full(
        long dim0,
        long dim1,
        long dim2,
        Scalar value,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => full(new[] { dim0, dim1, dim2 }, value, dtype, device, requires_grad);

    /// <summary>All the value.</summary>
    public static Tensor full(
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        Scalar value,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => full(new[] { dim0, dim1, dim2, dim3 }, value, dtype, device, requires_grad);

    /// <summary>start, start + step, … before stop; Int64 if all three are integers, else Float32, unless
    /// told.</summary>
    public static Tensor arange(
        Scalar start,
        Scalar stop,
        Scalar step,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Finish(Ops.Arange.Call(start, stop, step, dtype, Argument.None, device), requires_grad);

    /// <summary>start, start + 1, … before stop.</summary>
    public static Tensor arange(
        Scalar start,
        Scalar stop,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => arange(start, stop, 1, dtype, device, requires_grad);

    /// <summary>0, 1, … before stop.</summary>
    public static Tensor arange(
        Scalar stop,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => arange(0, stop, 1, dtype, device, requires_grad);

    /// <summary>So many evenly spaced numbers from start to end, both among them.</summary>
    public static Tensor linspace(
        double start,
        double end,
        long steps,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Finish(Ops.Linspace.Call(start, end, steps, dtype, Argument.None, device), requires_grad);

    /// <summary>1 on the diagonal, else 0; square unless the columns are given.</summary>
    public static Tensor eye(
        long rows,
        long columns = -1L,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Finish(Ops.Eye.Call(rows, columns < 0 ? rows : columns, dtype, Argument.None, device), requires_grad);

    /// <summary>Integers of [low, high), Int64 unless told.</summary>
    public static Tensor randint(
        long low,
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Finish(Ops.Randint.Call(low, high, size, dtype ?? ScalarType.Int64, Argument.None, device), requires_grad);

    /// <summary>Integers of [0, high), Int64 unless told.</summary>
    public static Tensor randint(
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => randint(0, high, size, dtype, device, requires_grad);

    /// <summary>0 … n − 1 in random order, Int64 unless told.</summary>
    public static Tensor randperm(
        long n,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Finish(Ops.Randperm.Call(n, dtype ?? ScalarType.Int64, Argument.None, device), requires_grad);

    /// <summary>All 0, in the other's shape, type and device.</summary>
    public static Tensor zeros_like(
        Tensor input,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => input.zeros_like(dtype, device, requires_grad);

    /// <summary>All 1, in the other's shape, type and device.</summary>
    public static Tensor ones_like(
        Tensor input,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => input.ones_like(dtype, device, requires_grad);

    /// <summary>Elements undefined, in the other's shape, type and device.</summary>
    public static Tensor empty_like(
        Tensor input,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => input.empty_like(dtype, device, requires_grad);
}
