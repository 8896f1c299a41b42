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
}
