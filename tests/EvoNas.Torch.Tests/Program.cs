using EvoNas.Torch.Tests.Convolutions;
using EvoNas.Torch.Tests.Devices;

// The tests start themselves for what may end a process. `convolutions networks|raw` computes the cases on its
// standard input.
return args switch
{
    ["convolutions", var form] => ConvolutionChild.Run(raw: form == "raw"),
    ["libtorch"] => LibTorchChild.Run(),
    _ => throw new ArgumentException("Run the tests by dotnet test."),
};
