using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EvoNas.Rehearsal;

/// <summary>A PostgreSQL server of a test's own, in a folder of its own, on a port that the system chose. It goes with
/// the test.</summary>
public sealed class PostgresServer : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evonas-postgres-");
    readonly int _port = FreePort();

    /// <summary>The newest server's programs on this machine; null where there are none.</summary>
    static readonly string? Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory
            .EnumerateDirectories("/usr/lib/postgresql")
            .OrderByDescending(path => double.TryParse(Path.GetFileName(path), out var version) ? version : 0)
            .Select(path => Path.Combine(path, "bin"))
            .FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")))
        : null;

    /// <summary>Why no server can be started; null if one can.</summary>
    public static string? Missing { get; } =
        Programs is null ? "No PostgreSQL server is installed (Debian: apt-get install postgresql)."
        : Environment.UserName == "root"
        && !File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal))
            ? "PostgreSQL refuses to run as root, and there is no user postgres."
        : null;

    /// <summary>Makes the server and starts it.</summary>
    public PostgresServer()
    {
        // The server runs as another user, who must be able to enter.
        Run("chmod", "777", _folder.FullName);
        Do("initdb", "-D", DataFolder, "-U", "evonas", "-A", "trust", "--no-sync");
        Start();
    }

    string DataFolder => Path.Combine(_folder.FullName, "data");

    /// <summary>The port on which it listens.</summary>
    public int Port => _port;

    /// <summary>Of a database of the server.</summary>
    /// <param name="database">Its name.</param>
    /// <param name="host">Of whatever stands in front of it.</param>
    /// <param name="port">Of whatever stands in front of it; null: its own.</param>
    public string ConnectionString(string database = "postgres", string host = "127.0.0.1", int? port = null) =>
        $"Host={host};Port={port ?? _port};Username=evonas;Database={database};Timeout=5;Command "
        + "Timeout=15;Include Error Detail=true";

    /// <summary>Starts it, and waits until it answers.</summary>
    public void Start() =>
        Do(
            "pg_ctl",
            "-D",
            DataFolder,
            "-w",
            "-l",
            Path.Combine(_folder.FullName, "log"),
            "-o",
            $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''",
            "start"
        );

    /// <summary>Ends it as a loss of power would.</summary>
    public void Crash() => Do("pg_ctl", "-D", DataFolder, "-m", "immediate", "stop");

    /// <summary>Has it refuse all writes, as a standby does, or take them again; connections stay open.</summary>
    public void SetReadOnly(bool isReadOnly)
    {
        File.AppendAllText(
            Path.Combine(DataFolder, "postgresql.conf"),
            $"\ndefault_transaction_read_only = {(isReadOnly ? "on" : "off")}\n"
        );
        Do("pg_ctl", "-D", DataFolder, "reload");
    }

    /// <summary>The process of the server.</summary>
    public int ProcessId =>
        int.Parse(
            File.ReadLines(Path.Combine(DataFolder, "postmaster.pid")).First(),
            System.Globalization.CultureInfo.InvariantCulture
        );

    /// <summary>The process of the server, and those that serve its clients.</summary>
    public int[] Processes =>
        [
            ProcessId,
            .. File.ReadAllText($"/proc/{ProcessId}/task/{ProcessId}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)),
        ];

    public void Dispose()
    {
        if (File.Exists(Path.Combine(DataFolder, "postmaster.pid")))
            Crash();
        _folder.Delete(recursive: true);
    }

    static void Do(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program); // Checked before a server is started.
        if (Environment.UserName == "root")
            Run("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments]);
        else
            Run(path, arguments);
    }

    static void Run(string program, params string[] arguments)
    {
        // What the server inherits of our streams it would keep open.
        using var process = Process.Start(
            new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", program, program, .. arguments])
            {
                WorkingDirectory = "/",
            }
        )!; // Not null without the shell.
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}."
            );
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
