using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Jobs;

/// <summary>The shape of most sweeps: so many rows a transaction, until a batch is not full.</summary>
public static class Batches
{
    /// <param name="batch">Does at most <paramref name="size"/> rows and returns how many; fewer ends it.</param>
    public static async Task<long> InBatches(
        this ServiceDatabase database,
        int size,
        Func<NpgsqlConnection, Task<int>> batch,
        CancellationToken stop
    )
    {
        long all = 0;
        while (true)
        {
            int done = await database.Transaction(batch, stop);
            all += done;
            if (done < size)
                return all;
        }
    }

    /// <summary>The shape of those that the door does: it judges again, under its locks, each that seemed due.</summary>
    /// <param name="due">Selects at most <c>@limit</c> ids of what is due at <c>@now</c>.</param>
    /// <param name="act">Does it to <c>@ids</c> and selects how many were done, as int.</param>
    public static Task<long> ThroughTheDoor(
        this ServiceDatabase database,
        int size,
        string due,
        string act,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        database.InBatches(
            size,
            async connection =>
            {
                var ids = await connection.Rows<Guid>(due, new { now, limit = size }, stop);
                return await connection.Value<int>(act, new { now, ids = ids.ToArray() }, stop);
            },
            stop
        );
}
