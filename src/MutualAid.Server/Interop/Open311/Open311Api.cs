using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Open311;

/// <summary>Open311 GeoReport v2: a category is a service, a need a service request. In XML and JSON, each at an address of its own.</summary>
public static class Open311Api
{
    internal const string Path = "/open311/v2";

    public static void MapOpen311(this WebApplication app)
    {
        // The key is in the body, and no cookie is looked at: there is nothing that a browser could be made to add.
        var all = app.MapGroup(Path).DisableAntiforgery().ExcludeFromDescription();
        foreach (string format in new[] { "xml", "json" })
        {
            all.MapGet($"/discovery.{format}", Open311Discovery.Get);
            all.MapGet($"/services.{format}", Open311Services.List);
            all.MapGet($"/services/{{code}}.{format}", Open311Services.Get);
            all.MapGet($"/requests.{format}", Open311Requests.List);
            all.MapGet($"/requests/{{id:guid}}.{format}", Open311Requests.Get);
            all.MapGet($"/tokens/{{id:guid}}.{format}", Open311Requests.OfToken);
            all.MapPost($"/requests.{format}", Open311Post.Post);
        }
    }

    /// <summary>
    /// The address may name these, and <c>jurisdiction_id</c>. An <c>api_key</c>, which many clients send everywhere, is not
    /// looked at where none is needed.
    /// </summary>
    internal static void Allow(HttpContext context, params ReadOnlySpan<string> names) =>
        context.AllowParameters([.. names, "jurisdiction_id", "api_key"]);

    /// <summary>The root area of a <c>jurisdiction_id</c>, which is its code; null when none is named.</summary>
    /// <exception cref="Refusal">404: it is none of ours.</exception>
    internal static async Task<Guid?> Jurisdiction(
        PublicDatabase database,
        Caller? caller,
        string? code,
        CancellationToken stop
    ) =>
        string.IsNullOrEmpty(code)
            ? null
            : await database.Read(
                caller,
                (connection, stop) =>
                    connection.Value<Guid?>(
                        "select id from public_area where id = root_id and valid_to is null and code = @code order by id limit 1",
                        new { code },
                        stop
                    ),
                stop
            ) ?? throw new Refusal(404, "jurisdiction");

    internal static Task<Guid?> Jurisdiction(
        PublicDatabase database,
        Caller? caller,
        HttpContext context,
        CancellationToken stop
    ) => Jurisdiction(database, caller, context.Request.Query["jurisdiction_id"].FirstOrDefault(), stop);
}
