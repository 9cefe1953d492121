using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What training does to gradients.</summary>
        public static class utils
        {
            /// <summary>Scales all gradients together so that their norm is at most
            /// <paramref name="max_norm"/>.</summary>
            /// <returns>The norm before; not finite if a gradient is not. Waits for a GPU.</returns>
            public static double clip_grad_norm_(
                IEnumerable<Parameter> tensors,
                double max_norm,
                double norm_type = 2.0
            )
            {
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                var roster = new Roster([.. tensors], 0);
                if (!roster.Gather())
                    return 0;
                try
                {
                    var norms = Ops.ForeachNorm.List(roster.Gradients, norm_type);
                    var norm = Ops.VectorNorm.Call(stack(norms), norm_type).ToScalar().ToDouble();
                    var scale = max_norm / (norm + 1e-6);
                    if (scale < 1)
                        Ops.ForeachMulScalar_.Run(roster.Gradients, scale);
                    return norm;
                }
                finally
                {
                    roster.ReleaseGradients();
                }
            }
        }
    }
}
