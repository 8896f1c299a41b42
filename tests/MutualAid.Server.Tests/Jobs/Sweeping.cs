using Dapper;
using MutualAid.Server.Jobs;

namespace MutualAid.Server.Tests.Jobs;

internal static class Sweeping
{
    /// <summary>Runs one job by its name at the fixture's time; returns the rows done.</summary>
    internal static async Task<long> Sweep(this ServiceFixture service, string job) =>
        await service.App.Services.GetRequiredService<SweepRunner>().Run(job, CancellationToken.None)
        ?? throw new ArgumentException($"no job {job}");

    /// <summary>Runs one job on three connections at once; returns the rows that all of them did.</summary>
    internal static async Task<long> SweepAtOnce(this ServiceFixture service, string job) =>
        (await Task.WhenAll(service.Sweep(job), service.Sweep(job), service.Sweep(job))).Sum();

    /// <summary>Prepares what a test is about: hundreds of thousands of rows take their time on a busy machine.</summary>
    internal static async Task Do(this ServiceFixture service, string sql, object? values = null)
    {
        await using var connection = await service.Open();
        await connection.ExecuteAsync(sql, values, commandTimeout: 600);
    }
}
