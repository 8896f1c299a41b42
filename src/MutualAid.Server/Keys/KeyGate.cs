using System.Net;
using MutualAid.Server.Health;
using MutualAid.Server.Web;

namespace MutualAid.Server.Keys;

/// <summary>Judges the keys that requests are sent with, and notes when each was used last.</summary>
public sealed class KeyGate(AccessKeys keys, TimeProvider time, ILogger<KeyGate> log)
{
    private static readonly TimeSpan NotedAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>Null: the request may go on as this key's. Else why not.</summary>
    internal async Task<Refusal?> Enter(HttpContext context, string token)
    {
        bool open = ReadByKey.Opens(context);
        if (open)
            Ask(context);
        // Before anything is looked up: what went over the wire in the clear is everybody's.
        if (!IsPrivateWay(context))
            return new Refusal(403, "tlsOnly");
        var found =
            open && KeyToken.Is(token, KeyToken.Reading)
                ? await keys.Reading(token, context.RequestAborted)
                : null;
        if (found is null)
            return new Refusal(401, "tokenUnknown");
        ReadingKey.Set(context, new ReadingKey(found.Id, found.AccountId, found.AreaId!.Value));
        Note(context, found);
        // Last of all, whatever the handler says to caches: it may have taken the reader for nobody.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return null;
    }

    /// <summary>Whether nobody on the way could read along: TLS, or a process of this machine. Forwarded headers were judged before.</summary>
    internal static bool IsPrivateWay(HttpContext context)
    {
        if (context.Request.IsHttps)
            return true;
        var from = context.Connection.RemoteIpAddress;
        if (from is { IsIPv4MappedToIPv6: true })
            from = from.MapToIPv4();
        return from is not null && IPAddress.IsLoopback(from);
    }

    /// <summary>Writes down that the key was used, at most once a minute and when the answer is already out.</summary>
    internal void Note(HttpContext context, UsedKey key)
    {
        var now = time.GetUtcNow();
        if (now - key.LastUsedAt < NotedAgainAfter)
            return;
        context.Response.OnCompleted(async () =>
        {
            try
            {
                await keys.Used(key.Id, now, now - NotedAgainAfter);
            }
            catch (Exception e)
            {
                log.LogWarning("a key's last use was not noted: {What}", WhatFailed.In(e));
            }
        });
    }

    // Programs that ask for a password do so when they are told that one is wanted (RFC 9110, 11.6.1).
    private static void Ask(HttpContext context) =>
        context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate =
                    "Basic realm=\"MutualAid\", charset=\"UTF-8\", Bearer";
            return Task.CompletedTask;
        });
}
