using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using MutualAid.Seed;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using Npgsql;

namespace MutualAid.Server.Seeding;

/// <summary>What is asked of a seed.</summary>
/// <param name="Again">Once more with a seed that was used: other people, the same city.</param>
/// <param name="Force">Also into a database that real people use.</param>
public sealed record SeedOptions(
    int Requests,
    int Offers,
    long Seed,
    bool Again = false,
    bool Force = false,
    double LiveShare = 0.4
)
{
    /// <summary>The demo city's: enough of everything to look at, made in seconds.</summary>
    public static readonly SeedOptions Demo = new(3_000, 600, 1);
}

/// <summary>Fills a migrated database with the synthetic city and a run's people, needs, offers and histories.</summary>
public sealed class Seeder(Settings settings, TimeProvider time, Action<string> say)
{
    // Two seeds at once would draw the same phones.
    private const long AdvisoryLock = 0x4D41_7365_6564;

    // Deltas of the counts are folded on the way: a million requests would leave hundreds of thousands of them.
    private const int BatchesBetweenFolds = 20;

    // More would only wait for each other at the log.
    private const int MostWriters = 4;

    /// <exception cref="SeedException">Refused; nothing was written.</exception>
    public async Task<SeedRun> Run(SeedOptions options, CancellationToken stop)
    {
        await using var database = new BulkDatabase(settings);
        var city = new SyntheticCity();
        SeedRun run;
        await using (var connection = await database.Open(stop))
        {
            if (
                !await connection.Value<bool>(
                    "select pg_try_advisory_lock(@AdvisoryLock)",
                    new { AdvisoryLock },
                    stop
                )
            )
                throw new SeedException("Another seed is running on this database. Wait until it has ended.");
            run = await Begin(connection, options, city, stop);
            await Write(database, run, city, stop);
            await connection.Execute(
                "update seed_run set finished_at = @now where (seed, again) = (@Seed, @Again)",
                new
                {
                    now = time.GetUtcNow(),
                    run.Seed,
                    run.Again,
                },
                stop
            );
            await connection.Execute("select pg_advisory_unlock(@AdvisoryLock)", new { AdvisoryLock }, stop);
        }
        await Analyze(stop);
        return run;
    }

    private async Task<SeedRun> Begin(
        NpgsqlConnection connection,
        SeedOptions options,
        SyntheticCity city,
        CancellationToken stop
    )
    {
        if (
            !settings.PrivateDemo
            && !options.Force
            && await connection.Value<bool>(
                "select exists (select 1 from request r join area a on a.id = r.root_area_id where not a.synthetic)",
                null,
                stop
            )
        )
            throw new SeedException(
                "This database has requests of real people; made-up ones would stand among them. Seed another database, or say --force."
            );
        int before = await connection.Value<int>(
            "select count(*)::int from seed_run where seed = @Seed",
            new { options.Seed },
            stop
        );
        if (before > 0 && !options.Again)
            throw new SeedException(
                $"This database was seeded with seed {options.Seed} before. Say --again for more of it, or --seed with another number."
            );
        long first = await connection.Value<long>(
            "select coalesce(max(next_person), 0) from seed_run",
            null,
            stop
        );
        var run = new SeedRun(
            options.Seed,
            before,
            options.Requests,
            options.Offers,
            time.GetUtcNow(),
            options.LiveShare,
            first
        );
        if (run.NextPerson > People.Phones)
            throw new SeedException("The range of made-up phones is used up. Seed another database.");
        await CityWriter.Ensure(connection, city, run.Now, stop);
        await connection.Execute(
            """
            insert into seed_run (seed, again, requests, offers, next_person, started_at)
            values (@Seed, @Again, @Requests, @Offers, @NextPerson, @Now)
            """,
            run,
            stop
        );
        return run;
    }

    // The next batches are made while PostgreSQL writes the last ones, on as many connections as there are processors.
    private async Task Write(BulkDatabase database, SeedRun run, SyntheticCity city, CancellationToken stop)
    {
        var households = new Households(settings);
        var maker = new BatchMaker(run, new Neighbourhoods(city));
        int writers = Math.Clamp(Environment.ProcessorCount, 1, MostWriters);
        var made = Channel.CreateBounded<SeedBatch>(writers);
        var progress = new Progress("seeding", "requests", run.Requests, time, say);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(stop);

        async Task Make()
        {
            for (int number = 0; number < run.Batches; number++)
                await made.Writer.WriteAsync(maker.Make(number), broken.Token);
            made.Writer.Complete();
        }

        async Task WriteOut()
        {
            await using var connection = await database.Open(broken.Token);
            int written = 0;
            await foreach (var batch in made.Reader.ReadAllAsync(broken.Token))
            {
                await BatchWriter.Write(connection, households, batch, broken.Token);
                lock (progress)
                    progress.Add(batch.Requests.Count);
                if (++written % BatchesBetweenFolds == 0)
                    await connection.Execute("select fold_counts()", null, broken.Token);
            }
        }

        // The first that fails ends the others, and its failure is the one that is told.
        Exception? failure = null;
        async Task Guarded(Func<Task> work)
        {
            try
            {
                await Task.Run(work, broken.Token);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
                await broken.CancelAsync();
            }
        }

        await Task.WhenAll(
            Enumerable.Range(0, writers).Select(_ => Guarded(WriteOut)).Prepend(Guarded(Make))
        );
        stop.ThrowIfCancellationRequested();
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        await Fold(database, stop);
        progress.End();
    }

    private static async Task Fold(BulkDatabase database, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        while (await connection.Value<long>("select fold_counts()", null, stop) > 0) { }
    }

    // The planner should know at once what there is now; only the owner may say so, and others leave it to autovacuum.
    private async Task Analyze(CancellationToken stop)
    {
        await using var owner = new NpgsqlConnection(settings.Database);
        await owner.OpenAsync(stop);
        foreach (
            string table in (string[])
                ["area", "account", "household", "request", "request_private", "offer", "match"]
        )
            await owner.Execute($"analyze {table}", null, stop);
    }
}
