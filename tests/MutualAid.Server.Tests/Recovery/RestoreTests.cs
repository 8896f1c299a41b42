using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Dapper;
using MutualAid.Server.Tests.Accounts;
using MutualAid.Server.Tests.Requests;
using Npgsql;

namespace MutualAid.Server.Tests.Recovery;

public sealed class RestoreTests(RecoveryFixture service) : IClassFixture<RecoveryFixture>
{
    // Guards: Aftercare.Close (the old session would still be signed in, the code good, the fence as it was), and the change
    // log that backups leave out (its rows of another cluster would lie ahead of every reader).
    [Fact]
    public async Task what_was_posted_is_there_after_a_restore_and_what_time_has_closed_is_closed()
    {
        var person = await service.NewPerson();
        var posted = await person.Posted();
        var asked = await service.AskCode("0919 300 001");
        await using (var connection = await service.Open())
            await connection.ExecuteAsync(
                """
                update change set xid = '4000000000000000000' where subject_id = @id;
                update lease set fence = 41;
                """,
                new { id = posted.Id() }
            );
        // A link that is revoked after the backup was made would be as good as ever in what is restored.
        using var owner = await Visitor.Of(service, person);
        var shared = await owner.Send(
            await owner.Get($"/requests/{posted.Id()}"),
            $"/requests/{posted.Id()}/share/new"
        );
        string link = new Uri(shared.Html.QuerySelector("#url")!.GetAttribute("value")!).PathAndQuery;
        (await owner.Get(link)).Is(HttpStatusCode.OK);
        string file = await service.Backup();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);

        var elsewhere = service.Elsewhere();
        var (code, said) = await ProgramRun.Of(elsewhere, "restore", file, "--without-erasures");

        Assert.True(code == 0, said);
        Assert.Contains("every count and every unit agrees with the rows", said, StringComparison.Ordinal);
        await using var served = await Served.Start(elsewhere);
        using var anybody = served.Client();
        var read = await anybody.ReadAt($"/api/requests/{posted.Id()}");
        Assert.Equal(4, read.Number("unmet"));
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync(link)).StatusCode);
        using var before = served.Client(person.Token);
        await before.GetAsync("/api/me").IsProblem(401, "tokenUnknown");
        await anybody
            .PostAsJsonAsync(
                "/api/sign-in",
                new
                {
                    phone = "0919300001",
                    code = asked.Code,
                    attempt = asked.Attempt,
                }
            )
            .IsProblem(422, "codeUsed");
        await using var restored = new NpgsqlConnection(elsewhere.Database);
        await restored.OpenAsync();
        Assert.True(await restored.ExecuteScalarAsync<long>("select fence from lease") > 1_700_000_000);
        Assert.Equal(
            0,
            await restored.ExecuteScalarAsync<int>(
                "select count(*) from change where xid >= pg_snapshot_xmin(pg_current_snapshot())"
            )
        );
        // A team's role reads there what it reads elsewhere, and the application may act as it.
        Assert.True(
            await restored.ExecuteScalarAsync<bool>(
                """
                select has_table_privilege('mutualaid_team_reader', 'team_request', 'select')
                  and has_table_privilege('mutualaid_team_reader', 'public_need', 'select')
                  and not has_table_privilege('mutualaid_team_reader', 'request', 'select')
                  and pg_has_role('mutualaid_app', 'mutualaid_team_reader', 'member')
                """
            )
        );
        // The application may do in a restored database what it may in a new one.
        Assert.True(
            await restored.ExecuteScalarAsync<bool>(
                "select has_database_privilege('mutualaid_app', current_database(), 'temporary') and not has_database_privilege('mutualaid_reader', current_database(), 'temporary')"
            )
        );
    }

    // Guard: the erasures that Aftercare.Run applies again.
    [Fact]
    public async Task who_asked_to_be_forgotten_after_the_backup_stays_forgotten()
    {
        var person = await service.NewPerson("Lê Thị Quên");
        var posted = await person.Posted();
        string file = await service.Backup();
        await person.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);

        var elsewhere = service.Elsewhere();
        var (code, said) = await ProgramRun.Of(elsewhere, "restore", file);
        Assert.Equal(1, code);
        Assert.Contains("--erasures FILE", said, StringComparison.Ordinal);
        Assert.Empty(await service.Beside(elsewhere));

        (code, said) = await ProgramRun.Of(
            elsewhere,
            "restore",
            file,
            "--erasures",
            service.Settings.Erasures!
        );
        Assert.True(code == 0, said);
        await using var served = await Served.Start(elsewhere);
        using var back = served.Client(person.Token);
        await back.GetAsync("/api/me").IsProblem(410, "erased");
        using var anybody = served.Client();
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await anybody.GetAsync($"/api/requests/{posted.Id()}")).StatusCode
        );
        Assert.DoesNotContain(
            person.Phone,
            await File.ReadAllTextAsync(service.Settings.Erasures!),
            StringComparison.Ordinal
        );
    }

    // Guard: RestorePlace.ErasuresOf, and its comparison of when the databases were made.
    [Fact]
    public async Task a_replaced_database_tells_who_was_erased_and_another_that_stands_in_its_place_does_not()
    {
        var person = await service.NewPerson();
        string file = await service.Backup();
        var elsewhere = service.Elsewhere();
        var (code, said) = await ProgramRun.Of(elsewhere, "restore", file, "--without-erasures");
        Assert.True(code == 0, said);
        await RecoveryFixture.Ask<object>(elsewhere, "select erase_account(now(), @Id)", new { person.Id });

        (code, said) = await ProgramRun.Of(elsewhere, "restore", file, "--replace");
        Assert.True(code == 0, said);
        Assert.Contains("erased again: 1 of", said, StringComparison.Ordinal);
        Assert.Contains("_replaced", said, StringComparison.Ordinal);
        Assert.True(
            await RecoveryFixture.Ask<bool>(
                elsewhere,
                "select erased_at is not null from account where id = @Id",
                new { person.Id }
            )
        );
        await RecoveryFixture.Ask<object>(
            elsewhere,
            "update migration set applied_at = now() where number = 1"
        );
        (code, said) = await ProgramRun.Of(elsewhere, "restore", file, "--replace");
        Assert.Equal(1, code);
        Assert.Contains("--erasures FILE", said, StringComparison.Ordinal);
    }

    // Guard: the check before the swap (Aftercare.Check and the exit code that follows from it).
    [Fact]
    public async Task a_backup_whose_counts_differ_from_its_rows_is_not_taken_unless_it_is_asked_for()
    {
        var source = service.Elsewhere();
        string file = await service.Backup();
        Assert.Equal(0, (await ProgramRun.Of(source, "restore", file, "--without-erasures")).Code);
        await RecoveryFixture.Ask<object>(
            source,
            "insert into count_delta (root_area_id, public_area_id, responsible_area_id, category_id, status, day, requests, units, unmet) select id, id, id, 1, 'open', '-infinity', 1, 1, 1 from area limit 1"
        );
        string wrong = service.NewFile();
        Assert.Equal(0, (await ProgramRun.Of(source, "backup", wrong)).Code);

        var target = service.Elsewhere();
        var (code, said) = await ProgramRun.Of(target, "restore", wrong, "--without-erasures");
        Assert.Equal(2, code);
        Assert.Contains("violated: counts equal rows", said, StringComparison.Ordinal);
        Assert.Empty(await service.Beside(target));

        (code, _) = await ProgramRun.Of(
            target,
            "restore",
            wrong,
            "--without-erasures",
            "--accept-violations"
        );
        Assert.Equal(2, code);
        Assert.Single(await service.Beside(target));
    }

    // Guard: the look for the file before it is written.
    [Fact]
    public async Task a_backup_never_takes_the_place_of_another_unless_it_is_told_to()
    {
        string file = service.NewFile();
        await File.WriteAllTextAsync(file, "the only good one");
        var (code, said) = await ProgramRun.Of(service.Settings, "backup", file);
        Assert.Equal(1, code);
        Assert.Contains("--force", said, StringComparison.Ordinal);
        Assert.Equal("the only good one", await File.ReadAllTextAsync(file));
        (code, said) = await ProgramRun.Of(service.Settings, "backup", file, "--force");
        Assert.True(code == 0, said);
        Assert.Contains("as of 20", said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(file)!, "*.making-*"));
    }
}
