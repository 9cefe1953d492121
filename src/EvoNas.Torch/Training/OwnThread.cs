using System.Runtime.ExceptionServices;

namespace EvoNas.Torch.Training;

/// <summary>Runs something on a thread of its own: torch's modes, scopes and caches belong to a thread and end with
/// it.</summary>
static class OwnThread
{
    // Deep networks are taken apart recursively by some versions of libtorch.
    const int StackSize = 64 << 20;

    public static T Run<T>(string name, Func<T> work)
    {
        var (result, failure) = (default(T), (ExceptionDispatchInfo?)null);
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception error)
                {
                    failure = ExceptionDispatchInfo.Capture(error);
                }
            },
            StackSize
        )
        {
            Name = name,
            IsBackground = true,
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!; // set, as nothing failed
    }
}
