using EvoNas.Torch.Tests.Convolutions;

// The tests start themselves for what may end a process. `convolutions networks|raw` computes the cases on its
// standard input.
return args switch
{
    ["convolutions", var form] => ConvolutionChild.Run(raw: form == "raw"),
    _ => throw new ArgumentException("Run the tests by dotnet test."),
};
