using Microsoft.AspNetCore.HttpOverrides;
using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Health;
using MutualAid.Server.Interop.Exports;
using MutualAid.Server.Interop.Feeds;
using MutualAid.Server.Interop.OData;
using MutualAid.Server.Interop.Ogc;
using MutualAid.Server.Interop.Open311;
using MutualAid.Server.Interop.Tiles;
using MutualAid.Server.Jobs;
using MutualAid.Server.Keys;
using MutualAid.Server.Map;
using MutualAid.Server.Matches;
using MutualAid.Server.Messages;
using MutualAid.Server.Offers;
using MutualAid.Server.Recovery;
using MutualAid.Server.Reports;
using MutualAid.Server.Requests;
using MutualAid.Server.Rounds;
using MutualAid.Server.Teams.Access;
using MutualAid.Server.Teams.Acts;
using MutualAid.Server.Teams.Duplicates;
using MutualAid.Server.Teams.Givers;
using MutualAid.Server.Teams.Queues;
using MutualAid.Server.Teams.Reports;
using MutualAid.Server.Teams.View;
using MutualAid.Server.Threads;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;
using MutualAid.Server.Web.OpenApi;

namespace MutualAid.Server;

/// <summary>Puts the service together: one line a feature.</summary>
public static class Service
{
    /// <summary>The application, not yet started. Tests hand in a clock and settings of their own.</summary>
    public static WebApplication Create(
        Settings settings,
        TimeProvider? time = null,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ApplicationName = typeof(Service).Assembly.GetName().Name }
        );
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A form from an old page is answered, and no news.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);
        builder.KeepFrameworkQuiet();
        builder.WebHost.UseUrls(settings.Urls.Split(';'));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 256 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<ServiceDatabase>();
        builder.Services.AddSingleton<MatcherDatabase>();
        builder.Services.AddPublicReading(settings);
        builder.Services.AddSingleton<Idempotency>();
        builder.Services.AddSingleton<ErasureLedger>();
        builder.Services.AddMessages();
        builder.Services.AddAccounts();
        builder.Services.AddKeys();
        builder.Services.AddForgeryProtection();
        builder.Services.AddKeyRing();
        builder.Services.AddRateLimits(settings);
        builder.Services.AddSingleton<Categories>();
        builder.Services.AddOffers();
        builder.Services.AddMatches();
        builder.Services.AddThreads();
        builder.Services.AddRounds(settings);
        builder.Services.AddJobs(settings);
        builder.Services.AddSingleton<Measurements>();
        builder.Services.AddRequests();
        builder.Services.AddOData();
        builder.Services.AddExports();
        builder.Services.AddQueues();
        builder.Services.AddReportsOnDesk();
        builder.Services.AddFeeds();
        builder.Services.AddTeamAccess();
        builder.Services.AddActs();
        builder.Services.AddDuplicates();
        builder.Services.AddGivers();
        builder.Services.AddExceptionHandler<Problems>();
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(options => Json.Configure(options.SerializerOptions));
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders =
                ForwardedHeaders.XForwardedFor
                | ForwardedHeaders.XForwardedProto
                | ForwardedHeaders.XForwardedHost;
            options.KnownIPNetworks.Clear();
            options.KnownProxies.Clear();
            foreach (var proxy in settings.TrustedProxies)
                options.KnownProxies.Add(proxy);
        });
        builder.Services.AddPackedPages();
        builder.Services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
        builder.Services.AddSitePages();
        builder.Services.AddApiDocument();
        configure?.Invoke(builder);

        var app = builder.Build();
        // Measures from the first request on, not from the first look.
        app.Services.GetRequiredService<Measurements>();
        if (settings.TrustedProxies.Count > 0)
            app.UseForwardedHeaders();
        app.UseSecurityHeaders(settings);
        app.UsePackedPages();
        app.UseExceptionHandler(_ => { });
        app.UseProblemsForBareStatusCodes();
        app.UseReadable();
        app.UseMiddleware<SignedIn>();
        app.UseRateLimiter();
        app.Use(SignedIn.RefuseUnknown);
        app.UseForgeryProtection();
        app.MapHealth();
        app.MapMetrics();
        app.MapAccounts();
        app.MapKeys();
        app.MapAreas();
        app.MapOffers();
        app.MapMatches();
        app.MapThreads();
        app.MapReports();
        app.MapAreaView();
        app.MapRounds();
        app.MapRequests();
        app.MapTheMap();
        app.MapOData();
        app.MapOpen311();
        app.MapTiles();
        app.MapExports();
        app.MapQueues();
        app.MapReportsOnDesk();
        app.MapFeeds();
        app.MapActs();
        app.MapDuplicates();
        app.MapOgc();
        app.MapTeamAccess();
        app.MapGivers();
        app.MapSiteFiles();
        app.MapApiDocument();
        app.MapSitePages();
        return app;
    }
}
