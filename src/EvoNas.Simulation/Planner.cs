using EvoNas.Simulation.Planning;

namespace EvoNas.Simulation;

/// <summary>Forecasts a search on a cluster that does not exist yet, with the cells that will run on
/// it.</summary>
public static class Planner
{
    /// <summary>One search, in virtual time; equal settings give an equal forecast on one machine.</summary>
    /// <exception cref="RequestException">A setting is out of its bounds.</exception>
    public static Forecast Of(PlanSettings settings) => new PlanWorld(settings.Checked()).Run();
}
