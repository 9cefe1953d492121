using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>RMSprop (Tieleman and Hinton 2012).</summary>
            public static RMSProp RMSProp(
                IEnumerable<Parameter> parameters,
                double lr = 0.01,
                double alpha = 0.99,
                double eps = 1e-8,
                double weight_decay = 0,
                double momentum = 0,
                bool centered = false,
                bool maximize = false
            ) => new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);

            /// <summary>RMSprop; what groups leave open is as told here.</summary>
            public static RMSProp RMSProp(
                IEnumerable<RMSProp.ParamGroup> parameters,
                double lr = 0.01,
                double alpha = 0.99,
                double eps = 1e-8,
                double weight_decay = 0,
                double momentum = 0,
                bool centered = false,
                bool maximize = false
            ) => new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>d = g + λp; s ← αs + (1 − α)d²; r = √s + ε, or √(s − mean²) + ε if centered; v ← μv + d/r; p ← p −
    /// lr·v.</summary>
    public sealed class RMSProp : optim.Optimizer
    {
        readonly Options _defaults;

        /// <summary>One group.</summary>
        public RMSProp(
            IEnumerable<Parameter> parameters,
            double lr = 1e-3,
            double alpha = 0.99,
            double eps = 1e-8,
            double weight_decay = 0,
            double momentum = 0.0,
            bool centered = false,
            bool maximize = false
        )
            : this(
                [new ParamGroup(parameters, new Options())],
                lr,
                alpha,
                eps,
                weight_decay,
                momentum,
                centered,
                maximize
            ) { }

        /// <summary>Groups; what they leave open is as told here.</summary>
        public RMSProp(
            IEnumerable<ParamGroup> parameters,
            double lr = 1e-3,
            double alpha = 0.99,
            double eps = 1e-8,
            double weight_decay = 0,
            double momentum = 0.0,
            bool centered = false,
            bool maximize = false
        )
            : base(1 + (momentum > 0 ? 1 : 0) + (centered ? 1 : 0))
        {
            ArgumentOutOfRangeException.ThrowIfNegative(lr);
            ArgumentOutOfRangeException.ThrowIfNegative(alpha);
            ArgumentOutOfRangeException.ThrowIfNegative(momentum);
            _defaults = new()
            {
                LearningRate = lr,
                alpha = alpha,
                eps = eps,
                weight_decay = weight_decay,
                momentum = momentum,
                centered = centered,
                maximize = maximize,
            };
            foreach (var group in parameters)
                add_param_group(group);
        }

        private protected override void Complete(Modules.ParamGroup group)
        {
            var options = (Options)group.Options;
            options.LearningRate ??= _defaults.LearningRate;
            options.alpha ??= _defaults.alpha;
            options.eps ??= _defaults.eps;
            options.weight_decay ??= _defaults.weight_decay;
            options.momentum ??= _defaults.momentum;
            options.centered ??= _defaults.centered;
            options.maximize ??= _defaults.maximize;
            if (options.momentum > 0 != _defaults.momentum > 0 || options.centered != _defaults.centered)
                throw new ArgumentException(
                    "A group has momentum, or is centered, only if the whole optimizer is.",
                    nameof(group)
                );
        }

        private protected override void Step(Modules.ParamGroup group, Roster roster)
        {
            var options = (Options)group.Options;
            var (rate, alpha, momentum, decay) = (
                group.LearningRate,
                options.alpha ?? 0,
                options.momentum ?? 0,
                options.weight_decay ?? 0
            );
            var sign = options.maximize ?? false ? -1.0 : 1.0;
            Argument tensors = roster.Tensors,
                directions = roster.Gradients,
                squares = roster.States[0];
            if (decay != 0)
                directions = Ops.ForeachAddList.List(directions, tensors, sign * decay);

            Ops.ForeachMulScalar_.Run(squares, alpha);
            Ops.ForeachAddcmul_.Run(squares, directions, directions, 1 - alpha);
            Argument root;
            if (options.centered ?? false)
            {
                Argument means = roster.States[^1];
                Ops.ForeachMulScalar_.Run(means, alpha);
                Ops.ForeachAddList_.Run(means, directions, 1 - alpha);
                Argument spread = Ops.ForeachMulScalar.List(squares, 1.0);
                Ops.ForeachAddcmul_.Run(spread, means, means, -1.0);
                root = Ops.ForeachSqrt.List(spread);
            }
            else
            {
                root = Ops.ForeachSqrt.List(squares);
            }

            Ops.ForeachAddScalar_.Run(root, options.eps ?? 0);
            if (momentum > 0)
            {
                Argument velocities = roster.States[1];
                Ops.ForeachMulScalar_.Run(velocities, momentum);
                Ops.ForeachAddcdiv_.Run(velocities, directions, root, 1.0);
                Ops.ForeachAddList_.Run(tensors, velocities, -rate * sign);
            }
            else
            {
                Ops.ForeachAddcdiv_.Run(tensors, directions, root, -rate * sign);
            }
        }

        /// <summary>What can be told; null: the optimizer's.</summary>
        public sealed class Options : OptimizerOptions
        {
            /// <summary>Climb instead.</summary>
            public bool? maximize;

            /// <summary>μ, in [0, 1).</summary>
            public double? momentum;

            /// <summary>α, in [0, 1).</summary>
            public double? alpha;

            /// <summary>ε.</summary>
            public double? eps;

            /// <summary>λ.</summary>
            public double? weight_decay;

            /// <summary>By the deviation instead of the root of the square.</summary>
            public bool? centered;
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
                double eps = 1e-8,
                double alpha = 0.99,
                double weight_decay = 0,
                double momentum = 0.0,
                bool centered = false
            )
                : base(
                    parameters,
                    new()
                    {
                        LearningRate = lr,
                        eps = eps,
                        alpha = alpha,
                        weight_decay = weight_decay,
                        momentum = momentum,
                        centered = centered,
                    }
                ) { }
        }
    }
}
