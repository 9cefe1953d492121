namespace EvoNas.Searches.Configuration;

/// <summary>What a process is in a cluster: its name, its roles, where it is reached, what it keeps.</summary>
static class MemberSettings
{
    public static readonly Setting NodeName = new(
        "evonas.node.name",
        new Takes.Text("gpu-3"),
        "--name",
        "NAME",
        "Name of the node: a-z, 0-9 and '-' [made of host and port]",
        Absent: "auto"
    );
    public static readonly Setting Roles = new(
        "evonas.node.roles",
        new Takes.Texts("evaluator"),
        "--role",
        "ROLE[,ROLE…]",
        "population, mutator, evaluator, monitor, dashboard"
    );
    public static readonly Setting Host = new(
        "evonas.node.host",
        new Takes.Text("10.0.0.7"),
        "--host",
        "ADDRESS",
        "Address at which other nodes reach this one; other than 127.0.0.1 it needs a certificate"
    );
    public static readonly Setting Port = new(
        "evonas.node.port",
        new Takes.Whole(0, 65_535),
        "--port",
        "N",
        "Port of that address; 0: any"
    );
    public static readonly Setting Seeds = new(
        "evonas.node.seeds",
        new Takes.Texts("10.0.0.7:4053"),
        "--seeds",
        "HOST:PORT[,…]",
        "Coordinators, the same list on every node [none: this node begins a cluster]"
    );
    public static readonly Setting Journal = new(
        "evonas.node.journal",
        new Takes.Text("cluster.db"),
        "--journal",
        "FILE",
        "SQLite file of a single coordinator; EVONAS_JOURNAL holds the connection string of PostgreSQL instead",
        Absent: "none"
    );
    public static readonly Setting Certificate = new(
        "evonas.node.certificate",
        new Takes.Text("node.p12"),
        "--certificate",
        "FILE",
        "PKCS#12 with the node's key; its password in EVONAS_CERTIFICATE_PASSWORD",
        Absent: "none"
    );
    public static readonly Setting TrustNetwork = new(
        "evonas.node.trust-network",
        new Takes.Flag(),
        null,
        "",
        "Without effect: nodes always require certificates of each other"
    );
    public static readonly Setting HealthPort = new(
        "evonas.node.health-port",
        new Takes.Whole(1, 65_535),
        "--health-port",
        "N",
        "Port that answers /live and /ready over HTTP",
        Absent: "none"
    );

    public static readonly Setting DashboardPort = new(
        "evonas.node.dashboard-port",
        new Takes.Whole(0, 65_535),
        "--dashboard-port",
        "N",
        "Port of 127.0.0.1 where a node of the role dashboard shows the cluster; 0: any",
        Absent: "auto"
    );

    public static readonly Setting LookUpTime = new(
        "evonas.node.look-up-time",
        new Takes.Duration(),
        null,
        "TIME",
        "A look-up in a table takes this long: rehearses a cluster without training"
    );

    /// <summary>What a process is in a cluster.</summary>
    public static readonly Setting[] All =
    [
        NodeName,
        Roles,
        Host,
        Port,
        Seeds,
        Journal,
        Certificate,
        TrustNetwork,
        HealthPort,
        DashboardPort,
        LookUpTime,
    ];

    /// <summary>The settings of a client that speaks to a cluster without joining it.</summary>
    public static readonly Setting[] Client = [Host, Certificate];
}
