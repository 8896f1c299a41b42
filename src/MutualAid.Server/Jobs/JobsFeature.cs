using System.CommandLine;
using MutualAid.Server.Changes;
using MutualAid.Server.Counts;
using MutualAid.Server.Matches;
using MutualAid.Server.Offers;
using MutualAid.Server.Requests;
using MutualAid.Server.Teams.Duplicates;
using MutualAid.Server.Teams.View;
using MutualAid.Server.Threads;
using Npgsql;
using Quartz;

namespace MutualAid.Server.Jobs;

/// <summary>What comes round by the clock, by Quartz's cluster in PostgreSQL, or by hand.</summary>
public static class JobsFeature
{
    public static void AddJobs(this IServiceCollection services, Settings settings)
    {
        services.AddSweep<RemindBeforeExpiry>();
        services.AddSweep<ExpireRequests>();
        services.AddSweep<RetireOffers>();
        services.AddSweep<ConfirmDeliveries>();
        services.AddSweep<TellCalledOff>();
        services.AddSweep<TellUnread>();
        services.AddSweep<FoldCounts>();
        services.AddSweep<ReconcileCounts>();
        services.AddSweep<FoldDesk>();
        services.AddSweep<ReconcileDesk>();
        services.AddSweep<FindGaps>();
        services.AddSweep<KeepChangeLog>();
        services.AddSweep<FindDuplicates>();
        services.AddSweep<Purge>();
        services.AddSingleton<SweepRunner>();
        services.AddSingleton<TriggerWatch>();
        if (!settings.Jobs)
            return;

        // It tells each step of its start.
        services.AddLogging(logging => logging.AddFilter("Quartz", LogLevel.Warning));
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(options =>
            {
                options.InstanceName = "mutualaid";
                options.GenerateInstanceId = true;
                options.IdleWaitTime = TimeSpan.FromSeconds(10);
            });
            quartz.UseTimeProvider(TimeProvider.System);
            quartz.UseDefaultThreadPool(2);
            quartz.UsePersistentStore(store =>
            {
                store.ConfigureStore(options =>
                {
                    options.TablePrefix = "quartz.qrtz_";
                    options.StoreJobDataAsStrings = true;
                    // Soon after a start, or after a trigger was freed, what was missed is caught up with.
                    options.MisfireHandlerFrequency = TimeSpan.FromSeconds(15);
                });
                store.UsePostgres(NpgsqlFactory.Instance, ConnectionString(settings));
                store.UseClustering();
                store.ProvisionSchema();
            });
        });
        services.AddHostedService<JobsHost>();
        services.AddHostedService(provider => provider.GetRequiredService<TriggerWatch>());
    }

    private static void AddSweep<T>(this IServiceCollection services)
        where T : class, ISweep
    {
        services.AddSingleton<T>();
        services.AddSingleton<ISweep>(provider => provider.GetRequiredService<T>());
    }

    // A few connections of its own, in the application's role, so that jobs take none from people.
    private static string ConnectionString(Settings settings)
    {
        var builder = new NpgsqlConnectionStringBuilder(settings.DirectDatabase)
        {
            ApplicationName = "mutualaid_jobs",
            MaxPoolSize = 5,
        };
        builder.Options = string.Join(' ', builder.Options, "-c role=mutualaid_app -c jit=off");
        return builder.ConnectionString;
    }

    /// <summary><c>./run sweep JOB</c></summary>
    public static Command SweepCommand()
    {
        var command = new Command("sweep", "Runs one of the jobs by hand.");
        var job = new Argument<string?>("JOB") { Arity = ArgumentArity.ZeroOrOne };
        command.Add(job);
        command.SetAction(
            async (parsed, stop) =>
            {
                var settings = Commands.ReadSettings() with { Rounds = false, Jobs = false };
                await using var app = Service.Create(settings);
                var runner = app.Services.GetRequiredService<SweepRunner>();
                string name = parsed.GetValue(job) ?? "";
                if (await runner.Run(name, stop) is { } rows)
                {
                    await Console.Out.WriteLineAsync($"{name}: {rows} rows");
                    return 0;
                }
                await Console.Error.WriteLineAsync(
                    $"{(name.Length > 0 ? $"There is no job '{name}'" : "Name a job")}. Jobs: "
                        + string.Join(", ", runner.Sweeps.Select(sweep => sweep.Name))
                );
                return 1;
            }
        );
        return command;
    }
}
