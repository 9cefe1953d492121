using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp;

/// <summary>An operator of libtorch by its schema's name, looked up at its first call and called boxed.</summary>
/// <param name="name">E.g. <c>aten::add</c>.</param>
/// <param name="overload">E.g. <c>Tensor</c>; empty if the schema has none.</param>
/// <param name="names">If given: the schema's names of the arguments in the order in which calls pass them.</param>
sealed unsafe class Operator(string name, string overload = "", params string[] names)
{
    const int RoomOnStack = 48;
    nint _handle;

    internal string Name => overload.Length == 0 ? name : $"{name}.{overload}";

    /// <summary>Whether this libtorch has it.</summary>
    internal bool Exists
    {
        get
        {
            if (_handle == 0)
                _handle = Find();
            return _handle != 0;
        }
    }

    internal string Schema
    {
        get
        {
            var text = Native.evonas_operator_schema(Handle);
            try
            {
                return Native.Text(text);
            }
            finally
            {
                Native.evonas_free(text);
            }
        }
    }

    nint Handle => _handle != 0 ? _handle : Resolve();

    /// <summary>Calls it for its one result.</summary>
    /// <exception cref="LibTorchException">The operator failed.</exception>
    internal torch.Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        Value result = default;
        Invoke(arguments, &result, 1);
        return new torch.Tensor(result.Pointer);
    }

    /// <summary>Calls it for its effect; results (an in-place operator returns its first argument) are
    /// dropped.</summary>
    internal void Run(params ReadOnlySpan<Argument> arguments) => Invoke(arguments, null, 0);

    internal (torch.Tensor, torch.Tensor) Two(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc Value[2];
        Invoke(arguments, results, 2);
        return (new(results[0].Pointer), new(results[1].Pointer));
    }

    internal (torch.Tensor, torch.Tensor, torch.Tensor) Three(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc Value[3];
        Invoke(arguments, results, 3);
        return (new(results[0].Pointer), new(results[1].Pointer), new(results[2].Pointer));
    }

    internal torch.Tensor[] List(params ReadOnlySpan<Argument> arguments)
    {
        Value result = default;
        Invoke(arguments, &result, 1);
        var handles = (nint*)result.Pointer;
        var tensors = new torch.Tensor[result.Count];
        for (var i = 0; i < tensors.Length; i++)
            tensors[i] = new(handles[i]);
        Native.evonas_free(handles);
        return tensors;
    }

    /// <summary>Calls it for a number or a truth: an integer's bits, a double's bits, or 0 and 1.</summary>
    internal Value Number(params ReadOnlySpan<Argument> arguments)
    {
        Value result = default;
        Invoke(arguments, &result, 1);
        return result;
    }

    [SkipLocalsInit]
    void Invoke(ReadOnlySpan<Argument> arguments, Value* results, int capacity)
    {
        var room = 0;
        foreach (ref readonly var argument in arguments)
            room += argument.Room;
        var values = stackalloc Value[arguments.Length];
        var onStack = stackalloc long[RoomOnStack];
        var places = room <= RoomOnStack ? onStack : (long*)NativeMemory.Alloc((nuint)room * sizeof(long));
        var next = places;
        int produced;
        try
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                arguments[i].Write(ref values[i], next);
                next += arguments[i].Room;
            }

            // The arguments lie on the caller's stack, so no tensor among them is finalized while the shim takes its
            // own references.
            produced = Native.evonas_operator_call(Handle, values, arguments.Length, results, capacity);
        }
        finally
        {
            if (places != onStack)
                NativeMemory.Free(places);
        }

        if (produced < 0)
            throw LibTorchException.Last(Name, arguments);
    }

    nint Resolve()
    {
        if (_handle == 0)
            _handle = Find();
        return _handle != 0 ? _handle : throw LibTorchException.Last(Name);
    }

    nint Find()
    {
        var texts = stackalloc byte*[names.Length];
        for (var i = 0; i < names.Length; i++)
            texts[i] = (byte*)Marshal.StringToCoTaskMemUTF8(names[i]);
        try
        {
            fixed (
                byte* nameText = Encoding.UTF8.GetBytes(name + '\0'),
                    overloadText = Encoding.UTF8.GetBytes(overload + '\0')
            )
                return Native.evonas_operator_find(nameText, overloadText, texts, names.Length);
        }
        finally
        {
            for (var i = 0; i < names.Length; i++)
                Marshal.FreeCoTaskMem((nint)texts[i]);
        }
    }
}
