// The other side of the scenes that call somebody: a process of its own, slow, failing or large as its paths say.
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Scenes.Partner;

public static class PartnerRoutes
{
    public static void Listen(WebApplicationBuilder builder)
    {
        var certificate = SelfSigned();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            // A certificate that comes from a slow store.
            OnConnection = async _ =>
            {
                await Task.Delay(600);
                return new SslServerAuthenticationOptions { ServerCertificate = certificate };
            },
        })));
    }

    public static void Map(WebApplication app)
    {
        app.MapGet("/token", async () => await AfterAsync(45, "token"));
        app.MapGet("/rates/{parcel}", async (int parcel) => await AfterAsync(250, "4.90"));
        app.MapGet("/directory/{user?}", async (string? user) => await AfterAsync(250, "member"));
        app.MapPost("/score", async () => await AfterAsync(700, "0.3"));
        app.MapGet("/forecast/{city}", async (int city) => await AfterAsync(500, "sunny"));
        app.MapGet("/statements/{account}", async (int account) => await AfterAsync(900, "statement"));
        app.MapGet("/charge/{order}", (int order) => Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
        app.MapGet("/cities/{address}", (int address) => "Cologne");
        app.MapGet("/feed", () => Results.Bytes(new byte[12_000_000], "text/plain"));
        app.MapGet("/identity/{user}", (int user) => "someone");
    }

    static async Task<string> AfterAsync(int millis, string answer)
    {
        await Task.Delay(millis);
        return answer;
    }

    static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
