using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace EvoNas.Tidy.Tests;

/// <summary>Writes an assembly's public types and members down, a line each, in an order that does not depend on the
/// sources.</summary>
static class Surface
{
    const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            if (!typeof(Delegate).IsAssignableFrom(type))
                foreach (var member in Members(type).Order(StringComparer.Ordinal))
                    text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    static string Head(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
            return $"delegate {Name(type)}: {Signature(type.GetMethod("Invoke")!)}"; // Every delegate has Invoke.
        var kind =
            type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.GetMethod("<Clone>$") is not null ? "record"
            : type.IsValueType ? "struct"
            : type.IsAbstract && type.IsSealed ? "static class"
            : "class";
        var modifier =
            type is { IsAbstract: true, IsSealed: false, IsInterface: false } ? "abstract "
            : type is { IsSealed: true, IsAbstract: false, IsValueType: false } ? "sealed "
            : "";
        var parent =
            type.BaseType is { } up && up != typeof(object) && up != typeof(ValueType) && up != typeof(Enum)
                ? " : " + Name(up)
                : "";
        return $"{modifier}{kind} {Name(type)}{parent}";
    }

    static IEnumerable<string> Members(Type type)
    {
        foreach (var member in type.GetMembers(Declared))
        {
            // What the compiler generates for every record is not listed.
            if (member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is not FieldInfo)
                continue;
            switch (member)
            {
                case ConstructorInfo constructor when IsVisible(constructor):
                    yield return $"new({Parameters(constructor)})";
                    break;
                case PropertyInfo property when property.GetMethod is { } get && IsVisible(get):
                    var set =
                        property.SetMethod is { } setter && IsVisible(setter)
                            ? setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))
                                ? " init;"
                                : " set;"
                            : "";
                    yield return $"{Static(get)}{Name(property.PropertyType)} "
                        + $"{property.Name}{Index(property)} {{ get;{set} }}";
                    break;
                case MethodInfo method
                    when IsVisible(method)
                        && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)):
                    yield return $"{Static(method)}{Name(method.ReturnType)} "
                        + $"{method.Name}{Generics(method)}({Parameters(method)})";
                    break;
                case FieldInfo field when (field.IsPublic || field.IsFamily) && !field.IsSpecialName:
                    yield return type.IsEnum
                        ? $"{field.Name} = {field.GetRawConstantValue()}"
                        : $"{(field.IsLiteral ? "const " : field.IsStatic ? "static readonly " : "")}"
                            + $"{Name(field.FieldType)} {field.Name}";
                    break;
            }
        }
    }

    static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    static string Signature(MethodInfo method) => $"{Name(method.ReturnType)} ({Parameters(method)})";

    static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    static string Index(PropertyInfo property) =>
        property.GetIndexParameters() is { Length: > 0 } index ? $"[{string.Join(", ", index.Select(Parameter))}]" : "";

    static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "")
        + string.Join(", ", method.GetParameters().Select(Parameter));

    static string Parameter(ParameterInfo parameter)
    {
        var passed =
            parameter.IsOut ? "out "
            : parameter.ParameterType.IsByRef
                ? parameter.IsIn ? "in "
                    : "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : "";
        var type = parameter.ParameterType.IsByRef
            ? parameter.ParameterType.GetElementType()!
            : parameter.ParameterType; // By reference, so it has one.
        return $"{passed}{Name(type)} {parameter.Name}"
            + $"{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "")}";
    }

    static string Name(Type type)
    {
        if (type.IsGenericParameter)
            return type.Name;
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]"; // An array has one.
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Name(inner) + "?";
        var name =
            type.IsNested ? Name(type.DeclaringType!) + "." + type.Name
            : type.Namespace == "System" ? type.Name
            : type.Namespace + "." + type.Name; // Nested, so it has one.
        if (!type.IsGenericType)
            return name;
        return $"{System.Text.RegularExpressions.Regex.Replace(name, "`[0-9]+", "")}<"
            + $"{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
