using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Teams;

/// <summary>A team takes down by pages what a household needs that came to its door or rang.</summary>
public sealed class PostByPageTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    // Seen to fail with the area left out of what goes along.
    [Fact]
    public async Task from_the_areas_page_to_the_need_verified_in_its_history()
    {
        using var visitor = await Visitor.Of(service, await Team(), secondFactor: true);
        await visitor.Get($"/team/{Places.NorthEast}");
        string post = $"/requests/new?team={Places.NorthEast}";
        Assert.NotNull(visitor.Page.Html.QuerySelector($"a[href='{post}']"));
        await visitor.Get(post);
        Assert.NotNull(
            visitor.Page.Html.QuerySelector($"a[href='/requests/new/all?team={Places.NorthEast}']")
        );
        await visitor.Answer("much", ("needs[0].category", "food"));
        await visitor.Answer("who", ("needs[0].quantity", "4"));
        Assert.Null(visitor.Page.Html.QuerySelector("[name=whom][value=self]"));
        await visitor.Answer(
            "where",
            ("people", "3"),
            ("onBehalfOf.name", "Bà Tư"),
            ("onBehalfOf.phone", "0987 654 321"),
            ("onBehalfOf.consent", "yes")
        );
        await visitor.Answer("notes", ("ward", "phuong song"), ("address", "12 ngõ 3 phố Thử"));
        await visitor.Answer("check", ("publicNote", "nhà có bé"));
        var done = await visitor.Press("post", ("verified", "visited"));
        var need = await service.Look<Guid>("select id from request");
        done.Leads($"/team/needs/{need}?done=post");
        Assert.Contains(
            "Posted by the team",
            (await visitor.Get($"/team/needs/{need}?done=post")).Text,
            StringComparison.Ordinal
        );
        Assert.Equal(
            "post visited t t",
            await service.Look<string>(
                """
                select concat_ws(' ', a.act, a.how, r.verified_at is not null, h.on_behalf)
                from need_act a join request r on r.id = a.request_id join household h on h.id = r.household_id
                """
            )
        );
    }

    [Fact]
    public async Task what_lies_outside_the_area_is_asked_again_and_nothing_is_posted()
    {
        using var visitor = await Visitor.Of(service, await Team(), secondFactor: true);
        await ToCheck(visitor, "phuong gao");
        await visitor.Press("post");
        Assert.Equal("where", visitor.Step());
        Assert.NotEmpty(visitor.Page.Html.QuerySelector("[role=alert]")!.TextContent);
        Assert.Equal(0, await service.Look<int>("select count(*)::int from request"));
    }

    [Fact]
    public async Task whoever_is_of_no_team_posts_nothing_in_its_name()
    {
        using var visitor = await Visitor.Of(service, await service.NewPerson());
        await ToCheck(visitor, "phuong song");
        (await visitor.Press("post")).Is(System.Net.HttpStatusCode.NotFound);
        Assert.Equal(0, await service.Look<int>("select count(*)::int from request"));
    }

    // All questions at once, in the team's name. A stranger's number is not kept on the phone.
    private static async Task ToCheck(Visitor visitor, string ward)
    {
        await visitor.Get($"/requests/new/all?team={Places.NorthEast}");
        Assert.Null(visitor.Page.Html.QuerySelector("form[data-keeps]"));
        await visitor.Press(
            "check",
            ("needs[0].category", "food"),
            ("needs[0].quantity", "4"),
            ("onBehalfOf.name", "Bà Tư"),
            ("onBehalfOf.phone", "0987 654 321"),
            ("onBehalfOf.consent", "yes"),
            ("ward", ward)
        );
        Assert.Equal("check", visitor.Step());
    }

    private Task<Person> Team() => service.NewPerson("Tổ viên", ("teamMember", Places.NorthEast));
}
