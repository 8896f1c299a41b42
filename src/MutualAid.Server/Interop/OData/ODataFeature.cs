using Microsoft.AspNetCore.Http.Features;
using MutualAid.OData.PostGis;
using MutualAid.OData.PostGis.Protocol;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Keys;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.OData;

/// <summary>
/// <c>/odata</c>: live needs, offers, areas and counts for whatever tool reads OData, through the public's role; with a team's
/// reading key its area's needs, deliveries and exact counts besides, through a role of their own.
/// </summary>
public static class ODataFeature
{
    public const string Root = "/odata/";

    public static void AddOData(this IServiceCollection services)
    {
        services.AddSingleton<ITokenSeal, DeltaSeal>();
        services.AddSingleton(services => new ODataService(
            PublicModel.Make(),
            new ODataLimits(),
            services.GetRequiredService<ITokenSeal>(),
            services.GetRequiredService<TimeProvider>(),
            Pooler.AheadOf
        ));
        services.AddSingleton<TeamOData>();
    }

    public static void MapOData(this WebApplication app)
    {
        var odata = app.MapGroup("/odata").ExcludeFromDescription().ReadableByKey();
        odata.MapMethods("/{**path}", ["GET", "HEAD"], Get);
        odata.MapPost("/{**path}", Get).DisableAntiforgery();
    }

    private static async Task Get(
        HttpContext context,
        ODataService service,
        PublicDatabase database,
        TeamOData team,
        CancellationToken stop
    )
    {
        var request = await Read(context, stop);
        var answer = ReadingKey.Of(context) is { } key
            ? await team.Answer(request, key, stop)
            : await Public(context, request, service, database, stop);
        await Write(context, answer, stop);
    }

    private static async Task<ODataAnswer> Public(
        HttpContext context,
        ODataRequest request,
        ODataService service,
        PublicDatabase database,
        CancellationToken stop
    )
    {
        // What follows changes, and who is told where they stand, reads the database that the next question goes to as well.
        bool fresh =
            request.Query.Contains("deltatoken", StringComparison.OrdinalIgnoreCase)
            || request.Query.Contains("skiptoken", StringComparison.OrdinalIgnoreCase)
            || context
                .Request.Headers["Prefer"]
                .ToString()
                .Contains("track-changes", StringComparison.OrdinalIgnoreCase);
        return await service.Answer(
            request,
            ODataReader.Anybody,
            (work, ahead) =>
                fresh ? database.ReadFresh(work, ahead) : database.Read(Caller.Of(context), work, ahead),
            stop
        );
    }

    private static async Task<ODataRequest> Read(HttpContext context, CancellationToken stop)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, stop);
        // As it was sent: a slash or a quote that was escaped is part of a name or a text.
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        string[] halves = target.Split('?', 2);
        string path = halves[0].StartsWith(Root, StringComparison.OrdinalIgnoreCase)
            ? halves[0][Root.Length..]
            : "";
        return new ODataRequest(
            context.Request.Method,
            new Uri($"{context.Request.Scheme}://{context.Request.Host.ToUriComponent()}{Root}"),
            path,
            halves.Length == 2 ? halves[1] : "",
            name => context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null,
            body.ToArray()
        );
    }

    private static async Task Write(HttpContext context, ODataAnswer answer, CancellationToken stop)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        if (answer.Status is 200 or 304 && HttpMethods.IsGet(context.Request.Method))
            context.CacheBriefly();
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        response.Headers.Append("Vary", "Accept, Prefer, OData-MaxVersion");
        if (answer.Body.Length == 0)
            return;
        response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(answer.Body, stop);
    }
}
