namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether gradients are wanted.</summary>
        public bool requires_grad
        {
            get => Native.evonas_tensor_requires_grad(Handle) != 0;
            set
            {
                if (Native.evonas_tensor_set_requires_grad(Handle, value ? 1 : 0) < 0)
                    throw LibTorchException.Last("requires_grad_", [this]);
                GC.KeepAlive(this);
            }
        }

        /// <summary>Asks for gradients, or no more.</summary>
        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        /// <summary>Asks for gradients, or no more.</summary>
        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Whether it was made by hand, not computed of what requires gradients.</summary>
        public bool is_leaf
        {
            get
            {
                var leaf = Native.Checked(Native.evonas_tensor_is_leaf(Handle), "is_leaf") != 0;
                GC.KeepAlive(this);
                return leaf;
            }
        }

        /// <summary>The gradient that backward summed up; null before the first. Setting null takes it away.</summary>
        public unsafe Tensor? grad
        {
            get
            {
                nint gradient = 0;
                Native.Checked(Native.evonas_tensor_grad(Handle, &gradient), "grad");
                GC.KeepAlive(this);
                return gradient == 0 ? null : new(gradient);
            }
            set
            {
                if (Native.evonas_tensor_set_grad(Handle, value?.Handle ?? 0) < 0)
                    throw LibTorchException.Last("grad", [this, value]);
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        /// <summary>Adds the gradients of this single element to those of every leaf it was computed of.</summary>
        public void backward() => Backward(null, false, false);

        /// <summary>Adds the gradients to those of every leaf, given this tensor's own gradient.</summary>
        /// <param name="grad_tensors">One, of this tensor's shape; null for a single element means 1.</param>
        /// <param name="retain_graph">Keep what a second backward needs.</param>
        /// <param name="create_graph">Make the gradients themselves differentiable.</param>
        public void backward(IList<Tensor>? grad_tensors, bool retain_graph = false, bool create_graph = false)
        {
            if (grad_tensors is { Count: > 1 })
                throw new ArgumentException(
                    $"One gradient for one tensor, not {grad_tensors.Count}.",
                    nameof(grad_tensors)
                );
            Backward(grad_tensors is { Count: 1 } ? grad_tensors[0] : null, retain_graph, create_graph);
        }

        void Backward(Tensor? gradient, bool retainGraph, bool createGraph)
        {
            var code = Native.evonas_tensor_backward(
                Handle,
                gradient?.Handle ?? 0,
                retainGraph ? 1 : 0,
                createGraph ? 1 : 0
            );
            if (code < 0)
                throw LibTorchException.Last("backward", [this, gradient]);
            GC.KeepAlive(this);
            GC.KeepAlive(gradient);
        }
    }
}
