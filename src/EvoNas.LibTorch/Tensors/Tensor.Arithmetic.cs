namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum; shapes are broadcast.</summary>
        public Tensor add(Tensor target) => Ops.Add.Call(this, target);

        /// <summary>This + alpha·target.</summary>
        public Tensor add(Tensor target, Scalar alpha) => Ops.Add.Call(this, target, alpha);

        /// <summary>The sum.</summary>
        public Tensor add(Scalar scalar) => Ops.AddScalar.Call(this, scalar);

        /// <summary>The sum, in place.</summary>
        public Tensor add_(Tensor target) => InPlace(Ops.Add_, this, target);

        /// <summary>This + alpha·target, in place.</summary>
        public Tensor add_(Tensor target, Scalar alpha) => InPlace(Ops.Add_, this, target, alpha);

        /// <summary>The sum, in place.</summary>
        public Tensor add_(Scalar scalar) => InPlace(Ops.AddScalar_, this, scalar);

        /// <summary>The difference; shapes are broadcast.</summary>
        public Tensor sub(Tensor target) => Ops.Sub.Call(this, target);

        /// <summary>The difference.</summary>
        public Tensor sub(Scalar target) => Ops.SubScalar.Call(this, target);

        /// <summary>The difference, in place.</summary>
        public Tensor sub_(Tensor target) => InPlace(Ops.Sub_, this, target);

        /// <summary>The difference, in place.</summary>
        public Tensor sub_(Scalar target) => InPlace(Ops.SubScalar_, this, target);

        /// <summary>The product, element by element; shapes are broadcast.</summary>
        public Tensor mul(Tensor target) => Ops.Mul.Call(this, target);

        /// <summary>The product.</summary>
        public Tensor mul(Scalar target) => Ops.MulScalar.Call(this, target);

        /// <summary>The product, in place.</summary>
        public Tensor mul_(Tensor target) => InPlace(Ops.Mul_, this, target);

        /// <summary>The product, in place.</summary>
        public Tensor mul_(Scalar target) => InPlace(Ops.MulScalar_, this, target);

        /// <summary>The quotient, element by element; of integers, a floating point number.</summary>
        public Tensor div(Tensor target) => Ops.Div.Call(this, target);

        /// <summary>The quotient.</summary>
        public Tensor div(Scalar target) => Ops.DivScalar.Call(this, target);

        /// <summary>The quotient, in place.</summary>
        public Tensor div_(Tensor target) => InPlace(Ops.Div_, this, target);

        /// <summary>The quotient, in place.</summary>
        public Tensor div_(Scalar target) => InPlace(Ops.DivScalar_, this, target);

        /// <summary>The quotient, rounded down.</summary>
        public Tensor floor_divide(Tensor other) => Ops.FloorDivide.Call(this, other);

        /// <summary>The quotient, rounded down.</summary>
        public Tensor floor_divide(Scalar other) => Ops.FloorDivideScalar.Call(this, other);

        /// <summary>The remainder, with the divisor's sign.</summary>
        public Tensor remainder(Tensor target) => Ops.Remainder.Call(this, target);

        /// <summary>The remainder, with the divisor's sign.</summary>
        public Tensor remainder(Scalar scalar) => Ops.RemainderScalar.Call(this, scalar);

        /// <summary>The power, element by element.</summary>
        public Tensor pow(Tensor exponent) => Ops.Pow.Call(this, exponent);

        /// <summary>The power.</summary>
        public Tensor pow(Scalar exponent) => Ops.PowScalar.Call(this, exponent);

        /// <summary>The power, in place.</summary>
        public Tensor pow_(Scalar exponent) => InPlace(Ops.PowScalar_, this, exponent);

        /// <summary>This + value·tensor1·tensor2, in place.</summary>
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            InPlace(Ops.Addcmul_, this, tensor1, tensor2, value);

        /// <summary>This + value·tensor1/tensor2, in place.</summary>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            InPlace(Ops.Addcdiv_, this, tensor1, tensor2, value);

        /// <summary>This + weight·(end − this).</summary>
        public Tensor lerp(Tensor end, Tensor weight) => Ops.Lerp.Call(this, end, weight);

        /// <summary>This + weight·(end − this), in place.</summary>
        public Tensor lerp_(Tensor end, Tensor weight) => InPlace(Ops.Lerp_, this, end, weight);

        /// <summary>Held between the bounds; null leaves a side open.</summary>
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Ops.Clamp.Call(this, min, max);

        /// <summary>Held between the bounds, element by element.</summary>
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Ops.ClampTensor.Call(this, min, max);

        /// <summary>Held between the bounds; null leaves a side open.</summary>
        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        /// <summary>Held between the bounds, in place.</summary>
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => InPlace(Ops.Clamp_, this, min, max);

        /// <summary>The greater of two, element by element.</summary>
        public Tensor maximum(Tensor other) => Ops.Maximum.Call(this, other);

        /// <summary>The lesser of two, element by element.</summary>
        public Tensor minimum(Tensor other) => Ops.Minimum.Call(this, other);

        /// <summary>The product of matrices, with batches broadcast; of two vectors, their dot product.</summary>
        public Tensor matmul(Tensor target) => Ops.Matmul.Call(this, target);

        /// <summary>The product of matrices: [n, k] × [k, m] → [n, m].</summary>
        public Tensor mm(Tensor target) => Ops.Mm.Call(this, target);

        /// <summary>Products of matrices: [b, n, k] × [b, k, m] → [b, n, m].</summary>
        public Tensor bmm(Tensor batch2) => Ops.Bmm.Call(this, batch2);

        /// <summary>The sum of the products of two vectors.</summary>
        public Tensor dot(Tensor target) => Ops.Dot.Call(this, target);

        /// <summary>The sum.</summary>
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        /// <summary>The sum.</summary>
        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

        /// <summary>The sum.</summary>
        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

        /// <summary>The difference.</summary>
        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        /// <summary>The difference.</summary>
        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

        /// <summary>The difference.</summary>
        public static Tensor operator -(Scalar left, Tensor right) => Ops.Rsub.Call(right, left);

        /// <summary>The negative.</summary>
        public static Tensor operator -(Tensor tensor) => tensor.neg();

        /// <summary>The product, element by element.</summary>
        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        /// <summary>The product.</summary>
        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

        /// <summary>The product.</summary>
        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

        /// <summary>The quotient, element by element.</summary>
        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        /// <summary>The quotient.</summary>
        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

        /// <summary>The quotient.</summary>
        public static Tensor operator /(Scalar left, Tensor right)
        {
            using var reciprocal = right.reciprocal();
            return reciprocal.mul(left);
        }

        /// <summary>The remainder, with the divisor's sign.</summary>
        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);

        /// <summary>The remainder, with the divisor's sign.</summary>
        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);
    }
}
