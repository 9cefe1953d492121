using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp;

/// <summary>libtorch refused or failed. The message names the operator, the tensors' shapes and types, and libtorch's
/// reason.</summary>
/// <remarks>TorchSharp throws <see cref="ExternalException"/>, so that is what code for both providers
/// catches.</remarks>
public sealed class LibTorchException : ExternalException
{
    LibTorchException(string message, string operation, string reason, int failure)
        : base(message)
    {
        Operation = operation;
        Reason = reason;
        IsOutOfMemory = failure == 2;
        IsCudaFault = failure == 3;
    }

    /// <summary>The operator's name with its overload, e.g. <c>aten::conv2d</c>.</summary>
    public string Operation { get; }

    /// <summary>The first line of what libtorch said.</summary>
    public string Reason { get; }

    /// <summary>The device or the machine had too little memory; a smaller batch may fit.</summary>
    public bool IsOutOfMemory { get; }

    /// <summary>Any other error of CUDA: this process's context is lost, and every later call may fail or
    /// lie.</summary>
    public bool IsCudaFault { get; }

    /// <summary>This thread's last failure.</summary>
    internal static unsafe LibTorchException Last(string operation, ReadOnlySpan<Argument> arguments = default)
    {
        var reason = FirstLine(Native.Text(Native.evonas_last_error()));
        var message = new StringBuilder(operation);
        var separator = '(';
        foreach (var argument in arguments)
        {
            if (Describe(argument) is not { } text)
                continue;
            message.Append(separator).Append(separator == '(' ? "" : " ").Append(text);
            separator = ',';
        }

        message.Append(separator == '(' ? "" : ")").Append(": ").Append(reason);
        return new(message.ToString(), operation, reason, Native.evonas_last_failure());
    }

    static string FirstLine(string text)
    {
        var end = text.IndexOf('\n');
        return (end < 0 ? text : text[..end]).TrimEnd();
    }

    static string? Describe(Argument argument) =>
        argument.Reference switch
        {
            torch.Tensor tensor => Describe(tensor),
            torch.Tensor?[] tensors =>
                $"[{string.Join(", ", tensors.Take(4).Select(Describe))}{(tensors.Length > 4 ? $", … {tensors.Length} in all" : "")}]",
            HandleList list => $"[{list.Count} tensors]",
            long[] integers => $"[{string.Join(", ", integers)}]",
            _ => null,
        };

    static string Describe(torch.Tensor? tensor) =>
        tensor is null || tensor.IsInvalid ? "none" : $"{tensor.dtype}[{string.Join(", ", tensor.shape)}]";
}
