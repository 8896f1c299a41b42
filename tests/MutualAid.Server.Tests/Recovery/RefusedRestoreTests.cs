using System.Security.Cryptography;
using Dapper;
using MutualAid.Server.Recovery;
using Npgsql;

namespace MutualAid.Server.Tests.Recovery;

/// <summary>What is wrong with a restore is said, and the database that it was meant for is as it was.</summary>
public sealed class RefusedRestoreTests(RecoveryFixture service) : IClassFixture<RecoveryFixture>
{
    private readonly List<string> wrong = [];

    // Guards, one a step: DumpFile.Open's look at the first bytes, its list and rows; Compare's two; SecretMark.Demand;
    // RestorePlace.HoldsData; RestorePlace.DemandAlone. The cut in the last tenth is seen by pg_restore alone: its guard is
    // the exit code, and that it works beside.
    [Fact]
    public async Task what_cannot_be_restored_is_refused_and_leaves_the_target_as_it_was()
    {
        await service.GivenRequest(await service.NewPerson(), quantity: 4);
        string file = await service.Backup();
        var target = service.Elsewhere();
        var (code, said) = await ProgramRun.Of(target, "restore", file, "--without-erasures");
        Assert.True(code == 0, said);
        string before = await Digest(target);

        byte[] whole = await File.ReadAllBytesAsync(file);
        await Refused(target, await Written([]), "is not a backup");
        await Refused(target, await Written("PGDMP, or so it says"u8.ToArray()), "cut off or damaged");
        await Refused(target, await Written(whole[..(whole.Length / 3)]), "cut off or damaged");
        await Refused(target, await Written(whole[..^(whole.Length / 10)]), "cut off or damaged");
        await Refused(target, "/nowhere/at-all", "There is no file");
        await Refused(target, file, "--replace", replace: false);
        var other = target with { Secret = RandomNumberGenerator.GetBytes(32) };
        await Refused(other, file, "another secret");
        await using (var somebody = new NpgsqlConnection(target.Database + ";Pooling=false"))
        {
            await somebody.OpenAsync();
            await Refused(target, file, "is in use");
        }
        await Refused(
            target,
            await Tampered("insert into migration (number, name, checksum) values (9999, '9999_later', 'x')"),
            "newer version"
        );
        await Refused(
            target,
            await Tampered("update migration set checksum = 'x' where number = 5"),
            "0005_matches is not this program's"
        );

        Assert.Empty(wrong);
        Assert.Equal(before, await Digest(target));
        Assert.Single(await service.Beside(target));
    }

    // In this process: the program says the same message and exits with 1.
    private async Task Refused(Settings target, string file, string says, bool replace = true)
    {
        string said = "nothing: it was restored";
        try
        {
            await new Restore(target, TimeProvider.System, _ => { }).Run(
                new RestoreOptions
                {
                    File = file,
                    Replace = replace,
                    WithoutErasures = true,
                },
                CancellationToken.None
            );
        }
        catch (CommandException refused)
        {
            said = refused.Message;
        }
        if (!said.Contains(says, StringComparison.Ordinal))
            wrong.Add($"not '{says}' but {said}");
    }

    private async Task<string> Written(byte[] bytes)
    {
        string file = service.NewFile();
        await File.WriteAllBytesAsync(file, bytes);
        return file;
    }

    // A backup of a database that says otherwise of its version.
    private async Task<string> Tampered(string sql)
    {
        await using var connection = await service.Open();
        await connection.ExecuteAsync("create table kept as select * from migration");
        await connection.ExecuteAsync(sql);
        try
        {
            return await service.Backup();
        }
        finally
        {
            await connection.ExecuteAsync(
                "delete from migration; insert into migration select * from kept; drop table kept"
            );
        }
    }

    private static async Task<string> Digest(Settings settings) =>
        (
            await RecoveryFixture.Ask<string>(
                settings,
                "select (select oid from pg_database where datname = current_database()) || (select string_agg(r::text, '') from request r) || (select string_agg(s::text, '') from session s)"
            )
        )!;
}
