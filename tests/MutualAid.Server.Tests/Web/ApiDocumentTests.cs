using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;

namespace MutualAid.Server.Tests.Web;

public sealed partial class ApiDocumentTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task every_route_under_api_is_in_the_document()
    {
        var paths = (await Document()).GetProperty("paths");
        var documented =
            from path in paths.EnumerateObject()
            from operation in path.Value.EnumerateObject()
            select $"{operation.Name.ToUpperInvariant()} {path.Name}";
        Assert.Empty(Mapped().Except(documented));
    }

    [Fact]
    public async Task pages_are_not_in_the_document() =>
        Assert.All(
            (await Document()).GetProperty("paths").EnumerateObject(),
            path => Assert.Matches("^/(api|health)/", path.Name)
        );

    [Fact]
    public async Task every_route_is_tagged_by_its_feature_and_tells_its_problems_in_one_shape()
    {
        var document = await Document();
        var tags = document
            .GetProperty("tags")
            .EnumerateArray()
            .Select(tag => tag.GetProperty("name").GetString())
            .ToHashSet();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        foreach (var operation in path.Value.EnumerateObject())
        {
            Assert.Contains(operation.Value.GetProperty("tags")[0].GetString(), tags);
            var schema = operation
                .Value.GetProperty("responses")
                .GetProperty("400")
                .GetProperty("content")
                .GetProperty("application/problem+json")
                .GetProperty("schema");
            Assert.Equal("#/components/schemas/Problem", schema.GetProperty("$ref").GetString());
        }
    }

    [Fact]
    public async Task a_post_that_makes_something_takes_a_key_and_a_token_where_its_handler_does()
    {
        var post = (await Document()).GetProperty("paths").GetProperty("/api/reports").GetProperty("post");
        Assert.Contains(
            post.GetProperty("parameters").EnumerateArray(),
            parameter => parameter.GetProperty("name").GetString() == "Idempotency-Key"
        );
        // signed in or not: the first way in is without a token
        Assert.Equal("[{},{\"bearer\":[]}]", Compact(post.GetProperty("security")));
    }

    private Task<JsonElement> Document() =>
        service.Anonymous.GetFromJsonAsync<JsonElement>("/openapi/v1.json")!;

    private IEnumerable<string> Mapped() =>
        from endpoint in service
            .App.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
        let path = "/" + endpoint.RoutePattern.RawText!.Trim('/')
        where path.StartsWith("/api/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select $"{method} {Constraint().Replace(path, "}")}";

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);

    // "{id:guid}" is "{id}" to whoever calls.
    [GeneratedRegex(":[^}]+}")]
    private static partial Regex Constraint();
}
