namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Where they are equal, element by element.</summary>
        public Tensor eq(Tensor target) => Ops.Eq.Call(this, target);

        /// <summary>Where they are equal.</summary>
        public Tensor eq(Scalar target) => Ops.EqScalar.Call(this, target);

        /// <summary>Where they are unequal, element by element.</summary>
        public Tensor ne(Tensor target) => Ops.Ne.Call(this, target);

        /// <summary>Where they are unequal.</summary>
        public Tensor ne(Scalar target) => Ops.NeScalar.Call(this, target);

        /// <summary>Where they are less, element by element.</summary>
        public Tensor lt(Tensor target) => Ops.Lt.Call(this, target);

        /// <summary>Where they are less.</summary>
        public Tensor lt(Scalar target) => Ops.LtScalar.Call(this, target);

        /// <summary>Where they are less or equal, element by element.</summary>
        public Tensor le(Tensor target) => Ops.Le.Call(this, target);

        /// <summary>Where they are less or equal.</summary>
        public Tensor le(Scalar target) => Ops.LeScalar.Call(this, target);

        /// <summary>Where they are greater, element by element.</summary>
        public Tensor gt(Tensor target) => Ops.Gt.Call(this, target);

        /// <summary>Where they are greater.</summary>
        public Tensor gt(Scalar target) => Ops.GtScalar.Call(this, target);

        /// <summary>Where they are greater or equal, element by element.</summary>
        public Tensor ge(Tensor target) => Ops.Ge.Call(this, target);

        /// <summary>Where they are greater or equal.</summary>
        public Tensor ge(Scalar target) => Ops.GeScalar.Call(this, target);

        /// <summary>Where they are equal, element by element; for identity use ReferenceEquals or <c>is</c>.</summary>
        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);

        /// <summary>Where they are equal.</summary>
        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);

        /// <summary>Where they are unequal, element by element; for identity use ReferenceEquals or
        /// <c>is</c>.</summary>
        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);

        /// <summary>Where they are unequal.</summary>
        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);

        /// <summary>Where they are less, element by element; for identity use ReferenceEquals or <c>is</c>.</summary>
        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);

        /// <summary>Where they are less.</summary>
        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);

        /// <summary>Where they are less or equal, element by element; for identity use ReferenceEquals or
        /// <c>is</c>.</summary>
        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);

        /// <summary>Where they are less or equal.</summary>
        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);

        /// <summary>Where they are greater, element by element; for identity use ReferenceEquals or
        /// <c>is</c>.</summary>
        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);

        /// <summary>Where they are greater.</summary>
        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);

        /// <summary>Where they are greater or equal, element by element; for identity use ReferenceEquals or
        /// <c>is</c>.</summary>
        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);

        /// <summary>Where they are greater or equal.</summary>
        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);

        /// <summary>Where it is not a number.</summary>
        public Tensor isnan() => Ops.Isnan.Call(this);

        /// <summary>Where it is infinite.</summary>
        public Tensor isinf() => Ops.Isinf.Call(this);

        /// <summary>Where it is a finite number.</summary>
        public Tensor isfinite() => Ops.Isfinite.Call(this);

        /// <summary>Where both are true (or not 0).</summary>
        public Tensor logical_and(Tensor other) => Ops.LogicalAnd.Call(this, other);

        /// <summary>Where one or both are true (or not 0).</summary>
        public Tensor logical_or(Tensor other) => Ops.LogicalOr.Call(this, other);

        /// <summary>Where it is false (or 0).</summary>
        public Tensor logical_not() => Ops.LogicalNot.Call(this);

        /// <summary>And, bit by bit.</summary>
        public static Tensor operator &(Tensor left, Tensor right) => Ops.BitwiseAnd.Call(left, right);

        /// <summary>Or, bit by bit.</summary>
        public static Tensor operator |(Tensor left, Tensor right) => Ops.BitwiseOr.Call(left, right);

        /// <summary>Not, bit by bit; of truths, the opposite.</summary>
        public static Tensor operator ~(Tensor left) => Ops.BitwiseNot.Call(left);

        /// <summary>Whether all elements are within atol + rtol·|other|.</summary>
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            Ops.Allclose.Number(this, target, rtol, atol, equal_nan).Integer != 0;

        /// <summary>This where the condition holds, else the other.</summary>
        public Tensor where(Tensor condition, Tensor y) => Ops.Where.Call(condition, this, y);

        /// <summary>The value where the mask holds.</summary>
        public Tensor masked_fill(Tensor mask, Scalar value) => Ops.MaskedFill.Call(this, mask, value);

        /// <summary>The value where the mask holds, in place.</summary>
        public Tensor masked_fill_(Tensor mask, Scalar value) => InPlace(Ops.MaskedFill_, this, mask, value);

        /// <summary>The elements where the mask holds, [count].</summary>
        public Tensor masked_select(Tensor mask) => Ops.MaskedSelect.Call(this, mask);
    }
}
