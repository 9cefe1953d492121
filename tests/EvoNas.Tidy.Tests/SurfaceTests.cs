using System.Reflection;

namespace EvoNas.Tidy.Tests;

/// <summary>The public surface of the pure rooms, kept as text so that a change of API shows in the diff.</summary>
public class SurfaceTests
{
    [Theory]
    [InlineData("EvoNas")]
    [InlineData("EvoNas.Actors")]
    public void ThePublicSurfaceIsTheApprovedOne(string room)
    {
        var path = Path.Combine(House.Root, "tests/EvoNas.Tidy.Tests/Surface", room + ".txt");
        var now = Surface.Of(Assembly.Load(room));
        if (Environment.GetEnvironmentVariable("EVONAS_APPROVE") == "1") File.WriteAllText(path, now);
        var approved = File.Exists(path) ? File.ReadAllText(path) : "";
        string[] added = [.. now.Split('\n').Except(approved.Split('\n'))], removed = [.. approved.Split('\n').Except(now.Split('\n'))];
        House.Expect(added.Select(line => "+ " + line.Trim()).Concat(removed.Select(line => "- " + line.Trim())),
            $"The public surface of {room} changed. If that is meant, record it: EVONAS_APPROVE=1 dotnet test tests/EvoNas.Tidy.Tests, and commit Surface/{room}.txt:");
    }
}
