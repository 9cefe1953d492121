using System.Globalization;
using EvoNas.Torch.Cuda.Tests;

// `checks` runs every check on the processor and, if there is one, on the GPU. `fault` makes the device fault, for the
// check that starts it. `pictures FOLDER` writes a data folder whose pictures are made up, for a search on a machine
// that has no data set.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case [] or ["checks"]:
        return Checks.Run();
    case ["pictures", var folder]:
        Images.Write(folder);
        return 0;
    case ["fault"]:
        return Fault.Make();
    default:
        Console.Error.WriteLine("Usage: EvoNas.Torch.Cuda.Tests [checks | pictures FOLDER | fault]");
        return 2;
}
