using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Networks: modules, functions, initialisation.</summary>
    public static partial class nn
    {
        /// <summary>A part of a network: parameters, buffers and other modules under names.</summary>
        /// <remarks>It owns what is registered: <see cref="Dispose()"/> frees it all. What a scope owned is taken out
        /// of it at registration.</remarks>
        [DynamicallyAccessedMembers(Kept)]
        public abstract class Module : IDisposable
        {
            const DynamicallyAccessedMemberTypes Kept =
                DynamicallyAccessedMemberTypes.NonPublicFields | DynamicallyAccessedMemberTypes.PublicFields;

            readonly List<(string Name, Parameter Parameter)> _parameters = [];
            readonly List<(string Name, Tensor Buffer, bool Persistent)> _buffers = [];
            readonly List<(string Name, Module Module)> _modules = [];
            readonly string _name;
            bool _componentsRegistered;

            /// <param name="name">Shown in errors and lists; no meaning.</param>
            protected Module(string name) => _name = name;

            /// <summary>Whether it is in training mode; modules begin so.</summary>
            public virtual bool training { get; private set; } = true;

            /// <summary>Its name.</summary>
            public virtual string GetName() => _name;

            /// <summary>Training mode or not, for it and all below.</summary>
            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var (_, module) in _modules)
                    module.train(train);
            }

            /// <summary>Out of training mode.</summary>
            public virtual void eval() => train(false);

            /// <summary>Adds a parameter.</summary>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_parameter(string name, Parameter param)
            {
                ArgumentNullException.ThrowIfNull(param);
                CheckName(name);
                _parameters.Add((name, param));
                param.DetachFromDisposeScope();
            }

            /// <summary>Adds a tensor that is kept and moved, but not trained.</summary>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                CheckName(name);
                _buffers.Add((name, tensor, persistent));
                tensor.DetachFromDisposeScope();
            }

            /// <summary>Adds a module below this one.</summary>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_module(string name, Module submodule)
            {
                ArgumentNullException.ThrowIfNull(submodule);
                CheckName(name);
                submodule.RegisterComponents();
                _modules.Add((name, submodule));
            }

            /// <summary>Adds a module below this one.</summary>
            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Registers every field that holds a module, a parameter or a tensor under the field's name; the
            /// constructor's last line.</summary>
            protected virtual void RegisterComponents()
            {
                if (_componentsRegistered)
                    return;
                _componentsRegistered = true;
                for (var type = GetType(); type != typeof(Module); type = Base(type))
                    foreach (
                        var field in type.GetFields(
                            BindingFlags.Public
                                | BindingFlags.NonPublic
                                | BindingFlags.Instance
                                | BindingFlags.DeclaredOnly
                        )
                    )
                    {
                        if (IsTaken(field.Name))
                            continue;
                        switch (field.GetValue(this))
                        {
                            case Module module:
                                register_module(field.Name, module);
                                break;
                            case Parameter parameter:
                                register_parameter(field.Name, parameter);
                                break;
                            case Tensor tensor:
                                register_buffer(field.Name, tensor);
                                break;
                        }
                    }
            }

            /// <summary>The modules directly below.</summary>
            public virtual IEnumerable<(string name, Module module)> named_children() => _modules;

            /// <summary>The modules directly below.</summary>
            public virtual IEnumerable<Module> children() => _modules.Select(m => m.Module);

            /// <summary>All modules below, with dotted names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (name, module) in _modules)
                {
                    yield return (name, module);
                    foreach (var (below, deeper) in module.named_modules())
                        yield return ($"{name}.{below}", deeper);
                }
            }

            /// <summary>All modules below.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            /// <summary>The parameters, with dotted names; first its own, then those below.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                foreach (var (name, parameter) in _parameters)
                    yield return (name, parameter);
                if (!recurse)
                    yield break;
                foreach (var (name, module) in _modules)
                foreach (var (below, parameter) in module.named_parameters())
                    yield return ($"{name}.{below}", parameter);
            }

            /// <summary>The parameters; first its own, then those below.</summary>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(p => p.parameter);

            /// <summary>The buffers, with dotted names.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(
                bool recurse = true,
                bool include_nonpersistent = true
            )
            {
                foreach (var (name, buffer, persistent) in _buffers)
                    if (persistent || include_nonpersistent)
                        yield return (name, buffer);
                if (!recurse)
                    yield break;
                foreach (var (name, module) in _modules)
                foreach (var (below, buffer) in module.named_buffers(true, include_nonpersistent))
                    yield return ($"{name}.{below}", buffer);
            }

            /// <summary>The buffers.</summary>
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            /// <summary>Parameters and persistent buffers under their dotted names: the tensors themselves, not
            /// copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(
                Dictionary<string, Tensor>? destination = null,
                string? prefix = null
            )
            {
                destination ??= [];
                var before = prefix is null ? "" : prefix + ".";
                foreach (var (name, parameter) in named_parameters())
                    destination.Add(before + name, parameter);
                foreach (var (name, buffer) in named_buffers(true, false))
                    destination.Add(before + name, buffer);
                return destination;
            }

            /// <summary>Copies the source's elements into the parameters and buffers of the same names.</summary>
            /// <exception cref="InvalidOperationException">Names are missing or too many, and strict.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source,
                bool strict = true
            )
            {
                var mine = state_dict();
                List<string> missing = [.. mine.Keys.Except(source.Keys)],
                    unexpected = [.. source.Keys.Except(mine.Keys)];
                if (strict && missing.Count + unexpected.Count > 0)
                    throw new InvalidOperationException(
                        $"The state does not fit: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}]."
                    );
                using var _ = no_grad();
                foreach (var (name, tensor) in mine)
                    if (source.TryGetValue(name, out var from))
                        tensor.copy_(from);
                return (missing, unexpected);
            }

            /// <summary>Does something to all below, then to it.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, module) in _modules)
                    module.apply(fn);
                fn(this);
                return this;
            }

            /// <summary>Takes the gradients away, or writes 0 into them.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                    if (set_to_none)
                        parameter.grad = null;
                    else
                        using (var gradient = parameter.grad)
                            gradient?.zero_();
            }

            /// <summary>Moves parameters and floating point buffers to a device, a type, or both; the objects stay the
            /// same.</summary>
            protected internal virtual Module _to(Device? device, ScalarType? dtype, bool non_blocking)
            {
                using var _ = no_grad();
                foreach (var parameter in parameters())
                    Move(parameter, device, dtype, non_blocking);
                foreach (var buffer in buffers())
                    Move(buffer, device, dtype, non_blocking);
                return this;
            }

            /// <summary>Frees the parameters, the buffers and the modules below.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Frees the parameters, the buffers and the modules below.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                    return;
                foreach (var (_, parameter) in _parameters)
                    parameter.Dispose();
                foreach (var (_, buffer, _) in _buffers)
                    buffer.Dispose();
                foreach (var (_, module) in _modules)
                    module.Dispose();
            }

            static void Move(Tensor tensor, Device? device, ScalarType? dtype, bool nonBlocking)
            {
                var type = dtype is { } wanted && tensor.is_floating_point() ? wanted : tensor.dtype;
                var place = device ?? tensor.device;
                var there = tensor.device;
                if (type == tensor.dtype && place.type == there.type && (place.index < 0 || place.index == there.index))
                    return;
                using var scope = NewDisposeScope();
                var wantsGrad = tensor.requires_grad;
                var moved = Ops.ToDevice.Call(Ops.Detach.Call(tensor), place, type, nonBlocking, true);
                tensor.Become(moved.requires_grad_(wantsGrad));
            }

            bool IsTaken(string name) =>
                _parameters.Exists(p => p.Name == name)
                || _buffers.Exists(b => b.Name == name)
                || _modules.Exists(m => m.Name == name);

            void CheckName(string name)
            {
                if (string.IsNullOrEmpty(name) || name.Contains('.'))
                    throw new ArgumentException(
                        $"'{name}' is not a name for a part of a module: it must not be empty and have no dot.",
                        nameof(name)
                    );
                if (IsTaken(name))
                    throw new InvalidOperationException($"The module {_name} already has a part named '{name}'.");
            }

            [UnconditionalSuppressMessage(
                "Trimming",
                "IL2073",
                Justification = "Every class between a module and Module inherits Module's annotation, which keeps its fields."
            )]
            [return: DynamicallyAccessedMembers(Kept)]
            static Type Base([DynamicallyAccessedMembers(Kept)] Type type) => type.BaseType ?? typeof(Module);
        }

        /// <summary>A module of one input.</summary>
        public abstract class Module<T, TResult>(string name) : Module(name)
        {
            /// <summary>What it computes; callers use <see cref="call"/>.</summary>
            public abstract TResult forward(T input);

            /// <summary>Computes it.</summary>
            public TResult call(T input) => forward(input);
        }

        /// <summary>A module of two inputs.</summary>
        public abstract class Module<T1, T2, TResult>(string name) : Module(name)
        {
            /// <summary>What it computes; callers use <see cref="call"/>.</summary>
            public abstract TResult forward(T1 input1, T2 input2);

            /// <summary>Computes it.</summary>
            public TResult call(T1 input1, T2 input2) => forward(input1, input2);
        }
    }
}

/// <summary>Moving modules, with their own type kept.</summary>
public static class ModuleExtensionMethods
{
    /// <summary>To the device.</summary>
    public static T to<T>(this T module, torch.Device device, bool non_blocking = false)
        where T : torch.nn.Module => (T)module._to(device, null, non_blocking);

    /// <summary>To the device.</summary>
    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false)
        where T : torch.nn.Module => (T)module._to(new(deviceType, deviceIndex), null, non_blocking);

    /// <summary>To the device.</summary>
    public static T to<T>(this T module, string device, bool non_blocking = false)
        where T : torch.nn.Module => (T)module._to(new(device), null, non_blocking);

    /// <summary>To the type: parameters, and the buffers that are floating point numbers.</summary>
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module => (T)module._to(null, type, non_blocking);

    /// <summary>To device and type.</summary>
    public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module => (T)module._to(device, type, non_blocking);

    /// <summary>To the processor.</summary>
    public static T cpu<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module => (T)module._to(torch.CPU, null, non_blocking);

    /// <summary>To a GPU; −1: the current one.</summary>
    public static T cuda<T>(this T module, int deviceIndex = -1, bool non_blocking = false)
        where T : torch.nn.Module => (T)module._to(new(DeviceType.CUDA, deviceIndex), null, non_blocking);
}
