using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Optimizers.</summary>
    public static partial class optim
    {
        /// <summary>Changes parameters by their gradients.</summary>
        /// <remarks>A step is a handful of operators over lists of tensors, whatever the count of parameters. State
        /// lies on the parameters' device and is made at the first step; move the model first.</remarks>
        public abstract class Optimizer : IDisposable
        {
            private protected readonly List<(ParamGroup Group, Roster Roster)> Groups = [];

            private protected Optimizer(int statesPerParameter) => StatesPerParameter = statesPerParameter;

            int StatesPerParameter { get; }

            /// <summary>The groups, for whoever schedules learning rates.</summary>
            public virtual IEnumerable<ILearningRateController> ParamGroups =>
                Groups.Select(g => (ILearningRateController)g.Group);

            /// <summary>All parameters.</summary>
            public virtual IEnumerable<Parameter> parameters() => Groups.SelectMany(g => g.Roster.Parameters);

            /// <summary>Takes all gradients away; the next backward writes them instead of adding, which saves the
            /// writing of zeros.</summary>
            public virtual void zero_grad()
            {
                foreach (var (_, roster) in Groups)
                    roster.ForgetGradients();
            }

            /// <summary>Changes the parameters by their gradients; those without are left.</summary>
            /// <param name="closure">Computes the loss with its gradients first; null: backward was called
            /// already.</param>
            /// <returns>The closure's loss; null without one.</returns>
            public virtual Tensor? step(Func<Tensor>? closure = null)
            {
                Tensor? loss = null;
                if (closure is not null)
                    using (enable_grad())
                        loss = closure();
                var before = Native.evonas_grad_mode_set(0);
                using var scope = NewDisposeScope();
                try
                {
                    foreach (var (group, roster) in Groups)
                    {
                        if (!roster.Gather())
                            continue;
                        try
                        {
                            Step(group, roster);
                        }
                        finally
                        {
                            roster.ReleaseGradients();
                        }
                    }
                }
                finally
                {
                    Native.evonas_grad_mode_set(before);
                }

                return loss;
            }

            /// <summary>Adds parameters with settings of their own.</summary>
            public virtual void add_param_group(ParamGroup param_group)
            {
                ArgumentNullException.ThrowIfNull(param_group);
                Complete(param_group);
                var options = param_group.Options;
                options.InitialLearningRate = param_group.LearningRate;
                Groups.Add((param_group, new([.. param_group.Parameters], StatesPerParameter)));
            }

            /// <summary>Frees the state; the parameters live on.</summary>
            public void Dispose()
            {
                foreach (var (_, roster) in Groups)
                    roster.Dispose();
                GC.SuppressFinalize(this);
            }

            // Settings that the group leaves open are the optimizer's.
            private protected abstract void Complete(ParamGroup group);

            // One group's step, without gradients being recorded, in a scope of its own.
            private protected abstract void Step(ParamGroup group, Roster roster);
        }

        /// <summary>Who sets learning rates sees groups so.</summary>
        public interface ILearningRateController
        {
            /// <summary>The present one.</summary>
            double LearningRate { get; set; }

            /// <summary>The one that the optimizer was made with.</summary>
            double InitialLearningRate { get; set; }
        }
    }
}
