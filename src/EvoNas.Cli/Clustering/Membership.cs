using System.Security.Cryptography;
using System.Text;
using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Monitoring;
using EvoNas.Cli.Running;
using EvoNas.Hosting;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Hosting.Workers;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Spaces;
using EvoNas.Storage.Postgres;
using EvoNas.Storage.Sqlite;
using Serilog;

namespace EvoNas.Cli.Clustering;

/// <summary>What this process is to its cluster: the plan of its node, out of settings, environment and what lies in
/// its home.</summary>
sealed class Membership(Terminal terminal, EffectiveSettings effective, Home home, string? config)
{
    readonly string _overrides = AkkaOverrides.Of(config);

    readonly SharedPlans _plans = new();

    readonly int _port = ListeningAddress.Reserve(
        effective.Text(MemberSettings.Host)!, // It has a default.
        (int)effective.Whole(MemberSettings.Port)!.Value // It has no auto.
    );

    /// <summary>Its alias. Made of the address, so that it is the same after a restart and names no machine.</summary>
    public string Name =>
        effective.Text(MemberSettings.NodeName) is { } given
            ? NodeSettings.CheckedName(given)
            : NameOf($"{effective.Text(MemberSettings.Host)}:{_port}");

    string Folder => Path.Combine(home.Folder, "nodes", Name);

    string Data => home.DataFolder(terminal.Variable, effective);

    /// <summary>Takes the node's folder for this process: two nodes must not share a log and a spool.</summary>
    /// <returns>Holds it; the kernel frees it with the process, however that ends.</returns>
    /// <exception cref="RequestException">Another process has it.</exception>
    public FileStream HoldFolder()
    {
        Directory.CreateDirectory(Folder);
        try
        {
            return new(Path.Combine(Folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            throw new RequestException(
                $"A node '{Name}' runs on this machine already, with the folder {Folder}: {fault.Message}",
                "Give each node a name of its own: --name."
            );
        }
    }

    public Serilog.Core.Logger OpenLog()
    {
        var log = Logs.Open(Path.Combine(Folder, "logs"), effective, console: true);
        log.Information("{Version} is node {Node}", $"{Evonas.Name} {Evonas.Version}", Name);
        log.Information(
            "settings {@Settings}",
            KnownSettings.All.ToDictionary(setting => setting.Path, effective.Shown)
        );
        return log;
    }

    /// <summary>Measures the disks that the node writes to.</summary>
    public Places Places() =>
        Monitoring.Places.Of(
            Folder,
            effective.Texts(MemberSettings.Roles).Contains(NodeRole.Population)
                ? effective.Text(MemberSettings.Journal)
                : null,
            Name
        );

    public NodeSettings Plan(ILogger log, SqliteJournalFile? file)
    {
        var roles = effective.Texts(MemberSettings.Roles);
        var slots = roles.Contains(NodeRole.Evaluator) ? [.. Slots.Plan(effective)] : Array.Empty<Torch.Devices.Slot>();
        return new()
        {
            Name = Name,
            Roles = [.. roles],
            Host = effective.Text(MemberSettings.Host)!, // It has a default.
            Port = _port,
            Seeds = [.. effective.Texts(MemberSettings.Seeds)],
            Journal = roles.Contains(NodeRole.Population) ? PlaceOf(file) : null,
            Certificate = CertificateOf(terminal, effective),
            Slots = slots.Length,
            Disks =
            [
                .. roles.Contains(NodeRole.Population) && effective.Text(MemberSettings.Journal) is { } kept
                    ? [Path.GetDirectoryName(Path.GetFullPath(kept))!]
                    : Array.Empty<string>(),
                Folder,
            ], // A file lies in a folder.
            DiskReserveBytes = effective.Size(KnownSettings.DiskReserve),
            Terms = new PopulationTerms(LeaseSeconds: effective.Duration(KnownSettings.Lease).TotalSeconds),
            DrainTime = effective.Duration(KnownSettings.Drain),
            Overrides = _overrides,
            Draft = order =>
                RequestOf(order) is var request
                    ? new(request.Space.Decisions, request.KnownMetrics, request.NetworkOf)
                    : throw new System.Diagnostics.UnreachableException(),
            WorkerFactory = (index, name, order) => CreateWorker(slots[index], name, order, log),
            SamplesFolder = search => Home.IsName(search) ? SamplesOf(search) : null,
            Spooled = [.. Leftovers(log)],
        };
    }

    public static NodeCertificate? CertificateOf(Terminal terminal, EffectiveSettings effective) =>
        effective.Text(MemberSettings.Certificate) is { } path
            ? new(path, terminal.Variable("EVONAS_CERTIFICATE_PASSWORD") ?? "")
            : null;

    /// <summary>Opens the journal's file, which this process alone may write; null if the node has no
    /// file.</summary>
    /// <exception cref="JournalException">Another process writes it, or it cannot be written, is damaged or no
    /// journal.</exception>
    public SqliteJournalFile? OpenJournalFile() =>
        Server is null
        && effective.Texts(MemberSettings.Roles).Contains(NodeRole.Population)
        && effective.Text(MemberSettings.Journal) is { } file
            ? SqliteJournalFile.Open(file)
            : null;

    string? Server => terminal.Variable(ClusterCommand.JournalVariable) is { Length: > 0 } server ? server : null;

    JournalPlace? PlaceOf(SqliteJournalFile? file) => Server is { } server ? PostgresPlace.Of(server) : file?.Place;

    WorkerLease CreateWorker(Torch.Devices.Slot slot, string name, SearchOrder order, ILogger log)
    {
        var request = RequestOf(order);
        if (request.Evaluation is EvaluationPlan.Table { Rows: var rows })
            return new(
                Slots.LookUp(name, rows, request.Settings.Seed, effective.Duration(MemberSettings.LookUpTime)),
                () => ValueTask.CompletedTask
            );
        var (spool, samples, checkpoints) = (
            Path.Combine(Folder, "spool", order.Name),
            SamplesOf(order.Name),
            Path.Combine(Folder, "checkpoints", order.Name)
        );
        Directory.CreateDirectory(spool);
        var folders = (spool, samples, checkpoints);
        var worker = Slots.WorkerOf(slot, name, request, order.Name, folders, effective, Data, log);
        worker.Warm();
        return new(worker.Slot, worker.DisposeAsync);
    }

    string SamplesOf(string search) => Path.Combine(Folder, "samples", search);

    // A table is looked for among the data: it is the same file on every node, known by its checksum.
    SearchRequest RequestOf(SearchOrder order)
    {
        home.At(order.Name); // Names become folders.
        var settings = order.Read();
        var space = order.SpaceText is { } text ? CustomSpace.Read(text) : SpaceCatalog.Find(settings.Space);
        if (SearchRequest.FingerprintOf(space) != settings.SpaceFingerprint)
            throw new RequestException(
                $"The space '{settings.Space}' of '{order.Name}' is not the one that this node knows.",
                "Run the same version of EvoNas on every node."
            );
        var table = System.Text.Json.Nodes.JsonNode.Parse(settings.Evaluation)?["file"] is { } file
            ? Path.Combine(Data, Path.GetFileName((string)file!))
            : null; // A text where it is there.
        var evaluation = _plans.Of(settings.Evaluation, space.Decisions, settings.SpaceFingerprint, table, Data);
        return new(space, order.SpaceText, evaluation, settings);
    }

    IEnumerable<(string, SpooledOutcome)> Leftovers(ILogger log) =>
        !Directory.Exists(Path.Combine(Folder, "spool"))
            ? []
            : from folder in Directory.EnumerateDirectories(Path.Combine(Folder, "spool"))
            from kept in new Spool(folder).Leftovers(warning => log.Warning("spool: {Warning}", warning))
            select (Path.GetFileName(folder), kept);

    static string NameOf(string address) =>
        $"node-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)).AsSpan(0, 3))}";
}
