using MutualAid.Server.Database;

namespace MutualAid.Server.Rounds;

/// <summary>
/// One matcher at a time over all servers. A lease row, not a session's advisory lock, so that a pool between us and the
/// database may hand us another session each time. Its fence rises with each taking; proposals carry it, so that a matcher
/// that slept through its lease cannot write.
/// </summary>
public sealed class MatcherLease(ServiceDatabase database)
{
    /// <summary>How long the lease stands without renewal; as long as others wait when a server dies.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    /// <summary>Takes the lease when it is free or has run out, or renews it.</summary>
    /// <param name="force">Takes it from whoever holds it: their proposals are refused from now on.</param>
    /// <returns>The fence; null when somebody else holds it.</returns>
    public async Task<long?> Take(Guid holder, CancellationToken stop, bool force = false)
    {
        await using var connection = await database.Open(stop);
        // The database's clock: servers whose clocks differ must not take the lease from each other.
        return await connection.Value<long?>(
            """
            update lease
            set holder = @holder, expires_at = clock() + @Life,
                fence = case when holder = @holder and expires_at > clock() then fence else fence + 1 end
            where name = 'matcher' and (holder = @holder or expires_at <= clock() or @force)
            returning fence
            """,
            new
            {
                holder,
                Life,
                force,
            },
            stop
        );
    }

    /// <summary>Lets the next one take over at once.</summary>
    public async Task Release(Guid holder, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        await connection.Execute(
            "update lease set holder = null, expires_at = '-infinity' where name = 'matcher' and holder = @holder",
            new { holder },
            stop
        );
    }
}
