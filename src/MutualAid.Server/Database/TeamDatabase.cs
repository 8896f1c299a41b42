using Npgsql;

namespace MutualAid.Server.Database;

/// <summary>
/// What a team's reading key reads through: role <c>mutualaid_team_reader</c>, which sees the <c>team_*</c> and <c>public_*</c>
/// views only. The primary: what a team did a moment ago must be there. Nothing is prepared: how many needs an area has decides
/// which index serves, so that each statement is planned for the area that it asks about.
/// </summary>
public sealed class TeamDatabase(Settings settings)
    : PooledDatabase(settings.Database, Role, PublicDatabase.StatementTimeoutSeconds, settings.ThroughPooler)
{
    internal const string Role = "mutualaid_team_reader";

    /// <summary>Reads on a connection of the pool.</summary>
    public async Task<T> Read<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken stop
    )
    {
        await using var connection = await Open(stop);
        return await work(connection, stop);
    }
}
