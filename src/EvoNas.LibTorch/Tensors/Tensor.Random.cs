namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Filled from the normal distribution.</summary>
        public Tensor normal_(double mean = 0.0, double std = 1.0) => InPlace(Ops.Normal_, this, mean, std);

        /// <summary>Filled evenly from [from, to).</summary>
        public Tensor uniform_(double from, double to) => InPlace(Ops.Uniform_, this, from, to);

        /// <summary>Filled with 1 at probability p, else 0.</summary>
        public Tensor bernoulli_(double p = 0.5) => InPlace(Ops.Bernoulli_, this, p);

        /// <summary>1 with each element as its probability, else 0.</summary>
        public Tensor bernoulli() => Ops.Bernoulli.Call(this);

        /// <summary>Filled from the exponential distribution.</summary>
        public Tensor exponential_(double lambda = 1.0) => InPlace(Ops.Exponential_, this, lambda);

        /// <summary>Filled with integers of [from, to).</summary>
        public Tensor random_(double from, double to) => InPlace(Ops.Random_, this, (long)from, (long)to);

        /// <summary>Indices drawn by the weights of each row.</summary>
        public Tensor multinomial(long num_samples, bool replacement = false) =>
            Ops.Multinomial.Call(this, num_samples, replacement);

        /// <summary>Of this shape, even on [0, 1).</summary>
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Finish(Ops.RandLike.Call(this, dtype, Argument.None, device), requires_grad);

        /// <summary>Of this shape, from the standard normal distribution.</summary>
        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Finish(Ops.RandnLike.Call(this, dtype, Argument.None, device), requires_grad);

        /// <summary>Of this shape, all 0.</summary>
        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Finish(Ops.ZerosLike.Call(this, dtype, Argument.None, device), requires_grad);

        /// <summary>Of this shape, all 1.</summary>
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Finish(Ops.OnesLike.Call(this, dtype, Argument.None, device), requires_grad);

        /// <summary>Of this shape, elements undefined.</summary>
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Finish(Ops.EmptyLike.Call(this, dtype, Argument.None, device), requires_grad);

        /// <summary>Of this shape, all the value.</summary>
        public Tensor full_like(
            Scalar value,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Finish(Ops.FullLike.Call(this, value, dtype, Argument.None, device), requires_grad);
    }

    static Tensor Finish(Tensor made, bool requiresGrad) => requiresGrad ? made.requires_grad_() : made;
}
