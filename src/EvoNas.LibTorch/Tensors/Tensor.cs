namespace TorchSharp;

/// <summary>The slice of TorchSharp's API that EvoNas uses: tensors, and the functions beside them.</summary>
public static partial class torch
{
    /// <summary>An array of numbers on a device: one counted reference to a tensor of libtorch.</summary>
    /// <remarks>Freed by its dispose scope, by <see cref="Dispose()"/>, or, late, by the garbage collector. Equal only
    /// to itself. Methods whose names end in an underscore write into the tensor and return it; others give a new one.
    /// Errors of libtorch come as <see cref="LibTorchException"/>.</remarks>
    public partial class Tensor : IDisposable
    {
        nint _handle;

        internal Tensor(nint handle)
        {
            _handle = handle;
            if (handle == 0)
                GC.SuppressFinalize(this);
            else
                DisposeScopeManager.ThreadSingleton.Register(this);
        }

        // Takes over another's handle and place in its scope: only what is counted as living changes hands.
        internal Tensor(Tensor from)
        {
            _handle = from.Handle;
            from._handle = 0;
            GC.SuppressFinalize(from);
            if (from.OwningDisposeScope is not { } scope)
                return;
            scope.Remove(from);
            scope.Add(this);
        }

        /// <summary>Frees what the scopes did not.</summary>
        ~Tensor() => Free();

        /// <summary>The scope that frees it; null: nobody but the collector.</summary>
        internal DisposeScope? OwningDisposeScope { get; set; }

        internal int PlaceInScope { get; set; }

        /// <summary>The native tensor.</summary>
        /// <exception cref="InvalidOperationException">It was disposed.</exception>
        public nint Handle =>
            _handle != 0
                ? _handle
                : throw new InvalidOperationException(
                    "The tensor was disposed; move it out of its scope (MoveToOuterDisposeScope) to use it longer."
                );

        /// <summary>Whether it was disposed.</summary>
        public bool IsInvalid => _handle == 0;

        /// <summary>Handles given out and not yet freed, in this process; flat over any repeated work.</summary>
        public static long TotalCount => Native.evonas_tensor_living();

        /// <summary>Gives the reference back.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Gives the reference back.</summary>
        protected virtual void Dispose(bool disposing)
        {
            if (_handle == 0)
                return;
            var counts = DisposeScopeManager.ThreadSingleton.Counts;
            if (OwningDisposeScope is { } scope)
            {
                counts.DisposedInScopeCount++;
                scope.Remove(this);
            }
            else
            {
                counts.DisposedOutsideScopeCount++;
            }

            Free();
        }

        void Free()
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle != 0)
                Native.evonas_tensor_free(handle);
        }

        // The parameter stays the same object while its tensor moves to another device or type.
        internal void Become(Tensor other)
        {
            (_handle, other._handle) = (other.Handle, Handle);
            other.Dispose();
        }

        /// <summary>Gives it to the scope around its own; to nobody if there is none.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Takes it out of its scope: it lives until <see cref="Dispose()"/>.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <summary>Gives it to another scope; null: to nobody.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } scope)
                scope.MoveToOther(other, this);
            else
                other?.Attach(this);
            return this;
        }

        /// <summary>Gives it to the scope that frees the other.</summary>
        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        /// <summary>How many dimensions.</summary>
        public long Dimensions => Native.evonas_tensor_dim(Handle);

        /// <summary>How many dimensions.</summary>
        public long dim() => Dimensions;

        /// <summary>How many dimensions.</summary>
        public long ndim => Dimensions;

        /// <summary>How many elements.</summary>
        public long NumberOfElements => Native.evonas_tensor_numel(Handle);

        /// <summary>How many elements.</summary>
        public long numel() => NumberOfElements;

        /// <summary>Bytes an element.</summary>
        public long ElementSize => SizeOf(dtype);

        /// <summary>Bytes an element.</summary>
        public long element_size() => ElementSize;

        /// <summary>The elements' type.</summary>
        public ScalarType dtype => (ScalarType)Native.evonas_tensor_dtype(Handle);

        /// <summary>Where it lies.</summary>
        public Device device
        {
            get
            {
                var code = Native.evonas_tensor_device(Handle);
                var (type, index) = ((DeviceType)(int)(code >> 32), (int)code);
                return type == DeviceType.CPU ? CPU : new(type, index);
            }
        }

        /// <summary>The kind of device it lies on.</summary>
        public DeviceType device_type => (DeviceType)(int)(Native.evonas_tensor_device(Handle) >> 32);

        /// <summary>Which device of its kind; −1 on the processor.</summary>
        public int device_index => (int)Native.evonas_tensor_device(Handle);

        /// <summary>Whether it lies on a GPU.</summary>
        public bool is_cuda => device_type == DeviceType.CUDA;

        /// <summary>Whether it lies on the processor.</summary>
        public bool is_cpu() => device_type == DeviceType.CPU;

        /// <summary>Whether its elements are integers.</summary>
        public bool is_integral() => torch.is_integral(dtype);

        /// <summary>Whether its elements are floating point numbers.</summary>
        public bool is_floating_point() => torch.is_floating_point(dtype);

        /// <summary>The sizes of its dimensions; an array of the caller's own.</summary>
        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* p = sizes)
                    Native.evonas_tensor_sizes(Handle, p, sizes.Length);
                return sizes;
            }
        }

        /// <summary>The sizes of its dimensions.</summary>
        public long[] size() => shape;

        /// <summary>The size of one dimension; negative ones count from the end.</summary>
        /// <exception cref="ArgumentOutOfRangeException">It has no such dimension.</exception>
        public long size(int dim)
        {
            var sizes = shape;
            var place = dim < 0 ? dim + sizes.Length : dim;
            return place >= 0 && place < sizes.Length
                ? sizes[place]
                : throw new ArgumentOutOfRangeException(nameof(dim), dim, $"The tensor has {sizes.Length} dimensions.");
        }

        /// <summary>Elements to skip for the next index, of every dimension.</summary>
        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* p = strides)
                Native.evonas_tensor_strides(Handle, p, strides.Length);
            return strides;
        }

        /// <summary>Elements to skip for the next index of one dimension.</summary>
        public long stride(int dim) => stride()[dim < 0 ? dim + (int)Dimensions : dim];

        /// <summary>Whether the last dimension varies fastest and nothing is skipped.</summary>
        public bool is_contiguous() => Native.evonas_tensor_layout(Handle) == 0;

        /// <summary>Only with itself.</summary>
        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        /// <summary>Of the object, not of the elements.</summary>
        public override int GetHashCode() => base.GetHashCode();

        /// <summary>Shape, type and device, e.g. <c>[2x3], type = Float32, device = cpu</c>.</summary>
        public override string ToString() =>
            IsInvalid ? "(disposed)" : $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";
    }

    /// <summary>Owns the tensors that this thread creates until it is disposed; scopes nest.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    /// <summary>This thread's innermost scope; null if there is none.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;
}
