namespace MutualAid.Server.Tests.Pooler;

/// <summary>The service through a PgBouncer in transaction mode; what needs sessions of its own goes past it.</summary>
public sealed class PooledFixture(Cluster cluster) : ServiceFixture(cluster)
{
    private readonly Cluster cluster = cluster;

    internal PgBouncer Pooler { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Pooler = await PgBouncer.Start(cluster.Server);
        await base.InitializeAsync();
    }

    protected override Settings Configure(Settings settings) =>
        settings with
        {
            DirectDatabase = settings.Database,
            Database = Pooler.To(settings.Database),
            Jobs = true,
        };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Pooler.DisposeAsync();
    }
}
