using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EvoNas.Hosting.Nodes;

/// <summary>The certificate with which nodes know each other.</summary>
/// <param name="Path">A PKCS#12 file with its private key.</param>
/// <param name="Password">Of the file; a secret.</param>
public sealed record NodeCertificate(string Path, string Password)
{
    const int WrongPassword = unchecked((int)0x80070056);

    /// <summary>Without its secrets.</summary>
    public override string ToString() => Path;

    /// <summary>This certificate, if a connection can be made with it now.</summary>
    /// <exception cref="RequestException">It is missing, cannot be read, has no private key, or is not valid
    /// now.</exception>
    public NodeCertificate Checked()
    {
        if (!File.Exists(Path))
            throw new RequestException(
                $"There is no certificate {Path}.",
                "Name a PKCS#12 file that holds the private key too."
            );
        try
        {
            using var certificate = X509CertificateLoader.LoadPkcs12FromFile(Path, Password);
            if (!certificate.HasPrivateKey)
                throw new RequestException(
                    $"The certificate {Path} holds no private key.",
                    "Export it together with its key, as PKCS#12."
                );
            var now = DateTime.Now;
            if (now > certificate.NotAfter || now < certificate.NotBefore)
                throw new RequestException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The certificate {Path} is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u}."
                    ),
                    "Name a renewed one, or set the clock of this machine."
                );
            return this;
        }
        catch (CryptographicException fault)
        {
            throw fault.HResult == WrongPassword
                ? new RequestException(
                    Password == ""
                        ? $"The certificate {Path} has a password."
                        : $"The password of the certificate {Path} is wrong.",
                    "Set EVONAS_CERTIFICATE_PASSWORD."
                )
                : new RequestException(
                    $"The certificate {Path} cannot be read: {fault.Message}",
                    "Name a PKCS#12 file that holds the private key too."
                );
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RequestException(
                $"The certificate {Path} cannot be read: {fault.Message}",
                "Make it readable for this user."
            );
        }
    }
}
