using MutualAid.Server.Jobs;

namespace MutualAid.Server.Tests.Jobs;

public sealed class SweepRunnerTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private SweepRunner Runner => service.App.Services.GetRequiredService<SweepRunner>();

    [Fact]
    public async Task every_job_runs_on_an_empty_database_twice_and_says_so()
    {
        foreach (var sweep in Runner.Sweeps)
            for (int time = 0; time < 2; time++)
            {
                Assert.Equal(0, await Runner.Run(sweep.Name, CancellationToken.None));
                Assert.Equal(
                    1,
                    await service.Look<int>(
                        "select count(*)::int from job_run where job = @Name and finished_at is not null and error is null",
                        new { sweep.Name }
                    )
                );
            }
    }

    [Fact]
    public async Task a_name_that_no_job_has_is_told() =>
        Assert.Null(await Runner.Run("sweep-the-stairs", CancellationToken.None));

    [Fact]
    public async Task a_job_that_fails_leaves_its_error_behind_and_runs_again()
    {
        await service.Do("alter table count_delta rename to gone");
        await Assert.ThrowsAnyAsync<Exception>(() => Runner.Run("fold-counts", CancellationToken.None));
        Assert.Equal(
            "PostgresException",
            await service.Look<string>(
                "select error from job_run where job = 'fold-counts' and finished_at is null"
            )
        );
        await service.Do("alter table gone rename to count_delta");
        Assert.Equal(0, await Runner.Run("fold-counts", CancellationToken.None));
        Assert.Null(await service.Look<string>("select error from job_run where job = 'fold-counts'"));
    }
}
