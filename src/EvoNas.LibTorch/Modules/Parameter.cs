using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A tensor that training changes. It takes the place of the tensor it is made of, which becomes
    /// empty.</summary>
    public sealed class Parameter : Tensor
    {
        /// <summary>Takes over the tensor, and its place in its scope.</summary>
        public Parameter(Tensor data, bool requires_grad = true)
            : base(data.with_requires_grad(requires_grad)) { }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Takes over the tensor, and its place in its scope.</summary>
            public static Modules.Parameter Parameter(Tensor data, bool requires_grad = true) =>
                new(data, requires_grad);
        }
    }
}
