using EvoNas.Cli.CommandLine;

return await Evonas.Run(args, Terminal.OfProcess());
