namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>|x|, of every element.</summary>
        public Tensor abs() => Ops.Abs.Call(this);

        /// <summary>|x|, of every element, in place.</summary>
        public Tensor abs_() => InPlace(Ops.Abs_, this);

        /// <summary>The least integer not below, of every element.</summary>
        public Tensor ceil() => Ops.Ceil.Call(this);

        /// <summary>The least integer not below, of every element, in place.</summary>
        public Tensor ceil_() => InPlace(Ops.Ceil_, this);

        /// <summary>The cosine, in radians, of every element.</summary>
        public Tensor cos() => Ops.Cos.Call(this);

        /// <summary>The cosine, in radians, of every element, in place.</summary>
        public Tensor cos_() => InPlace(Ops.Cos_, this);

        /// <summary>e to the power of it, of every element.</summary>
        public Tensor exp() => Ops.Exp.Call(this);

        /// <summary>e to the power of it, of every element, in place.</summary>
        public Tensor exp_() => InPlace(Ops.Exp_, this);

        /// <summary>e to the power of it, less 1; exact near 0, of every element.</summary>
        public Tensor expm1() => Ops.Expm1.Call(this);

        /// <summary>e to the power of it, less 1; exact near 0, of every element, in place.</summary>
        public Tensor expm1_() => InPlace(Ops.Expm1_, this);

        /// <summary>The greatest integer not above, of every element.</summary>
        public Tensor floor() => Ops.Floor.Call(this);

        /// <summary>The greatest integer not above, of every element, in place.</summary>
        public Tensor floor_() => InPlace(Ops.Floor_, this);

        /// <summary>The natural logarithm, of every element.</summary>
        public Tensor log() => Ops.Log.Call(this);

        /// <summary>The natural logarithm, of every element, in place.</summary>
        public Tensor log_() => InPlace(Ops.Log_, this);

        /// <summary>The natural logarithm of 1 + it; exact near 0, of every element.</summary>
        public Tensor log1p() => Ops.Log1p.Call(this);

        /// <summary>The natural logarithm of 1 + it; exact near 0, of every element, in place.</summary>
        public Tensor log1p_() => InPlace(Ops.Log1p_, this);

        /// <summary>The logarithm to base 2, of every element.</summary>
        public Tensor log2() => Ops.Log2.Call(this);

        /// <summary>The logarithm to base 2, of every element, in place.</summary>
        public Tensor log2_() => InPlace(Ops.Log2_, this);

        /// <summary>The negative, of every element.</summary>
        public Tensor neg() => Ops.Neg.Call(this);

        /// <summary>The negative, of every element, in place.</summary>
        public Tensor neg_() => InPlace(Ops.Neg_, this);

        /// <summary>1 over it, of every element.</summary>
        public Tensor reciprocal() => Ops.Reciprocal.Call(this);

        /// <summary>1 over it, of every element, in place.</summary>
        public Tensor reciprocal_() => InPlace(Ops.Reciprocal_, this);

        /// <summary>The nearest integer; halves go to the even one, of every element.</summary>
        public Tensor round() => Ops.Round.Call(this);

        /// <summary>The nearest integer; halves go to the even one, of every element, in place.</summary>
        public Tensor round_() => InPlace(Ops.Round_, this);

        /// <summary>1 over the square root, of every element.</summary>
        public Tensor rsqrt() => Ops.Rsqrt.Call(this);

        /// <summary>1 over the square root, of every element, in place.</summary>
        public Tensor rsqrt_() => InPlace(Ops.Rsqrt_, this);

        /// <summary>1 / (1 + e^−x), of every element.</summary>
        public Tensor sigmoid() => Ops.Sigmoid.Call(this);

        /// <summary>1 / (1 + e^−x), of every element, in place.</summary>
        public Tensor sigmoid_() => InPlace(Ops.Sigmoid_, this);

        /// <summary>−1, 0 or 1, of every element.</summary>
        public Tensor sign() => Ops.Sign.Call(this);

        /// <summary>−1, 0 or 1, of every element, in place.</summary>
        public Tensor sign_() => InPlace(Ops.Sign_, this);

        /// <summary>The sine, in radians, of every element.</summary>
        public Tensor sin() => Ops.Sin.Call(this);

        /// <summary>The sine, in radians, of every element, in place.</summary>
        public Tensor sin_() => InPlace(Ops.Sin_, this);

        /// <summary>The square root, of every element.</summary>
        public Tensor sqrt() => Ops.Sqrt.Call(this);

        /// <summary>The square root, of every element, in place.</summary>
        public Tensor sqrt_() => InPlace(Ops.Sqrt_, this);

        /// <summary>The hyperbolic tangent, of every element.</summary>
        public Tensor tanh() => Ops.Tanh.Call(this);

        /// <summary>The hyperbolic tangent, of every element, in place.</summary>
        public Tensor tanh_() => InPlace(Ops.Tanh_, this);

        /// <summary>max(x, 0), of every element.</summary>
        public Tensor relu() => Ops.Relu.Call(this);

        /// <summary>max(x, 0), of every element, in place.</summary>
        public Tensor relu_() => InPlace(Ops.Relu_, this);

        /// <summary>x·Φ(x), of every element.</summary>
        public Tensor gelu() => Ops.Gelu.Call(this);

        /// <summary>x·Φ(x), of every element, in place.</summary>
        public Tensor gelu_() => InPlace(Ops.Gelu_, this);

        /// <summary>x·sigmoid(x), of every element.</summary>
        public Tensor silu() => Ops.Silu.Call(this);

        /// <summary>x·sigmoid(x), of every element, in place.</summary>
        public Tensor silu_() => InPlace(Ops.Silu_, this);

        /// <summary>x·relu6(x + 3)/6, of every element.</summary>
        public Tensor hardswish() => Ops.Hardswish.Call(this);

        /// <summary>x·relu6(x + 3)/6, of every element, in place.</summary>
        public Tensor hardswish_() => InPlace(Ops.Hardswish_, this);

        /// <summary>relu6(x + 3)/6, of every element.</summary>
        public Tensor hardsigmoid() => Ops.Hardsigmoid.Call(this);

        /// <summary>relu6(x + 3)/6, of every element, in place.</summary>
        public Tensor hardsigmoid_() => InPlace(Ops.Hardsigmoid_, this);

        /// <summary>min(max(x, 0), 6), of every element.</summary>
        public Tensor relu6() => Ops.Relu6.Call(this);

        /// <summary>min(max(x, 0), 6), of every element, in place.</summary>
        public Tensor relu6_() => InPlace(Ops.Relu6_, this);

        /// <summary>x, or slope·x where it is negative.</summary>
        public Tensor leaky_relu(Scalar negative_slope) => Ops.LeakyRelu.Call(this, negative_slope);

        /// <summary>x, or slope·x where it is negative, in place.</summary>
        public Tensor leaky_relu_(Scalar negative_slope) => InPlace(Ops.LeakyRelu_, this, negative_slope);

        /// <summary>|x|, of every element.</summary>
        public Tensor absolute() => abs();

        /// <summary>The negative of every element.</summary>
        public Tensor negative() => neg();

        /// <summary>The square of every element.</summary>
        public Tensor square() => Ops.Square.Call(this);

        // In-place operators give the tensor they were given; its managed object goes on.
        Tensor InPlace(Operator op, params ReadOnlySpan<Argument> arguments)
        {
            op.Run(arguments);
            return this;
        }
    }
}
