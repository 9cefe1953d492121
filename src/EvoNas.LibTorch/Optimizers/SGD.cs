using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Stochastic gradient descent with momentum.</summary>
            public static SGD SGD(
                IEnumerable<Parameter> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false
            ) => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            /// <summary>Stochastic gradient descent with momentum.</summary>
            public static SGD SGD(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false
            ) =>
                new(
                    parameters.Select(p => p.parameter),
                    learningRate,
                    momentum,
                    dampening,
                    weight_decay,
                    nesterov,
                    maximize
                );

            /// <summary>Stochastic gradient descent with momentum; what groups leave open is as told here.</summary>
            public static SGD SGD(
                IEnumerable<SGD.ParamGroup> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false
            ) => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>d = g + λp; v ← μv + (1 − damping)d, at first v ← d; p ← p − lr·v, or p − lr·(d + μv) with
    /// Nesterov.</summary>
    public sealed class SGD : optim.Optimizer
    {
        readonly Options _defaults;

        /// <summary>One group.</summary>
        public SGD(
            IEnumerable<Parameter> parameters,
            double lr,
            double momentum = 0.0,
            double dampening = 0,
            double weight_decay = 0,
            bool nesterov = false,
            bool maximize = false
        )
            : this(
                [new ParamGroup(parameters, new Options())],
                lr,
                momentum,
                dampening,
                weight_decay,
                nesterov,
                maximize
            ) { }

        /// <summary>Groups; what they leave open is as told here.</summary>
        /// <exception cref="ArgumentException">A setting is negative, or Nesterov without momentum or with
        /// damping.</exception>
        public SGD(
            IEnumerable<ParamGroup> parameters,
            double lr,
            double momentum = 0.0,
            double dampening = 0,
            double weight_decay = 0,
            bool nesterov = false,
            bool maximize = false
        )
            : base(1)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(lr);
            ArgumentOutOfRangeException.ThrowIfNegative(momentum);
            ArgumentOutOfRangeException.ThrowIfNegative(weight_decay);
            if (nesterov && (momentum == 0 || dampening != 0))
                throw new ArgumentException("Nesterov's momentum needs a momentum and no damping.", nameof(nesterov));
            _defaults = new()
            {
                LearningRate = lr,
                momentum = momentum,
                dampening = dampening,
                weight_decay = weight_decay,
                nesterov = nesterov,
                maximize = maximize,
            };
            foreach (var group in parameters)
                add_param_group(group);
        }

        private protected override void Complete(Modules.ParamGroup group)
        {
            var options = (Options)group.Options;
            options.LearningRate ??= _defaults.LearningRate;
            options.momentum ??= _defaults.momentum;
            options.dampening ??= _defaults.dampening;
            options.weight_decay ??= _defaults.weight_decay;
            options.nesterov ??= _defaults.nesterov;
            options.maximize ??= _defaults.maximize;
        }

        private protected override void Step(Modules.ParamGroup group, Roster roster)
        {
            var options = (Options)group.Options;
            var (rate, momentum, damping, decay) = (
                group.LearningRate,
                options.momentum ?? 0,
                options.dampening ?? 0,
                options.weight_decay ?? 0
            );
            var sign = options.maximize ?? false ? -1.0 : 1.0;
            var (tensors, gradients, velocities) = (roster.Tensors, roster.Gradients, roster.States[0]);
            if (momentum == 0)
            {
                if (decay != 0)
                    Ops.ForeachMulScalar_.Run(tensors, 1 - rate * decay);
                Ops.ForeachAddList_.Run(tensors, gradients, -rate * sign);
                return;
            }

            Ops.ForeachMulScalar_.Run(velocities, momentum);
            Ops.ForeachAddList_.Run(velocities, gradients, sign * (1 - damping));
            if (decay != 0)
                Ops.ForeachAddList_.Run(velocities, tensors, decay * (1 - damping));
            // The first velocity is the whole direction, undamped; it was 0, so the rest of it is a multiple of what is
            // there.
            if (damping != 0 && roster.NewCount > 0)
                Undamp(roster, velocities, damping);
            if (options.nesterov ?? false)
            {
                if (decay != 0)
                    Ops.ForeachMulScalar_.Run(tensors, 1 - rate * decay);
                Ops.ForeachAddList_.Run(tensors, gradients, -rate * sign);
                Ops.ForeachAddList_.Run(tensors, velocities, -rate * momentum);
            }
            else
            {
                Ops.ForeachAddList_.Run(tensors, velocities, -rate);
            }
        }

        static void Undamp(Roster roster, HandleList velocities, double damping)
        {
            var first = new HandleList(roster.NewCount);
            for (var i = 0; i < velocities.Count; i++)
                if (roster.IsNew[i])
                    first.Handles[first.Count++] = velocities.Handles[i];
            Ops.ForeachMulScalar_.Run(first, 1 / (1 - damping));
        }

        /// <summary>What can be told; null: the optimizer's.</summary>
        public sealed class Options : OptimizerOptions
        {
            /// <summary>μ, in [0, 1).</summary>
            public double? momentum;

            /// <summary>In [0, 1).</summary>
            public double? dampening;

            /// <summary>λ.</summary>
            public double? weight_decay;

            /// <summary>Look ahead.</summary>
            public bool? nesterov;

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
                double momentum = 0.0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false
            )
                : base(
                    parameters,
                    new()
                    {
                        LearningRate = lr,
                        momentum = momentum,
                        dampening = dampening,
                        weight_decay = weight_decay,
                        nesterov = nesterov,
                        maximize = maximize,
                    }
                ) { }
        }
    }
}
