using System.Diagnostics;
using EvoNas.Hosting.Workers;
using EvoNas.Rehearsal;

switch (args)
{
    case ["worker"]:
        return WorkerLoop.Run((orders, _) => RehearsalTrainer.WorkerFactory(orders));
    case ["search", ..]:
        // A crash point: the event is durable, and nothing that follows from it was said or done.
        var last = long.TryParse(Environment.GetEnvironmentVariable("EVONAS_REHEARSAL_DIES_AT"), out var told)
            ? told
            : -1;
        await RehearsalSearch
            .From(args)
            .Run(number =>
            {
                Console.Out.WriteLine(number);
                Console.Out.Flush();
                if (number == last)
                    Process.GetCurrentProcess().Kill();
            });
        return 0;
    case ["hold", var process]:
        return Grip.Hold(int.Parse(process, System.Globalization.CultureInfo.InvariantCulture));
    default:
        Console.Error.WriteLine("EvoNas.Rehearsal worker | search FOLDER BUDGET SLOTS EVALUATION | hold PROCESS");
        return 2;
}
