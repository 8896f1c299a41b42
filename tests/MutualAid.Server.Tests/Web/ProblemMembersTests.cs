using System.Text.Json;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Tests.Web;

public sealed class ProblemMembersTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("status")]
    [InlineData("title")]
    [InlineData("errors")]
    public void a_refusal_cannot_double_a_member_that_every_problem_has(string name) =>
        Assert.Throws<ArgumentException>(() =>
            new Refusal(409, "taken") { Members = new Dictionary<string, object?> { [name] = 1 } }
        );

    [Fact]
    public async Task a_need_that_is_over_says_how_it_ended_and_each_member_once()
    {
        var person = await service.NewPerson();
        string path = $"/api/requests/{(await person.Posted())["id"]}/withdraw";
        await person.Post(path, new { reason = "đã có người giúp" }).Is(System.Net.HttpStatusCode.OK);
        using var again = await person.Post(path, new { reason = "đã có người giúp" });
        var problem = JsonNode.Parse(
            await again.Content.ReadAsStringAsync(),
            documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }
        )!;
        Assert.Equal(409, problem.Number("status"));
        Assert.Equal("withdrawn", problem.Text("state"));
    }
}
