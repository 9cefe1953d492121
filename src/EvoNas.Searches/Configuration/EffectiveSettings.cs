namespace EvoNas.Searches.Configuration;

/// <summary>The settings of one run: the embedded defaults, a file over them, the command line over both. Checked as a
/// whole, so that one try shows all that is wrong.</summary>
sealed class EffectiveSettings
{
    readonly Dictionary<string, (object? Value, HoconNode Written)> _values = [];

    EffectiveSettings(HoconNode.Tree merged, List<string> faults)
    {
        foreach (var setting in KnownSettings.All)
        {
            if (merged.Find(setting.Path) is not { } written)
            {
                // A file that wrote a value where an object belongs was told so.
                if (faults.Count > 0)
                    continue;
                throw new System.Diagnostics.UnreachableException($"{setting.Path} has no default in evonas.conf.");
            }
            var value = setting.Read(written, out var fault);
            if (fault is not null)
                faults.Add(fault);
            _values[setting.Path] = (value, written);
        }
    }

    /// <summary>What comes with the program.</summary>
    public static HoconNode.Tree Defaults { get; } = ReadDefaults();

    /// <summary>Lays the layers over each other.</summary>
    /// <param name="file">The file of <c>--config</c>; null: none.</param>
    /// <param name="options">What the command line says, by setting.</param>
    /// <exception cref="RequestException">Keys that are not known, values that cannot be read: one line for each, with
    /// file and line.</exception>
    public static EffectiveSettings Of(string? file, params IEnumerable<(Setting Setting, HoconNode Value)> options)
    {
        var faults = new List<string>();
        HoconNode merged = Defaults;
        if (file is not null)
        {
            var tree = HoconReader.ReadFile(file);
            Unknown(tree, faults);
            merged = merged.Under(tree);
        }
        foreach (var (setting, value) in options)
            merged = merged.Under(value.At(setting.Path));
        var effective = new EffectiveSettings((HoconNode.Tree)merged, faults);
        return faults.Count == 0
            ? effective
            : throw new RequestException(
                string.Join('\n', faults),
                file is null ? null : "Every key and its default: evonas doctor --settings."
            );
    }

    /// <summary>The value; null for <c>auto</c> and <c>none</c>.</summary>
    public object? this[Setting setting] => _values[setting.Path].Value;

    public string? Text(Setting setting) => (string?)this[setting];

    public long? Whole(Setting setting) => (long?)this[setting];

    public double? Real(Setting setting) => (double?)this[setting];

    public bool Flag(Setting setting) => this[setting] is true;

    public string[] Texts(Setting setting) => (string[]?)this[setting] ?? [];

    public TimeSpan Duration(Setting setting) => (TimeSpan)this[setting]!; // Durations have no auto.

    public long Size(Setting setting) => (long)this[setting]!; // Sizes have no auto.

    /// <summary>Whether a file or the command line gives it, rather than the defaults.</summary>
    public bool IsGiven(Setting setting) => OriginOf(setting).Source != DefaultsName;

    public Origin OriginOf(Setting setting) => _values[setting.Path].Written.Origin;

    /// <summary>As it was written; secrets masked.</summary>
    public string Shown(Setting setting) =>
        setting.Secret
            ? "********"
            : _values[setting.Path].Written switch
            {
                HoconNode.Text text => text.Value,
                HoconNode.List list =>
                    $"[{string.Join(", ", list.Items.OfType<HoconNode.Text>().Select(item => item.Value))}]",
                var other => other.Kind,
            };

    /// <summary>The name of the embedded file; other files may include it.</summary>
    public const string DefaultsName = "evonas.conf";

    static HoconNode.Tree ReadDefaults()
    {
        // Embedded by the project file.
        using var stream = typeof(EffectiveSettings).Assembly.GetManifestResourceStream(DefaultsName)!;
        using var reader = new StreamReader(stream);
        return HoconReader.Read(reader.ReadToEnd(), DefaultsName);
    }

    // Under `evonas` only known keys are accepted; other objects of a file (`akka { … }`) belong to other readers.
    static void Unknown(HoconNode.Tree tree, List<string> faults)
    {
        if (!tree.Children.TryGetValue("evonas", out var ours))
            return;
        var known = KnownSettings.All.Select(setting => setting.Path).ToHashSet();
        Visit("evonas", ours);

        void Visit(string path, HoconNode node)
        {
            if (known.Contains(path))
                return;
            if (
                node is HoconNode.Tree { Children: var children }
                && known.Any(key => key.StartsWith(path + ".", StringComparison.Ordinal))
            )
            {
                foreach (var (key, child) in children)
                    Visit($"{path}.{key}", child);
                return;
            }
            var groups = known.Select(key => key[..key.LastIndexOf('.')]).Concat(known);
            faults.Add(
                known.Any(key => key.StartsWith(path + ".", StringComparison.Ordinal))
                    ? $"{node.Origin}: {path} is {node.Kind}; it takes an object."
                    : $"{node.Origin}: there is no setting {path}"
                        + (Nearest.To(path, groups) is { } near ? $"; did you mean {near}?" : ".")
            );
        }
    }
}
