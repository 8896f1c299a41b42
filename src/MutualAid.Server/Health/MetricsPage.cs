using System.Net;
using System.Security.Cryptography;
using System.Text;
using MutualAid.Server.Web;

namespace MutualAid.Server.Health;

/// <summary><c>/metrics</c> in Prometheus's text format 0.0.4: for loopback callers, or with the token.</summary>
public static class MetricsPage
{
    public static void MapMetrics(this WebApplication app) =>
        app.MapGet(
                "/metrics",
                (HttpContext context, Settings settings, Measurements measurements) =>
                    MayRead(context, settings)
                        ? Results.Text(measurements.Write(), "text/plain; version=0.0.4")
                        : throw Refusal.NotFound()
            )
            .ExcludeFromDescription();

    /// <summary>Whether this caller may read what is the operators'.</summary>
    internal static bool MayRead(HttpContext context, Settings settings)
    {
        string authorization = context.Request.Headers.Authorization.ToString();
        if (settings.MetricsToken is { Length: > 0 } token)
            return CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(authorization),
                Encoding.UTF8.GetBytes($"Bearer {token}")
            );
        // Behind a proxy on the same machine everybody would be loopback: a forwarded call is not.
        return context.Connection.RemoteIpAddress is { } address
            && IPAddress.IsLoopback(address)
            && !context.Request.Headers.ContainsKey("X-Forwarded-For");
    }
}
