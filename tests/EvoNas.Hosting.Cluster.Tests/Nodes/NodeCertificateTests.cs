using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

/// <summary>What is wrong with a certificate is said when a node or a client starts.</summary>
public sealed class NodeCertificateTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evonas-certificate-");

    string File => Path.Combine(_folder.FullName, "node.p12");

    /// <summary>Writes a certificate with its key, protected by a password.</summary>
    internal static void Write(string path, string password, int daysBefore = 1, int daysAfter = 1, bool withKey = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.Now.AddDays(-daysBefore),
            DateTimeOffset.Now.AddDays(daysAfter)
        );
        using var bare = X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert));
        System.IO.File.WriteAllBytes(path, (withKey ? certificate : bare).Export(X509ContentType.Pkcs12, password));
    }

    [Fact]
    public void OneThatIsSoundIsTaken()
    {
        Write(File, "secret");
        Assert.Equal(File, new NodeCertificate(File, "secret").Checked().Path);
    }

    [Fact]
    public void AWrongPasswordAndAMissingOneAreToldApart()
    {
        Write(File, "secret");
        Assert.Contains("The password of the certificate", Refusal("wrong"));
        Assert.Contains("has a password", Refusal(""));
    }

    [Fact]
    public void OneWithoutItsKeyIsRefused()
    {
        Write(File, "secret", withKey: false);
        Assert.Contains("holds no private key", Refusal("secret"));
    }

    [Theory]
    [InlineData(9, -1)]
    [InlineData(-1, 9)]
    public void OneThatIsNotValidNowIsRefused(int daysBefore, int daysAfter)
    {
        Write(File, "secret", daysBefore, daysAfter);
        Assert.Contains("is valid from", Refusal("secret"));
    }

    [Fact]
    public void AnotherFileIsRefused()
    {
        System.IO.File.WriteAllText(File, "no certificate");
        Assert.Contains("cannot be read", Refusal("secret"));
        Assert.DoesNotContain("secret", Refusal("secret"));
    }

    string Refusal(string password) =>
        Assert.Throws<RequestException>(() => new NodeCertificate(File, password).Checked()) is var fault
            ? $"{fault.Message} {fault.Hint}"
            : "";

    public void Dispose() => _folder.Delete(recursive: true);
}
