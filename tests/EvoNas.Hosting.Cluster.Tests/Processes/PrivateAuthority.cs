using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>A private authority, and the certificates that it gives to nodes.</summary>
sealed partial class PrivateAuthority : IDisposable
{
    const string Password = "only-a-test";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evonas-authority-");
    readonly X509Certificate2 _own;

    public PrivateAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=A private authority of EvoNas' tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true,
                hasPathLengthConstraint: true,
                pathLengthConstraint: 0,
                critical: true
            )
        );
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true)
        );
        _own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CertificateFile, _own.ExportCertificatePem());
        Directory.CreateDirectory(NoFolder);
    }

    /// <summary>The one that the nodes of all tests trust, and this process too: what a process trusts it reads
    /// once.</summary>
    public static PrivateAuthority Trusted => TrustedOnce.Value;

    static readonly Lazy<PrivateAuthority> TrustedOnce = new(() =>
    {
        var authority = new PrivateAuthority();
        foreach (var (name, value) in authority.Trust)
            SetVariable(name, value, 1);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => authority.Dispose();
        return authority;
    });

    string CertificateFile => Path.Combine(_folder.FullName, "authority.pem");

    string NoFolder => Path.Combine(_folder.FullName, "none");

    /// <summary>With these variables a process trusts this authority, and no other.</summary>
    public Dictionary<string, string> Trust =>
        new() { ["SSL_CERT_FILE"] = CertificateFile, ["SSL_CERT_DIR"] = NoFolder };

    /// <summary>A certificate for one node, with its key. Akka.NET asks a server for the name that stands in its own
    /// certificate, so that all nodes bear the same.</summary>
    public NodeCertificate For(string node)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=evonas", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("evonas");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true)
        );
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], critical: false)
        ); // Of a server and of a client.
        using var certificate = request.Create(
            _own,
            DateTimeOffset.UtcNow.AddHours(-1),
            DateTimeOffset.UtcNow.AddHours(12),
            RandomNumberGenerator.GetBytes(12)
        );
        using var whole = certificate.CopyWithPrivateKey(key);
        var path = Path.Combine(_folder.FullName, $"{node}.p12");
        File.WriteAllBytes(path, whole.Export(X509ContentType.Pkcs12, Password));
        return new(path, Password);
    }

    // The library of certificates reads the process's own environment, of which .NET keeps a copy.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    public void Dispose()
    {
        _own.Dispose();
        if (_folder.Exists)
            _folder.Delete(recursive: true);
    }
}
