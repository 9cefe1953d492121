using TorchSharp.Modules;

namespace TorchSharp;

/// <summary>One group's parameters with their gradients and states, as lists of native handles for operators over
/// lists.</summary>
sealed class Roster : IDisposable
{
    readonly torch.Tensor?[][] _states;
    readonly nint[] _handles;
    readonly nint[] _gradients;

    internal Roster(Parameter[] parameters, int states)
    {
        Parameters = parameters;
        _handles = new nint[parameters.Length];
        _gradients = new nint[parameters.Length];
        Tensors = new(parameters.Length);
        Gradients = new(parameters.Length);
        _states = new torch.Tensor?[states][];
        States = new HandleList[states];
        for (var s = 0; s < states; s++)
        {
            _states[s] = new torch.Tensor?[parameters.Length];
            States[s] = new(parameters.Length);
        }
    }

    internal Parameter[] Parameters { get; }

    /// <summary>The parameters that have gradients in this step; the other lists have the same order.</summary>
    internal HandleList Tensors { get; }

    internal HandleList Gradients { get; }

    internal HandleList[] States { get; }

    /// <summary>Steps that were taken.</summary>
    internal long Steps { get; private set; }

    /// <summary>Whether a parameter has its first gradient in this step; its states are 0.</summary>
    internal bool[] IsNew { get; private set; } = [];

    /// <summary>How many have their first gradient in this step.</summary>
    internal int NewCount { get; private set; }

    /// <summary>Fills the lists.</summary>
    /// <returns>False if no parameter has a gradient.</returns>
    internal unsafe bool Gather()
    {
        for (var i = 0; i < Parameters.Length; i++)
            _handles[i] = Parameters[i].Handle;
        fixed (
            nint* handles = _handles,
                gradients = _gradients
        )
            Native.Checked(Native.evonas_gradients_take(handles, gradients, _handles.Length), "optimizer.step");
        var count = 0;
        NewCount = 0;
        if (IsNew.Length == 0)
            IsNew = new bool[Parameters.Length];
        for (var i = 0; i < _handles.Length; i++)
        {
            if (_gradients[i] == 0)
                continue;
            Tensors.Handles[count] = _handles[i];
            Gradients.Handles[count] = _gradients[i];
            IsNew[count] = false;
            for (var s = 0; s < _states.Length; s++)
            {
                if (_states[s][i] is null)
                {
                    _states[s][i] = Ops.ZerosLike.Call(Parameters[i]).DetachFromDisposeScope();
                    IsNew[count] = true;
                }

                States[s].Handles[count] = _states[s][i]!.Handle; // made above
            }

            if (IsNew[count])
                NewCount++;
            count++;
        }

        Tensors.Count = Gradients.Count = count;
        foreach (var state in States)
            state.Count = count;
        if (count > 0)
            Steps++;
        return count > 0;
    }

    internal void ReleaseGradients()
    {
        foreach (ref var gradient in _gradients.AsSpan())
        {
            if (gradient != 0)
                Native.evonas_tensor_free(gradient);
            gradient = 0;
        }
    }

    internal unsafe void ForgetGradients()
    {
        for (var i = 0; i < Parameters.Length; i++)
            _handles[i] = Parameters[i].Handle;
        fixed (nint* handles = _handles)
            Native.Checked(Native.evonas_gradients_forget(handles, _handles.Length), "zero_grad");
    }

    public void Dispose()
    {
        foreach (var states in _states)
            for (var i = 0; i < states.Length; i++)
            {
                states[i]?.Dispose();
                states[i] = null;
            }
    }
}
