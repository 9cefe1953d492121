using System.Globalization;
using System.Text;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Persistence.Sql;
using EvoNas.Hosting.Actors;
using EvoNas.Hosting.Persistence;

namespace EvoNas.Hosting.Nodes;

/// <summary>What Akka.NET is told: our defaults (<c>hocon/cluster.conf</c>), the operator's own over them, and over
/// both what the plan and the environment say.</summary>
/// <remarks>Akka.NET's reader knows nothing of environment variables, so addresses and secrets are a last fragment,
/// quoted here.</remarks>
static class AkkaConfiguration
{
    public const string System = "evonas";

    // Which type takes which serializer, and what of Akka.NET's own is refused, is no setting: no file can change it.
    const string Bindings = """
        akka.actor {
          serializers {
            evonas-messages = "EvoNas.Hosting.Messages.NodeMessageSerializer, EvoNas.Hosting"
            evonas-journal = "EvoNas.Hosting.Persistence.JournalSerializer, EvoNas.Hosting"
            json = "EvoNas.Hosting.Messages.RefusesJson, EvoNas.Hosting"
            proto = "EvoNas.Hosting.Messages.RefusesProtobuf, EvoNas.Hosting"
            daemon-create = "EvoNas.Hosting.Messages.RefusesDeployment, EvoNas.Hosting"
            reliable-delivery = "EvoNas.Hosting.Messages.RefusesDelivery, EvoNas.Hosting"
            akka-misc = "EvoNas.Hosting.Messages.ControlSerializer, EvoNas.Hosting"
            akka-system-msg = "EvoNas.Hosting.Messages.WatchSerializer, EvoNas.Hosting"
          }
          serialization-bindings {
            "EvoNas.Hosting.Messages.INodeMessage, EvoNas.Hosting" = evonas-messages
            "EvoNas.Hosting.Persistence.StoredRow, EvoNas.Hosting" = evonas-journal
            "System.Object" = json
          }
        }
        """;

    const string InMemory = """
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """;

    /// <summary>Of a process that runs a search by itself: no remoting, no port.</summary>
    /// <param name="name">The node's name in measurements.</param>
    /// <param name="journal">Where the events are kept; null: in the memory of the process.</param>
    /// <param name="overrides">HOCON over everything.</param>
    public static Config OfLocal(string name, JournalConnections? journal, string overrides)
    {
        var last = new StringBuilder("akka.actor.provider = local\n");
        foreach (var (key, value) in MeasuredMailbox.Configuration(name))
            Append(last, key, value);
        foreach (var (key, value) in journal?.Settings ?? [])
            Append(last, key, value);
        return journal is null
            ? Laid(last, $"{InMemory}\n{overrides}")
            : Laid(last, overrides).WithFallback(SqlPersistence.DefaultConfiguration);
    }

    /// <summary>Of a node of a cluster.</summary>
    /// <param name="plan">What it is.</param>
    /// <param name="roles">Its roles.</param>
    /// <param name="journal">Of a coordinator.</param>
    /// <exception cref="RequestException">The operator's settings would let two coordinators write at
    /// once.</exception>
    public static Config Of(NodeSettings plan, IEnumerable<string> roles, JournalConnections? journal)
    {
        var last = new StringBuilder();
        Append(last, "akka.cluster.roles", roles);
        Append(last, "akka.cluster.seed-nodes", Addresses(plan));
        foreach (var (key, value) in MeasuredMailbox.Configuration(plan.Name))
            Append(last, key, value);
        Append(last, "akka.coordinated-shutdown.phases.service-stop.timeout", plan.DrainTime + AfterDrain);
        Append(last, RemovalMargin, RemovalMarginOf(plan.Overrides));
        Transport(last, plan.Host, plan.Port, plan.Certificate);
        foreach (var (key, value) in journal?.Settings ?? [])
            Append(last, key, value);
#pragma warning disable CS0618 // What takes its place from 1.5.32 on is not there before.
        var singleton = ClusterSingletonManager.DefaultConfig();
#pragma warning restore CS0618
        return Laid(last, plan.Overrides).WithFallback(singleton).WithFallback(SqlPersistence.DefaultConfiguration);
    }

    /// <summary>The seed nodes of a node, as Akka.NET calls them.</summary>
    public static IEnumerable<string> Addresses(NodeSettings plan) =>
        plan.Seeds.Select(seed => $"akka.{(plan.Certificate is null ? "tcp" : "ssl.tcp")}://{System}@{seed}");

    /// <summary>Every setting of Akka.NET and its plugins that a node has, with its default.</summary>
    public static Config Reference =>
        ConfigurationFactory
            .ParseString(Bindings)
            .WithFallback(ConfigurationFactory.ParseString(Defaults))
            .WithFallback(
                ConfigurationFactory.FromResource<Akka.Cluster.Cluster>("Akka.Cluster.Configuration.Cluster.conf")
            )
            .WithFallback(
                ConfigurationFactory.FromResource<Akka.Remote.RemoteActorRefProvider>(
                    "Akka.Remote.Configuration.Remote.conf"
                )
            )
            .WithFallback(Akka.Persistence.Persistence.DefaultConfig())
            .WithFallback(SqlPersistence.DefaultConfiguration)
            .WithFallback(ConfigurationFactory.Default());

    const string RemovalMargin = "akka.cluster.down-removal-margin",
        StableAfter = "akka.cluster.split-brain-resolver.stable-after";

    // What a slot does after its training: it reports, and is heard.
    static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(10);

    // Both sides of a split decide after `stable-after`, at the earliest and at the latest moment: the side that goes
    // on starts a coordinator only when the other side has had the time to stop its own.
    static TimeSpan RemovalMarginOf(string overrides)
    {
        var config = ConfigurationFactory
            .ParseString(overrides)
            .WithFallback(ConfigurationFactory.ParseString(Defaults));
        var stable = config.GetTimeSpan(StableAfter);
        if (!config.HasPath(RemovalMargin))
            return stable;
        var margin = config.GetTimeSpan(RemovalMargin);
        if (margin < stable)
            throw new RequestException(
                $"{RemovalMargin} is {margin.TotalSeconds} s, less than {StableAfter}, {stable.TotalSeconds} s: "
                    + "two coordinators could run the searches at once.",
                $"Leave {RemovalMargin} out, or set it to at least {stable.TotalSeconds} s."
            );
        return margin;
    }

    /// <summary>The settings of an actor system that runs in one process: it opens no port.</summary>
    public static Config OfOneProcess(JournalConnections journal, string overrides)
    {
        var last = new StringBuilder("akka.actor.provider = local\n");
        foreach (var (key, value) in journal.Settings)
            Append(last, key, value);
        return Laid(last, overrides).WithFallback(SqlPersistence.DefaultConfiguration);
    }

    /// <summary>The settings of a client, which is no member of the cluster.</summary>
    public static Config OfClient(string host, NodeCertificate? certificate, string overrides)
    {
        var last = new StringBuilder("akka.actor.provider = remote\nakka.loggers = []\n");
        Transport(last, host, 0, certificate);
        return Laid(last, overrides);
    }

    static Config Laid(StringBuilder last, string overrides)
    {
        Append(
            last,
            "akka.stdout-logger-class",
            $"{typeof(SilentLogger).FullName}, {typeof(SilentLogger).Assembly.GetName().Name}"
        );
        var config = ConfigurationFactory
            .ParseString(last.ToString())
            .WithFallback(ConfigurationFactory.ParseString(Bindings));
        if (overrides != "")
            config = config.WithFallback(ConfigurationFactory.ParseString(overrides));
        return config.WithFallback(ConfigurationFactory.ParseString(Defaults));
    }

    /// <summary>In the place of a secret.</summary>
    public const string Masked = "********";

    /// <summary>HOCON as one line a setting, secrets masked.</summary>
    public static IEnumerable<string> Shown(string overrides) =>
        overrides == ""
            ? []
            : ConfigurationFactory
                .ParseString(overrides)
                .AsEnumerable()
                .SelectMany(pair => Shown(pair.Key, pair.Value));

    static IEnumerable<string> Shown(string key, HoconValue value)
    {
        if (value.IsObject())
            return value.GetObject().Items.SelectMany(pair => Shown($"{key}.{pair.Key}", pair.Value));
        var last = key[(key.LastIndexOf('.') + 1)..];
        // A connection string holds a password as a rule.
        var isSecret = ((string[])["password", "secret", "token", "connection-string"]).Any(word =>
            last.Contains(word, StringComparison.OrdinalIgnoreCase)
        );
        var shown =
            isSecret ? Masked
            : value.IsArray() ? $"[{string.Join(", ", value.GetArray().Select(item => item.GetString()))}]"
            : value.GetString();
        return [$"{key} = {shown}"];
    }

    static string Defaults
    {
        get
        {
            using var reader = new StreamReader(
                typeof(AkkaConfiguration).Assembly.GetManifestResourceStream("cluster.conf")!
            ); // Embedded by the project file.
            return reader.ReadToEnd();
        }
    }

    static void Transport(StringBuilder last, string host, int port, NodeCertificate? certificate)
    {
        const string Tcp = "akka.remote.dot-netty.tcp";
        Append(last, $"{Tcp}.hostname", host);
        Append(last, $"{Tcp}.port", port.ToString(CultureInfo.InvariantCulture));
        if (certificate is null)
            return;
        Append(last, $"{Tcp}.enable-ssl", "on");
        Append(last, $"{Tcp}.ssl.suppress-validation", "off");
        Append(last, $"{Tcp}.ssl.require-mutual-authentication", "on");
        Append(last, $"{Tcp}.ssl.certificate.path", certificate.Path);
        Append(last, $"{Tcp}.ssl.certificate.password", certificate.Password);
    }

    static void Append(StringBuilder last, string key, string value) =>
        last.Append(key).Append(" = ").Append(Quoted(value)).Append('\n');

    static void Append(StringBuilder last, string key, TimeSpan value) =>
        Append(last, key, string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds}ms"));

    static void Append(StringBuilder last, string key, IEnumerable<string> values) =>
        last.Append(key).Append(" = [").AppendJoin(", ", values.Select(Quoted)).Append("]\n");

    static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r")}\"";
}
