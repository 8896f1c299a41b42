using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Accounts;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Teams;

/// <summary>Roles given and ended by people.</summary>
public sealed class RolesTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static int numbers = 1000;

    [Theory]
    [InlineData("teamLead", "teamMember", true)]
    [InlineData("teamLead", "teamLead", false)]
    [InlineData("teamLead", "operator", false)]
    [InlineData("administrator", "teamMember", true)]
    [InlineData("administrator", "teamLead", true)]
    [InlineData("administrator", "operator", true)]
    [InlineData("administrator", "moderator", true)]
    [InlineData("administrator", "administrator", false)]
    public async Task on_its_own_area_a_role_gives_what_is_below_it(string role, string given, bool may)
    {
        var granting = await service.NewPerson("Trưởng", (role, Places.WestDistrict));
        var answer = Grant(granting, Places.WestDistrict, NewPhone(), given);
        if (may)
            Assert.Equal(given, (await answer.Is(HttpStatusCode.Created)).Text("role"));
        else
            await answer.IsProblem(403, "roleAbove");
    }

    [Fact]
    public async Task below_its_area_an_administrator_gives_any_role_and_outside_nobody_gives_or_sees_one()
    {
        var administrator = await service.NewPerson("Quản trị", ("administrator", Places.WestDistrict));
        await Grant(administrator, Places.NorthWest, NewPhone(), "administrator").Is(HttpStatusCode.Created);
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.NorthWest));
        await Grant(lead, Places.NorthWestGroupOne, NewPhone(), "teamMember").Is(HttpStatusCode.Created);
        foreach (
            var area in new[] { Places.WestDistrict, Places.SouthWest, Places.OtherWard, Guid.NewGuid() }
        )
        {
            await Grant(lead, area, NewPhone(), "teamMember").IsProblem(404, "notFound");
            await lead.Get($"/api/team/{area}/roles").IsProblem(404, "notFound");
            await lead.Get($"/api/team/{area}/roles/log").IsProblem(404, "notFound");
        }
        await Grant(administrator, Places.Province, NewPhone(), "teamMember").IsProblem(404, "notFound");
        foreach (string role in new[] { "teamMember", "operator", "moderator" })
        {
            var other = await service.NewPerson(null, (role, Places.NorthWest));
            await other.Get($"/api/team/{Places.NorthWest}/roles").IsProblem(404, "notFound");
            await Grant(other, Places.NorthWest, NewPhone(), "teamMember").IsProblem(404, "notFound");
        }
        var nobody = await service.NewPerson();
        await nobody.Get($"/api/team/{Places.NorthWest}/roles").IsProblem(404, "notFound");
    }

    [Fact]
    public async Task a_role_makes_the_account_tells_the_person_and_ends_by_its_date()
    {
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.NorthWest));
        string phone = NewPhone();
        var granted = await Grant(lead, Places.NorthWest, phone, "teamMember").Is(HttpStatusCode.Created);
        Assert.Equal(
            service.Clock.GetUtcNow() + TimeSpan.FromDays(90),
            DateTimeOffset.Parse(granted.Text("endsAt"), System.Globalization.CultureInfo.InvariantCulture),
            TimeSpan.FromSeconds(1)
        );
        Assert.Equal(phone[^3..], granted.Text("phoneEnd"));
        Assert.DoesNotContain(phone, granted.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Phường Đèn", await service.NextTo(phone), StringComparison.Ordinal);
        // Nothing but a number stands there: whoever holds it signs in and enrols.
        Assert.NotNull((await service.SignIn(phone))["enrol"]);

        var far = service.Clock.GetUtcNow() + TimeSpan.FromDays(400);
        await Grant(lead, Places.NorthWest, phone, "teamMember", far).IsProblem(400, "invalid");
        await Grant(lead, Places.NorthWest, phone, "teamMember", service.Clock.GetUtcNow())
            .IsProblem(400, "invalid");
        await Grant(lead, Places.NorthWest, "123", "king").IsProblem(400, "invalid");

        var member = await service.NewPerson("Tổ viên", ("teamMember", Places.NorthEast));
        await Grant(lead, Places.NorthWest, member.Phone, "teamMember", service.Clock.GetUtcNow().AddDays(2))
            .Is(HttpStatusCode.Created);
        var need = await service.GivenRequest(await service.NewPerson(), lon: 105.845, lat: 21.045);
        Assert.NotNull((await member.Get($"/api/requests/{need}").Is(HttpStatusCode.OK))["private"]);
        await service.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, await Roles(member));
    }

    [Fact]
    public async Task a_grant_works_at_the_next_request_and_a_revocation_at_once()
    {
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.NorthWest));
        var member = await service.NewPerson("Tổ viên", ("teamMember", Places.NorthEast));
        Assert.Equal(1, await Roles(member));
        var granted = await Grant(lead, Places.NorthWest, member.Phone, "teamMember")
            .Is(HttpStatusCode.Created);
        Assert.Equal(2, await Roles(member));
        await lead.Http.DeleteAsync($"/api/team/roles/{granted.Id()}").Is(HttpStatusCode.NoContent);
        Assert.Equal(1, await Roles(member));
        await lead.Http.DeleteAsync($"/api/team/roles/{granted.Id()}").IsProblem(404, "notFound");
        await service.NextTo(member.Phone, 1);

        // Given again to the same person it is a role of its own; given twice it is one.
        var again = await Grant(lead, Places.NorthWest, member.Phone, "teamMember")
            .Is(HttpStatusCode.Created);
        var longer = await Grant(
                lead,
                Places.NorthWest,
                member.Phone,
                "teamMember",
                service.Clock.GetUtcNow().AddDays(200)
            )
            .Is(HttpStatusCode.Created);
        Assert.NotEqual(granted.Id(), again.Id());
        Assert.Equal(again.Id(), longer.Id());
        Assert.Equal(2, await Roles(member));
    }

    [Fact]
    public async Task nobody_ends_what_is_not_below_them_and_the_last_administrator_stays()
    {
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.OtherWard));
        var colleague = await service.NewPerson("Tổ phó", ("teamLead", Places.OtherWard));
        var first = await service.NewPerson("Quản trị", ("administrator", Places.OtherProvince));
        await lead
            .Http.DeleteAsync($"/api/team/roles/{await GrantOf(colleague)}")
            .IsProblem(403, "roleAbove");
        // Above the ward: not the lead's to see.
        await lead.Http.DeleteAsync($"/api/team/roles/{await GrantOf(first)}").IsProblem(404, "notFound");
        await lead.Http.DeleteAsync($"/api/team/roles/{Guid.NewGuid()}").IsProblem(404, "notFound");

        await first
            .Http.DeleteAsync($"/api/team/roles/{await GrantOf(first)}")
            .IsProblem(409, "lastAdministrator");
        var second = await service.NewPerson("Quản trị", ("administrator", Places.OtherProvince));
        await first.Http.DeleteAsync($"/api/team/roles/{await GrantOf(second)}").IsProblem(403, "roleAbove");
        var answers = await Task.WhenAll(
            first.Http.DeleteAsync($"/api/team/roles/{await GrantOf(first)}"),
            second.Http.DeleteAsync($"/api/team/roles/{await GrantOf(second)}")
        );
        Assert.Equal(
            [HttpStatusCode.NoContent, HttpStatusCode.Conflict],
            answers.Select(answer => answer.StatusCode).Order()
        );
        // One's own may be laid down by whoever gives none.
        var member = await service.NewPerson("Tổ viên", ("teamMember", Places.OtherWard));
        await member
            .Http.DeleteAsync($"/api/team/roles/{await GrantOf(member)}")
            .Is(HttpStatusCode.NoContent);
        await service
            .Anonymous.DeleteAsync($"/api/team/roles/{await GrantOf(lead)}")
            .IsProblem(401, "signIn");
    }

    [Fact]
    public async Task every_grant_and_revocation_is_logged_whoever_did_it_and_the_log_cannot_be_rewritten()
    {
        var administrator = await service.NewPerson("Bà Quản", ("administrator", Places.EastDistrict));
        string phone = NewPhone();
        await Server.Accounts.GrantCommand.Run(
            service.App.Services.GetRequiredService<Server.Database.ServiceDatabase>(),
            phone,
            "teamLead",
            Places.SouthEast.ToString(),
            service.Clock.GetUtcNow(),
            CancellationToken.None
        );
        var granted = await Grant(administrator, Places.SouthEast, phone, "teamMember")
            .Is(HttpStatusCode.Created);
        await administrator.Http.DeleteAsync($"/api/team/roles/{granted.Id()}").Is(HttpStatusCode.NoContent);
        var member = await service.NewPerson("Tổ viên", ("teamMember", Places.SouthEast));
        await member.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);

        var log = (await administrator.Get($"/api/team/{Places.SouthEast}/roles/log").Is(HttpStatusCode.OK))[
            "items"
        ]!.AsArray();
        Assert.Equal(
            [
                "revoked teamMember erasure ",
                "granted teamMember command ",
                "revoked teamMember person Bà Quản",
                "granted teamMember person Bà Quản",
                "granted teamLead command ",
            ],
            log.Select(row => $"{row!["act"]} {row["role"]} {row["byHow"]} {row["byName"]}")
        );
        // Whose it was goes with the account.
        Assert.Null(log[0]!["phoneEnd"]);

        var first = await administrator
            .Get($"/api/team/{Places.SouthEast}/roles/log?limit=2")
            .Is(HttpStatusCode.OK);
        var next = await administrator.Get(first.Text("next")).Is(HttpStatusCode.OK);
        Assert.Equal("Bà Quản", next["items"]![0]!.Text("byName"));

        await using var connection = await service.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "set role mutualaid_app; delete from role_log";
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
            command.ExecuteNonQueryAsync()
        );
        Assert.Equal("42501", refused.SqlState);
    }

    [Fact]
    public async Task who_is_above_resets_a_second_factor_and_not_that_of_somebody_who_is_more_elsewhere()
    {
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.SouthWest));
        var member = await service.NewPerson("Tổ viên", ("teamMember", Places.SouthWest));
        var chief = await service.NewPerson(
            "Quản trị",
            ("teamMember", Places.SouthWest),
            ("administrator", Places.NorthWest)
        );
        await lead
            .Http.DeleteAsync($"/api/team/roles/{await GrantOf(member)}/second-factor")
            .IsProblem(409, "notEnrolled");
        await service.Look<int>(
            "update account_private set totp_secret = 'x', totp_enrolled_at = now() where account_id = any (@ids)",
            new { ids = new[] { member.Id, chief.Id } }
        );
        await lead
            .Http.DeleteAsync($"/api/team/roles/{await GrantOf(chief, Places.SouthWest)}/second-factor")
            .IsProblem(403, "roleAbove");
        await lead
            .Http.DeleteAsync($"/api/team/roles/{await GrantOf(member)}/second-factor")
            .Is(HttpStatusCode.NoContent);
        await member.Get("/api/me").IsProblem(401, "tokenUnknown");
        Assert.Contains("xác thực", await service.NextTo(member.Phone), StringComparison.Ordinal);
        Assert.NotNull((await service.SignIn(member.Phone))["enrol"]);
        var log = await lead.Get($"/api/team/{Places.SouthWest}/roles/log").Is(HttpStatusCode.OK);
        Assert.Equal("secondFactorReset", log["items"]![0]!.Text("act"));
    }

    [Fact]
    public async Task by_the_page_a_role_is_given_and_ended_without_script()
    {
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.NorthEast));
        string path = $"/team/{Places.NorthEast}/roles";
        string phone = NewPhone();
        using var visitor = await Visitor.Of(service, lead, secondFactor: true);
        var page = (await visitor.Get(path)).Is(HttpStatusCode.OK);
        page = await visitor.Press("grant", ("phone", "12"), ("endsAt", "2026-13-01"));
        Assert.Equal("12", page.Is(HttpStatusCode.BadRequest).Value("phone"));
        await visitor.Get(path);
        (await visitor.Press("grant", ("phone", phone), ("endsAt", "2026-12-24"))).Leads($"{path}?granted");
        page = await visitor.Get($"{path}?granted");
        Assert.Contains($"ending {phone[^3..]}", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(phone[^6..], page.Text, StringComparison.Ordinal);
        Assert.Contains("until 24 December 2026", page.Text, StringComparison.Ordinal);
        // The last day counts whole, by the clock of the place.
        Assert.Equal(
            new DateTime(2026, 12, 24, 17, 0, 0, DateTimeKind.Utc),
            await service.Look<DateTime>(
                "select ends_at from role_grant g join account_private p using (account_id) where p.phone = @phone",
                new { phone }
            )
        );
        var id = await service.Look<Guid>(
            "select g.id from role_grant g join account_private p using (account_id) where p.phone = @phone",
            new { phone }
        );
        (
            await visitor.Post(
                $"{path}/change",
                ("__RequestVerificationToken", page.Value("__RequestVerificationToken")),
                ("id", $"{id}"),
                ("do", "revoke")
            )
        ).Leads($"{path}?revoked");
        Assert.Contains("no longer team member", (await visitor.Get(path)).Text, StringComparison.Ordinal);
        using var plain = await Visitor.Of(service, lead);
        (await plain.Get(path)).Is(HttpStatusCode.NotFound);
    }

    private static string NewPhone() => $"+8491{Interlocked.Increment(ref numbers):D7}";

    private static Task<HttpResponseMessage> Grant(
        Person person,
        Guid area,
        string phone,
        string role,
        DateTimeOffset? endsAt = null
    ) =>
        person.Post(
            $"/api/team/{area}/roles",
            new
            {
                phone,
                role,
                endsAt,
            }
        );

    private static async Task<int> Roles(Person person) =>
        ((JsonArray)(await person.Get("/api/me").Is(HttpStatusCode.OK))["roles"]!).Count;

    private Task<Guid> GrantOf(Person person, Guid? area = null) =>
        service.Look<Guid>(
            "select id from role_grant where account_id = @Id and revoked_at is null and (@area::uuid is null or area_id = @area)",
            new { person.Id, area }
        )!;
}
