using System.Reflection;
using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>Who is calling, from the bearer token or the page's cookie. As a handler's parameter it demands a signed-in caller; <c>Caller?</c> does not.</summary>
public sealed record Caller(
    Guid AccountId,
    Guid SessionId,
    string Locale,
    bool SecondFactor,
    IReadOnlyList<RoleOnArea> Roles
)
{
    private static readonly object Key = new();

    /// <summary>Whether no code came to this session's number for so long that the number may be somebody else's by now.</summary>
    public bool Silent { get; init; }

    /// <summary>Asked before private data is opened, one's own too.</summary>
    /// <exception cref="Refusal">401: a fresh code first.</exception>
    public void DemandFreshCode()
    {
        if (Silent)
            throw new Refusal(401, "confirmPhone");
    }

    public static Caller? Of(HttpContext context) => context.Items[Key] as Caller;

    public static void Set(HttpContext context, Caller caller) => context.Items[Key] = caller;

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var caller = Of(context);
        bool optional =
            new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;
        if (caller is null && !optional)
            throw new Refusal(401, "signIn");
        // Whoever is signed in gets answers of their own: no cache may keep them.
        if (caller is not null)
            context.Response.Headers.CacheControl = "no-store";
        return ValueTask.FromResult(caller);
    }
}

/// <summary>A role on an area; it reaches the areas below.</summary>
public sealed record RoleOnArea(string Role, Guid AreaId);
