using System.Diagnostics;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>Machines that are none: network namespaces around a router, whose wires can be cut. Number 0 is this
/// machine itself.</summary>
sealed class Namespaces : IDisposable
{
    readonly string _prefix = $"evonas{Environment.ProcessId % 100_000}";
    readonly int _count;

    /// <param name="count">Machines, from 1 on.</param>
    public Namespaces(int count)
    {
        _count = count;
        try
        {
            Ip($"netns add {Router}");
            Ip($"link add {_prefix}h type veth peer name out netns {Router}");
            Ip($"addr add {AddressOf(0)}/30 dev {_prefix}h");
            Ip($"link set {_prefix}h up");
            Ip($"-n {Router} addr add 10.213.0.2/30 dev out");
            Ip($"-n {Router} link set out up");
            Ip($"route add 10.213.0.0/16 via 10.213.0.2 dev {_prefix}h");
            Run("ip", "netns", "exec", Router, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward");
            for (var i = 1; i <= count; i++)
            {
                Ip($"netns add {Name(i)}");
                Ip($"-n {Router} link add m{i} type veth peer name e netns {Name(i)}");
                Ip($"-n {Router} addr add 10.213.{i}.1/30 dev m{i}");
                Ip($"-n {Router} link set m{i} up");
                Ip($"-n {Name(i)} addr add {AddressOf(i)}/30 dev e");
                foreach (var device in (string[])["e", "lo"])
                    Ip($"-n {Name(i)} link set {device} up");
                Ip($"-n {Name(i)} route add default via 10.213.{i}.1");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Why there can be none here; null if there can.</summary>
    public static readonly Lazy<string?> Lack = new(() =>
    {
        if (!OperatingSystem.IsLinux())
            return "Network namespaces are Linux's.";
        try
        {
            using var probe = new Namespaces(1);
            probe.Cut(0, 1);
            return null;
        }
        catch (Exception fault) when (fault is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"No network namespaces may be made here: {fault.Message}";
        }
    });

    public string AddressOf(int machine) => machine == 0 ? "10.213.0.1" : $"10.213.{machine}.2";

    /// <summary>What starts a program on a machine.</summary>
    public string[] On(int machine) => machine == 0 ? [] : ["ip", "netns", "exec", Name(machine)];

    /// <summary>Drops everything between two machines, without an error to either.</summary>
    public void Cut(int one, int other) => Rules("add", one, other);

    public void Heal(int one, int other) => Rules("del", one, other);

    void Rules(string what, int one, int other)
    {
        Ip($"-n {Router} rule {what} from {AddressOf(one)} to {AddressOf(other)} blackhole");
        Ip($"-n {Router} rule {what} from {AddressOf(other)} to {AddressOf(one)} blackhole");
    }

    string Router => $"{_prefix}r";

    string Name(int machine) => $"{_prefix}m{machine}";

    static void Ip(string command) => Run("ip", command.Split(' '));

    static void Run(string program, params string[] arguments)
    {
        // Not null without the shell.
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)}: {said.Split('\n')[0].Trim()}"
            );
    }

    // With a namespace go its devices, and their other ends; but not at once, and the next ones have the same name and
    // address on this machine.
    public void Dispose()
    {
        if (Directory.Exists($"/sys/class/net/{_prefix}h"))
            Ip($"link del {_prefix}h");
        foreach (var name in Enumerable.Range(1, _count).Select(Name).Append(Router))
            if (File.Exists($"/run/netns/{name}"))
                Ip($"netns del {name}");
    }
}

/// <summary>A test that cuts wires; skipped, with the reason, where there can be no network namespaces.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class NamespacesFactAttribute : FactAttribute
{
    public NamespacesFactAttribute() => Skip = Namespaces.Lack.Value;
}
