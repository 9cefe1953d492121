namespace EvoNas.Cli.Tests;

/// <summary>The source tree that these tests were built from.</summary>
static class SourceTree
{
    public static readonly string Root = Find();

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "EvoNas.sln")))
                return folder.FullName;
        throw new InvalidOperationException(
            $"No folder above {AppContext.BaseDirectory} holds EvoNas.sln; these tests read the pages beside it."
        );
    }
}
