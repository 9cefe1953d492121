using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101).</summary>
            public static AdamW AdamW(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false
            ) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            /// <summary>Adam with decoupled weight decay; what groups leave open is as told here.</summary>
            public static AdamW AdamW(
                IEnumerable<AdamW.ParamGroup> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false
            ) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>p ← (1 − lr·λ)p; m ← β₁m + (1 − β₁)g; s ← β₂s + (1 − β₂)g²; p ← p − lr·m̂/(√ŝ + ε), hats for m/(1 −
    /// β₁ᵗ) and s/(1 − β₂ᵗ).</summary>
    /// <remarks>t counts the group's steps, not each parameter's: they differ only where a parameter had no gradient in
    /// some steps.</remarks>
    public sealed class AdamW : optim.Optimizer
    {
        readonly Options _defaults;

        /// <summary>One group.</summary>
        public AdamW(
            IEnumerable<Parameter> parameters,
            double lr = 1e-3,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-8,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false
        )
            : this([new ParamGroup(parameters, new Options())], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
        { }

        /// <summary>Groups; what they leave open is as told here.</summary>
        public AdamW(
            IEnumerable<ParamGroup> parameters,
            double lr = 1e-3,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-8,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false
        )
            : base(amsgrad ? 3 : 2)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(lr);
            ArgumentOutOfRangeException.ThrowIfNegative(eps);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(beta1, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(beta2, 1);
            _defaults = new()
            {
                LearningRate = lr,
                beta1 = beta1,
                beta2 = beta2,
                eps = eps,
                weight_decay = weight_decay,
                amsgrad = amsgrad,
                maximize = maximize,
            };
            foreach (var group in parameters)
                add_param_group(group);
        }

        private protected override void Complete(Modules.ParamGroup group)
        {
            var options = (Options)group.Options;
            options.LearningRate ??= _defaults.LearningRate;
            options.beta1 ??= _defaults.beta1;
            options.beta2 ??= _defaults.beta2;
            options.eps ??= _defaults.eps;
            options.weight_decay ??= _defaults.weight_decay;
            options.amsgrad ??= _defaults.amsgrad;
            options.maximize ??= _defaults.maximize;
            if (options.amsgrad != _defaults.amsgrad)
                throw new ArgumentException("A group has amsgrad only if the whole optimizer has.", nameof(group));
        }

        private protected override void Step(Modules.ParamGroup group, Roster roster)
        {
            var options = (Options)group.Options;
            var (rate, beta1, beta2, decay) = (
                group.LearningRate,
                options.beta1 ?? 0,
                options.beta2 ?? 0,
                options.weight_decay ?? 0
            );
            var sign = options.maximize ?? false ? -1.0 : 1.0;
            var correction1 = 1 - Math.Pow(beta1, roster.Steps);
            var correction2 = 1 - Math.Pow(beta2, roster.Steps);
            Argument tensors = roster.Tensors,
                gradients = roster.Gradients,
                means = roster.States[0],
                squares = roster.States[1];
            if (decay != 0)
                Ops.ForeachMulScalar_.Run(tensors, 1 - rate * decay);
            Ops.ForeachMulScalar_.Run(means, beta1);
            Ops.ForeachAddList_.Run(means, gradients, sign * (1 - beta1));
            Ops.ForeachMulScalar_.Run(squares, beta2);
            Ops.ForeachAddcmul_.Run(squares, gradients, gradients, 1 - beta2);
            if (options.amsgrad ?? false)
            {
                Argument greatest = roster.States[2];
                Ops.ForeachMaximum_.Run(greatest, squares);
                squares = greatest;
            }

            Argument root = Ops.ForeachSqrt.List(squares);
            Ops.ForeachDivScalar_.Run(root, Math.Sqrt(correction2));
            Ops.ForeachAddScalar_.Run(root, options.eps ?? 0);
            Ops.ForeachAddcdiv_.Run(tensors, means, root, -rate / correction1);
        }

        /// <summary>What can be told; null: the optimizer's.</summary>
        public sealed class Options : OptimizerOptions
        {
            /// <summary>β₁, in [0, 1).</summary>
            public double? beta1;

            /// <summary>β₂, in [0, 1).</summary>
            public double? beta2;

            /// <summary>λ.</summary>
            public double? weight_decay;

            /// <summary>ε.</summary>
            public double? eps;

            /// <summary>By the greatest s so far.</summary>
            public bool? amsgrad;

            /// <summary>Climb instead.</summary>
            public bool? maximize;
        }

        /// <summary>Parameters with settings of their own.</summary>
        public sealed class ParamGroup : ParamGroup<Options>
        {
            /// <summary>No parameters.</summary>
            public ParamGroup() { }

            /// <summary>With these; what the settings leave null is the optimizer's.</summary>
            public ParamGroup(IEnumerable<Parameter> parameters, Options? options)
                : base(parameters, options) { }

            /// <summary>With all settings told.</summary>
            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false
            )
                : base(
                    parameters,
                    new()
                    {
                        LearningRate = lr,
                        beta1 = beta1,
                        beta2 = beta2,
                        eps = eps,
                        weight_decay = weight_decay,
                        amsgrad = amsgrad,
                        maximize = maximize,
                    }
                ) { }
        }
    }
}
