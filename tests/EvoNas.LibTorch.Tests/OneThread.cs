using System.Runtime.CompilerServices;
using TorchSharp;

// Living tensors, seeds and modes belong to the whole process, so the classes run one after another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace EvoNas.LibTorch.Tests;

static class OneThread
{
    [ModuleInitializer]
    internal static void Set() => torch.set_num_threads(1);
}
