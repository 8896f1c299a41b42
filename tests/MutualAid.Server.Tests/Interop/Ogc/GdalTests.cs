using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace MutualAid.Server.Tests.Interop.Ogc;

/// <summary>GDAL's OAPIF driver reads the service, and what it asked the service is kept.</summary>
public sealed partial class GdalTests(GdalTests.Watched world) : IClassFixture<GdalTests.Watched>
{
    [Fact]
    public async Task it_reads_every_feature_of_every_collection()
    {
        if (!Gdal.Here)
            Assert.Skip("gdal-bin is not installed");
        foreach (
            var (collection, sql) in new[]
            {
                ("requests", "select count(*)::int from public_request"),
                ("offers", "select count(*)::int from public_offer"),
                ("areas", "select count(*)::int from public_area"),
                ("coverage-gaps", "select count(*)::int from public_coverage_gap"),
            }
        )
        {
            string told = await Read("-al", collection);
            int there = await world.Look<int>(sql);
            Assert.Equal(there, Features().Count(told));
            Assert.Equal(
                there,
                int.Parse(
                    Count().Match(told).Groups[1].Value,
                    System.Globalization.CultureInfo.InvariantCulture
                )
            );
        }
        // The asymmetric place, the right way round.
        Assert.Matches(
            @"POINT \(106\.70\d* 10\.7\d*\)|POINT \(106\.69\d* 10\.7\d*\)",
            await Read("-al", "requests")
        );
    }

    [Fact]
    public async Task a_window_is_asked_of_the_service_as_a_box()
    {
        if (!Gdal.Here)
            Assert.Skip("gdal-bin is not installed");
        world.Asked.Clear();
        string told = await Read("-spat", "105.85", "21.0", "105.9", "21.03", "requests");
        Assert.Equal(
            await world.Look<int>(
                "select count(*)::int from public_request where st_covers(st_makeenvelope(105.85, 21.0, 105.9, 21.03, 4326), place::geometry)"
            ),
            Features().Count(told)
        );
        Assert.Contains(world.Asked, query => Regex.IsMatch(query, @"bbox=105\.8\d+(,|%2C)2[01]"));
    }

    [Theory]
    [InlineData("category = 'food'", "category = 'food'", "r.category_id = 1")]
    [InlineData(
        "quantity > 3 AND urgency <> 'soon'",
        "quantity > 3",
        "r.quantity > 3 and r.urgency <> 'soon'"
    )]
    [InlineData("publicNote LIKE '%gạo%'", "publicNote LIKE '%gạo%'", "r.public_note like '%gạo%'")]
    [InlineData("people IS NULL", "people IS NULL", "r.people is null")]
    [InlineData("NOT (quantity BETWEEN 2 AND 5)", "NOT (", "r.quantity not between 2 and 5")]
    public async Task a_condition_reaches_the_service_as_a_filter(string where, string filter, string sql)
    {
        if (!Gdal.Here)
            Assert.Skip("gdal-bin is not installed");
        world.Asked.Clear();
        string told = await Read("-where", where, "requests");
        int there = await world.Look<int>($"select count(*)::int from public_request r where {sql}");
        Assert.True(there > 0);
        Assert.Equal(there, Features().Count(told));
        Assert.Contains(
            world.Asked,
            query =>
                query.Contains("filter-lang=cql-text", StringComparison.Ordinal)
                && Uri.UnescapeDataString(query).Contains("filter=" + filter, StringComparison.Ordinal)
                    | Uri.UnescapeDataString(query).Contains("(" + filter, StringComparison.Ordinal)
        );
        Assert.Empty(world.Failed);
    }

    private Task<string> Read(params string[] arguments) =>
        Gdal.Run("ogrinfo", "", ["-ro", $"OAPIF:{world.Address}ogc", .. arguments]);

    [GeneratedRegex(@"^OGRFeature\(", RegexOptions.Multiline)]
    private static partial Regex Features();

    [GeneratedRegex(@"Feature Count: (\d+)")]
    private static partial Regex Count();

    /// <summary>The world, with every question that it is asked written down before it is answered.</summary>
    public sealed class Watched(Cluster cluster) : OgcWorld(cluster)
    {
        public ConcurrentQueue<string> Asked { get; } = [];
        public ConcurrentQueue<string> Failed { get; } = [];

        protected override void Configure(WebApplicationBuilder builder) =>
            builder.Services.AddSingleton<IStartupFilter>(new Watch(this));

        private sealed class Watch(Watched world) : IStartupFilter
        {
            public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
                app =>
                {
                    app.Use(
                        async (HttpContext context, RequestDelegate go) =>
                        {
                            world.Asked.Enqueue($"{context.Request.Path}{context.Request.QueryString}");
                            await go(context);
                            if (context.Response.StatusCode >= 400)
                                world.Failed.Enqueue($"{context.Request.Path}{context.Request.QueryString}");
                        }
                    );
                    next(app);
                };
        }
    }
}
