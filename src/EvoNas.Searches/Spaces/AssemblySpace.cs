using System.Reflection;
using System.Runtime.Loader;
using EvoNas.Genetics;
using EvoNas.Spaces;

namespace EvoNas.Searches.Spaces;

/// <summary>A space that a user wrote in C#: a static property or field of type <see cref="Space"/> in a class library
/// that references EvoNas.</summary>
static class AssemblySpace
{
    /// <summary>Stands between the file and the type: <c>my.dll#My.Type</c>.</summary>
    public const string Mark = ".dll#";

    /// <summary>Loads it; its code runs in this process, with the rights of this process.</summary>
    /// <exception cref="RequestException">There is no such file, type or member, or the space cannot be
    /// made.</exception>
    public static Space Load(string path, string typeName)
    {
        path = Path.GetFullPath(path);
        if (!File.Exists(path))
            throw new RequestException(
                $"There is no file '{path}'.",
                "Build the class library first: dotnet build -c Release."
            );
        Assembly assembly;
        try
        {
            assembly = new Context(path).LoadFromAssemblyPath(path);
        }
        catch (Exception fault) when (fault is BadImageFormatException or FileLoadException)
        {
            throw new RequestException($"'{path}' is not a .NET class library: {fault.Message}");
        }
        var types = Types(assembly, path);
        var type =
            types.FirstOrDefault(type => type.FullName == typeName || type.Name == typeName)
            ?? throw Nearest.Unknown(
                $"type of '{Path.GetFileName(path)}' with a space",
                typeName,
                [.. types.Where(type => Members(type).Any()).Select(type => type.FullName!)]
            ); // A type of an assembly has a name.
        var members = Members(type).ToList();
        if (members.Count != 1)
            throw new RequestException(
                $"'{type.FullName}' has {members.Count} static members of type EvoNas.Spaces.Space: "
                    + $"{string.Join(", ", members.Select(member => member.Name))}.",
                "Give it exactly one: public static Space Space { get; } = …;"
            );
        Space? space;
        try
        {
            space = (Space?)(
                members[0] is PropertyInfo property ? property.GetValue(null) : ((FieldInfo)members[0]).GetValue(null)
            );
        }
        catch (TargetInvocationException fault)
        {
            var cause = fault.InnerException is TypeInitializationException { InnerException: { } inner }
                ? inner
                : fault.InnerException ?? fault;
            throw new RequestException($"'{type.FullName}.{members[0].Name}' cannot be made: {cause.Message}");
        }
        if (space is null)
            throw new RequestException($"'{type.FullName}.{members[0].Name}' is null.");
        if (!CustomSpace.IsName(space.Name))
            throw new RequestException(
                $"'{space.Name}' is not a valid name of a space.",
                "At most 64 lower-case letters, digits, '.', '_' and '-', a letter or digit first."
            );
        if (SpaceCatalog.All.Any(known => known.Name == space.Name))
            throw new RequestException(
                $"'{space.Name}' is a space that comes with the program.",
                "Give yours another name."
            );
        foreach (var text in Texts(space.Decisions.Decisions).Append(space.Summary).Append(space.Source))
            if (Printable.Of(text) is var printable && printable != text)
                throw new RequestException(
                    $"'{type.FullName}.{members[0].Name}': \"{printable}\" has a control character.",
                    "Names and candidates are shown on terminals and in lines: leave it out."
                );
        return space with { Definition = assembly.ManifestModule.ModuleVersionId.ToString() };
    }

    static IEnumerable<string> Texts(Sequence<Decision> decisions) =>
        decisions.SelectMany(decision =>
            CandidatesOf(decision)
                .SelectMany(candidate => Texts(candidate.Value).Concat(Texts(candidate.Children)))
                .Prepend(decision.Name)
        );

    static IEnumerable<string> Texts(Literal value) =>
        value switch
        {
            Literal.Word word => [word.Value],
            Literal.List list => list.Items.SelectMany(Texts),
            _ => [],
        };

    static Sequence<Candidate> CandidatesOf(Decision decision) =>
        decision switch
        {
            Decision.OneOf one => one.Candidates,
            Decision.ManyOf many => many.Candidates,
            _ => [],
        };

    static Type[] Types(Assembly assembly, string path)
    {
        try
        {
            return assembly.GetExportedTypes();
        }
        catch (Exception fault)
            when (fault is ReflectionTypeLoadException or FileNotFoundException or TypeLoadException)
        {
            throw new RequestException(
                $"'{path}' cannot be used: {fault.Message}",
                "Build it against the EvoNas of this program."
            );
        }
    }

    static IEnumerable<MemberInfo> Members(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Static)
            .Where(member =>
                (member as PropertyInfo)?.PropertyType == typeof(Space)
                || (member as FieldInfo)?.FieldType == typeof(Space)
            );

    // EvoNas is the program's own, so that a space is a space; the rest lies beside the library.
    sealed class Context(string path) : AssemblyLoadContext(Path.GetFileName(path))
    {
        readonly AssemblyDependencyResolver _beside = new(path);

        protected override Assembly? Load(AssemblyName name) =>
            name.Name == typeof(Space).Assembly.GetName().Name ? typeof(Space).Assembly
            : _beside.ResolveAssemblyToPath(name) is { } found ? LoadFromAssemblyPath(found)
            : null;
    }
}
