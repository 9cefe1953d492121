using EvoNas.Simulation.Planning;

namespace EvoNas.Simulation;

/// <summary>Foretells how a search will go on a cluster that is not there yet, from the cells that will run on
/// it.</summary>
public static class Planner
{
    /// <summary>One search, in virtual time; equal settings give an equal forecast on one machine.</summary>
    /// <exception cref="RequestException">A setting is out of its bounds.</exception>
    public static Forecast Foretell(PlanSettings settings) => new PlanWorld(settings.Checked()).Run();
}
