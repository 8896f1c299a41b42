using System.Net;

namespace MutualAid.Server.Tests.Keys;

public sealed class KeyPagesTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_team_makes_a_key_by_the_page_sees_it_once_and_revokes_it()
    {
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.WestDistrict));
        using var visitor = await Visitor.Of(service, lead);
        await service.Look<int>(
            "update session set second_factor = true where account_id = @Id",
            new { lead.Id }
        );
        Assert.NotNull((await visitor.Get("/me")).Html.QuerySelector("a[href='/me/keys']"));
        var page = (await visitor.Get("/me/keys")).Is(HttpStatusCode.OK);
        string[] reached =
        [
            "Phường Gạo, Quận Tây, Tỉnh Thử",
            "Phường Đèn, Quận Tây, Tỉnh Thử",
            "Quận Tây, Tỉnh Thử",
        ];
        Assert.Equal(
            reached.Order(StringComparer.Ordinal),
            page.Html.QuerySelectorAll("#areaId option:not([value=''])")
                .Select(option => option.TextContent)
                .Order(StringComparer.Ordinal)
        );
        page = await visitor.Press("make", ("kind", "reading"), ("name", "Excel"));
        Assert.Contains("Choose an area.", page.Text, StringComparison.Ordinal);
        Assert.Equal("Excel", page.Value("name"));
        var filled = page;
        page = (
            await visitor.Press(
                "make",
                ("kind", "reading"),
                ("areaId", $"{Places.NorthWest}"),
                ("days", "30")
            )
        ).Is(HttpStatusCode.OK);
        string token = page.Html.QuerySelector("#token")!.GetAttribute("value")!;
        Assert.Matches("^mar_[A-Za-z0-9_-]{43}$", token);
        Assert.Contains("no-store", page.Answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Contains("password", page.Text, StringComparison.OrdinalIgnoreCase);
        using var program = service.Client(token);
        string summary = $"/api/areas/{Places.NorthWest}/summary";
        Assert.NotNull((await program.GetAsync(summary).Is(HttpStatusCode.OK))["team"]);

        // The same form sent again makes no second one, and tells nothing.
        (
            await visitor.Send(
                filled,
                "/me/keys",
                ("do", "make"),
                ("kind", "reading"),
                ("areaId", $"{Places.NorthWest}"),
                ("days", "30")
            )
        ).Leads("/me/keys?once");
        page = await visitor.Get("/me/keys?once");
        Assert.Contains("shown once", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(token, page.Html.Source.Text, StringComparison.Ordinal);
        Assert.Contains("Phường Đèn", page.Text, StringComparison.Ordinal);
        (await visitor.Send(page, "/me/keys/revoke")).Leads("/me/keys?revoked");
        await program.GetAsync(summary).IsProblem(401, "tokenUnknown");
    }

    [Fact]
    public async Task whoever_has_no_role_makes_keys_for_posting_and_is_not_led_there()
    {
        var resident = await service.NewPerson();
        using var visitor = await Visitor.Of(service, resident);
        Assert.Null((await visitor.Get("/me")).Html.QuerySelector("a[href='/me/keys']"));
        var page = await visitor.Get("/me/keys");
        Assert.Null(page.Html.QuerySelector("#areaId"));
        Assert.Equal(
            "posting",
            Assert.Single(page.Html.QuerySelectorAll("#kind option")).GetAttribute("value")
        );
        page = await visitor.Press("make", ("name", "1022"));
        Assert.StartsWith(
            "map_",
            page.Html.QuerySelector("#token")!.GetAttribute("value"),
            StringComparison.Ordinal
        );
        Assert.NotNull((await visitor.Get("/me")).Html.QuerySelector("a[href='/me/keys']"));
        page = await visitor.Get("/me/keys");
        (await visitor.SendMain(("do", "make"), ("kind", "reading"), ("name", "x"))).Is(
            HttpStatusCode.BadRequest
        );
        (
            await visitor.SendMain(
                ("do", "make"),
                ("kind", "reading"),
                ("areaId", $"{Places.NorthWest}"),
                ("name", "x")
            )
        ).Is(HttpStatusCode.Forbidden);
        (await visitor.SendMain(("do", "make"), ("name", "x"), ("__RequestVerificationToken", "old"))).Is(
            HttpStatusCode.Forbidden
        );
        using var nobody = await Visitor.Of(service, null);
        string signIn = $"/sign-in?return={Uri.EscapeDataString("/me/keys")}";
        (await nobody.Get("/me/keys")).Leads(signIn);
        (await nobody.Post("/me/keys/revoke", ("id", "x"))).Leads(signIn);
        (await nobody.Post("/me/keys", ("do", "make"), ("name", "đã gõ"))).Is(HttpStatusCode.OK);
    }
}
