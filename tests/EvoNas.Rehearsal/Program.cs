using EvoNas.Hosting.Workers;
using EvoNas.Rehearsal;

switch (args)
{
    case ["worker"]: return WorkerLoop.Run(RehearsalTrainer.Hire);
    case ["search", ..]:
        await RehearsalSearch.From(args).Run(number => Console.Out.WriteLine(number));
        return 0;
    default:
        Console.Error.WriteLine("EvoNas.Rehearsal worker | search FOLDER BUDGET SLOTS EVALUATION");
        return 2;
}
