using EvoNas.Spaces;

namespace EvoNas.Cli.Tests.Spaces.Pages;

/// <summary>Every space with its page.</summary>
static class SpaceList
{
    /// <param name="pages">The page of each space.</param>
    public static string Of(IReadOnlyDictionary<string, string> pages) =>
        string.Join(
            '\n',
            [
                "| space | task | what | decisions | points | source |",
                "| --- | --- | --- | ---: | ---: | --- |",
                .. SpaceCatalog.All.Select(space =>
                    $"| [`{space.Name}`]({pages[space.Name]}) | {space.Task} | {space.Summary} | "
                    + $"{space.Decisions.Decisions.Count} | {Cli.Spaces.SpacesCommand.Size(space)} "
                    + $"| {space.Source} |"
                ),
            ]
        );
}
