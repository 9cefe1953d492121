using System.Diagnostics;
using System.Xml.Linq;

namespace EvoNas.Tidy.Tests;

/// <summary>A file of the source tree; <paramref name="Name"/> is its path from the root, with slashes.</summary>
sealed record SourceFile(string Name)
{
    public string Path => System.IO.Path.Combine(Repository.Root, Name);
    public string Folder => Name.Contains('/') ? Name[..Name.LastIndexOf('/')] : "";
    public string Leaf => Name[(Name.LastIndexOf('/') + 1)..];
    public string Stem => Leaf.Contains('.') ? Leaf[..Leaf.IndexOf('.')] : Leaf;
    public string Text => _text.Value;
    public string[] Lines => Text.Split('\n');

    readonly Lazy<string> _text = new(() => File.ReadAllText(System.IO.Path.Combine(Repository.Root, Name)));

    public bool IsUnder(string folder) => Name.StartsWith(folder + "/", StringComparison.Ordinal);

    public override string ToString() => Name;
}

/// <summary>A project file and what it refers to.</summary>
sealed record Project(SourceFile File)
{
    readonly XElement _xml = XElement.Parse(File.Text);

    public string Name => File.Leaf[..^".csproj".Length];
    public IEnumerable<string> References =>
        Included("ProjectReference")
            .Select(path => System.IO.Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
    public IEnumerable<string> Packages => Included("PackageReference");
    public bool IsPure => _xml.Descendants("Pure").Any(pure => pure.Value == "true");
    public IEnumerable<SourceFile> Sources => Repository.Files.Where(file => file.IsUnder(File.Folder));

    IEnumerable<string> Included(string kind) =>
        _xml.Descendants(kind).Select(item => item.Attribute("Include")?.Value).OfType<string>();
}

/// <summary>The source tree that these tests were built from.</summary>
static class Repository
{
    static readonly string[] BuiltFolders =
    [
        "artifacts",
        "bin",
        "obj",
        "TestResults",
        ".git",
        ".vs",
        ".idea",
        ".vscode",
        "node_modules",
    ];

    public static readonly string Root = FindRoot();

    public static readonly SourceFile[] Files =
    [
        .. Names().Select(name => new SourceFile(name)).OrderBy(file => file.Name, StringComparer.Ordinal),
    ];

    public static readonly Project[] Projects =
    [
        .. Files
            .Where(file => file.Leaf.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(file => new Project(file)),
    ];

    public static readonly Project[] SourceProjects = [.. Projects.Where(project => project.File.IsUnder("src"))];

    public static IEnumerable<SourceFile> With(params string[] extensions) =>
        Files.Where(file => extensions.Any(extension => file.Leaf.EndsWith(extension, StringComparison.Ordinal)));

    /// <summary>Fails with one line a finding, so that all of them can be fixed at once.</summary>
    public static void Expect(IEnumerable<string> findings, string wayOut)
    {
        string[] all = [.. findings];
        Assert.True(all.Length == 0, $"{wayOut}\n  {string.Join("\n  ", all)}");
    }

    // What git has: untracked notes and logs are not part of the repository. A tree without git is taken
    // as it is.
    static IEnumerable<string> Names() =>
        Tracked() ?? Walk(Root).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));

    static string[]? Tracked()
    {
        if (!Path.Exists(Path.Combine(Root, ".git")))
            return null;
        try
        {
            using var git = Process.Start(
                new ProcessStartInfo("git", ["-C", Root, "-c", "safe.directory=*", "ls-files", "-z"])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            );
            if (git is null)
                return null;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            var names = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
            git.WaitForExit();
            return git.ExitCode == 0 && names.Length > 0
                ? [.. names.Where(name => File.Exists(Path.Combine(Root, name)))]
                : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // No git here.
        }
    }

    static IEnumerable<string> Walk(string folder) =>
        Directory
            .EnumerateFiles(folder)
            .Where(file => Path.GetFileName(file) != ".git") // A work tree's .git is a file.
            .Concat(
                Directory
                    .EnumerateDirectories(folder)
                    .Where(sub => !BuiltFolders.Contains(Path.GetFileName(sub)))
                    .SelectMany(Walk)
            );

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "EvoNas.sln")))
                return folder.FullName;
        throw new InvalidOperationException(
            $"No folder above {AppContext.BaseDirectory} holds EvoNas.sln; "
                + "the tidy tests read the sources that they were built from."
        );
    }
}
