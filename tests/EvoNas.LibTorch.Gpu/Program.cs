using System.Globalization;
using EvoNas.LibTorch.Gpu;
using TorchSharp;

// `checks` runs every check on the processor and, if there is one, on the GPU. `train DEVICE TYPE SECONDS` measures training.
// `fault` makes the device fault, for the check that starts it.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case [] or ["checks"]:
        return Checks.Run();
    case ["train", var device, var type, var seconds]:
        Console.WriteLine(Training.Measure(torch.device(device), type, double.Parse(seconds, CultureInfo.InvariantCulture)));
        return 0;
    case ["fault"]:
        return Fault.Make();
    default:
        Console.Error.WriteLine("Usage: EvoNas.LibTorch.Gpu [checks | train cpu|cuda float32|bfloat16 SECONDS | fault]");
        return 2;
}
