using System.Net;
using System.Net.Sockets;

namespace MutualAid.Server.Web;

/// <summary>Where a request comes from, as limits count it.</summary>
public static class ClientAddress
{
    /// <summary>The address; of IPv6 the first 64 bits, because one subscriber has all the others.</summary>
    public static string Of(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
            return "unknown";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            byte[] bytes = address.GetAddressBytes();
            bytes.AsSpan(8).Clear();
            address = new IPAddress(bytes);
        }
        return address.ToString();
    }
}
