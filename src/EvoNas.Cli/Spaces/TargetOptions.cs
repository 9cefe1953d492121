using EvoNas.Cli.CommandLine;
using EvoNas.Networks;
using EvoNas.Spaces;

namespace EvoNas.Cli.Spaces;

/// <summary>Options that say what networks are built for.</summary>
sealed class TargetOptions
{
    public System.CommandLine.Option<string?> Resolution { get; } =
        Options.Text("--resolution", "N", "Side of the input in pixels");

    public System.CommandLine.Option<string?> Channels { get; } =
        Options.Text("--channels", "N", "Channels of the input");

    public System.CommandLine.Option<string?> Classes { get; } = Options.Text("--classes", "N", "Number of classes");

    public System.CommandLine.Option<string?> Profile { get; } =
        Options.Text("--profile", "NAME", "Details in which implementations of a space differ");

    public System.CommandLine.Option[] All => [Resolution, Channels, Classes, Profile];

    /// <summary>What a space's networks are built for: its usual target or a named network's own, with what was given
    /// laid over it.</summary>
    /// <exception cref="RequestException">Something was given, and the space has no networks.</exception>
    public Target Over(Space space, Target? own, System.CommandLine.ParseResult parsed)
    {
        if (
            space.Build is null
            && All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given
        )
            throw new RequestException($"'{space.Name}' has no networks for {given.Name} to change.", "Leave it out.");
        var usual = own ?? space.UsualTarget;
        var sides = usual.Input.Sides;
        var side = (int)parsed.Whole(Resolution, 0, 1, 65_536);
        var shape = new Shape(
            (int)parsed.Whole(Channels, usual.Input.Channels, 1, 65_536),
            side == 0 ? sides : [.. sides.Select(_ => side)]
        );
        return new(
            shape,
            (int)parsed.Whole(Classes, usual.Classes, 1, 1_000_000),
            parsed.GetValue(Profile) ?? usual.Profile
        );
    }
}
