using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MutualAid.Server.Tests.Faults;

/// <summary>A service whose database is at the other end of a wire, and which does nothing of its own accord.</summary>
public sealed class FaultService(Cluster cluster) : ServiceFixture(cluster)
{
    private readonly Cluster cluster = cluster;

    internal FaultyWire Wire { get; private set; } = null!;

    internal WhatChanged Changes { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Wire = new FaultyWire(cluster.Server);
        await base.InitializeAsync();
        Changes = new WhatChanged(this);
        await Changes.Prepare();
    }

    protected override Settings Configure(Settings settings) =>
        settings with
        {
            Database = Wire.To(settings.Database),
        };

    // What reads and sends in the background would come between the exchanges that are counted.
    protected override void Configure(WebApplicationBuilder builder)
    {
        var own = builder
            .Services.Where(service =>
                service.ServiceType == typeof(IHostedService)
                && service
                    .ImplementationType?.Assembly.GetName()
                    .Name?.StartsWith("Microsoft", StringComparison.Ordinal) != true
            )
            .ToList();
        own.ForEach(service => builder.Services.Remove(service));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Wire.DisposeAsync();
    }
}
