using System.Net;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Requests;

public sealed class EventsTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task owner_and_public_are_told_of_a_claim_each_in_their_own_view_and_of_the_end()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var posted = await owner.Posted();
        string path = $"/api/requests/{posted.Id()}";
        using var own = await EventStream.Open(owner.Http, path);
        using var everybody = await EventStream.Open(service.Anonymous, path);
        Assert.NotNull((await own.Next()).Data["private"]);
        var first = await everybody.Next();
        Assert.Null(first.Data["private"]);
        Assert.Equal(4, first.Data.Number("unmet"));

        await giver.Post($"{path}/claims", new { units = 4 }).Is(HttpStatusCode.Created);
        Assert.Equal("matched", (await own.Next()).Data.Text("status"));
        var second = await everybody.Next();
        Assert.Equal("matched", second.Data.Text("status"));
        Assert.Null(second.Data["private"]);
        Assert.NotEqual(first.Id, second.Id);

        await owner.Post($"{path}/withdraw", new { reason = "x" }).Is(HttpStatusCode.OK);
        Assert.Equal("withdrawn", (await own.Next()).Data.Text("status"));
        Assert.Equal("ended", (await own.Next()).Name);
        Assert.Equal("ended", (await everybody.Next()).Name);
        Assert.True(await own.IsOver());
        Assert.True(await everybody.IsOver());
    }

    [Fact]
    public async Task who_comes_back_gets_the_state_when_it_is_another_one_and_nothing_when_it_is_not()
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted();
        string path = $"/api/requests/{posted.Id()}";
        string held;
        using (var before = await EventStream.Open(service.Anonymous, path))
            held = (await before.Next()).Id;

        using var same = await EventStream.Open(service.Anonymous, path, held);
        await (await EditTests.Patch(owner, posted, """{"people":7}""")).Read();
        var changed = await same.Next(); // the first event is the change, not the state that is held
        Assert.Equal(7, changed.Data.Number("people"));

        using var later = await EventStream.Open(service.Anonymous, path, held);
        Assert.Equal(changed.Id, (await later.Next()).Id);
    }

    [Fact]
    public async Task what_the_public_cannot_see_makes_no_event_for_it()
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted();
        string path = $"/api/requests/{posted.Id()}";
        using var everybody = await EventStream.Open(service.Anonymous, path);
        await everybody.Next();
        await (await EditTests.Patch(owner, posted, """{"note":"riêng"}""")).Read();
        await (await EditTests.Patch(owner, posted, """{"people":8}""")).Read();
        Assert.Equal(8, (await everybody.Next()).Data.Number("people"));
    }

    [Fact]
    public async Task an_absent_request_is_404_and_the_eleventh_connection_of_a_caller_429()
    {
        var person = await service.NewPerson();
        await (await person.Get($"/api/requests/{Guid.NewGuid()}/events")).IsRefused(HttpStatusCode.NotFound);
        var posted = await person.Posted();
        string path = $"/api/requests/{posted.Id()}";
        var open = new List<EventStream>();
        for (int i = 0; i < 10; i++)
            open.Add(await EventStream.Open(person.Http, path));
        await (await person.Get(path + "/events")).IsRefused(HttpStatusCode.TooManyRequests);
        open.ForEach(stream => stream.Dispose());
        // A connection that was closed is free again, as soon as the server sees it closed.
        for (int i = 0; ; i++)
        {
            using var answer = await person.Http.GetAsync(
                path + "/events",
                HttpCompletionOption.ResponseHeadersRead
            );
            if (answer.StatusCode == HttpStatusCode.OK)
                break;
            Assert.True(i < 100, "still refused");
            await Task.Delay(100);
        }
    }
}
