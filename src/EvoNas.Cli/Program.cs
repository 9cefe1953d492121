using EvoNas.Cli.CommandLine;

if (FileLimit.Fault() is { } fault)
{
    // Nothing else is loaded yet.
    await Console.Error.WriteLineAsync($"error: {fault}");
    return Exit.Failed;
}
return await Evonas.Run(args, Terminal.OfProcess());
