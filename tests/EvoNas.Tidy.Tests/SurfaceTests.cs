using System.Reflection;

namespace EvoNas.Tidy.Tests;

/// <summary>The public surface of the pure projects, kept as text so that a change of API shows in the diff.</summary>
public class SurfaceTests
{
    [Theory]
    [InlineData("EvoNas")]
    [InlineData("EvoNas.Actors")]
    public void ThePublicSurfaceIsTheApprovedOne(string project)
    {
        var path = Path.Combine(Repository.Root, "tests/EvoNas.Tidy.Tests/Surface", project + ".txt");
        var now = Surface.Of(Assembly.Load(project));
        if (Environment.GetEnvironmentVariable("EVONAS_APPROVE") == "1")
            File.WriteAllText(path, now);
        var approved = File.Exists(path) ? File.ReadAllText(path) : "";
        string[] before = [.. Qualified(approved)],
            after = [.. Qualified(now)];
        Repository.Expect(
            after.Except(before).Select(line => "+ " + line).Concat(before.Except(after).Select(line => "- " + line)),
            $"The public surface of {project} changed. If that is meant, record it: EVONAS_APPROVE=1 dotnet test "
                + $"tests/EvoNas.Tidy.Tests, and commit Surface/{project}.txt:"
        );
    }

    // Members with their type, since many types have the same ones.
    static IEnumerable<string> Qualified(string surface)
    {
        var type = "";
        foreach (var line in surface.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.StartsWith(' '))
                yield return $"{type}: {line.Trim()}";
            else
                yield return type = line;
    }
}
