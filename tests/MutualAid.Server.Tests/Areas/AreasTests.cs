using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MutualAid.Server.Tests.Areas;

public sealed class AreasTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("phuong gao", "Phường Gạo")]
    [InlineData("Phường Đèn", "Phường Đèn")]
    [InlineData("den", "Phường Đèn")]
    [InlineData("Hoa Binh", "Phường Hoà Bình")]
    public async Task an_area_is_found_by_its_name_with_or_without_diacritics(string typed, string name)
    {
        var items = await Items($"/api/areas?q={Uri.EscapeDataString(typed)}");
        Assert.Equal(name, items[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task a_percent_sign_is_a_letter_to_search_for_and_no_wildcard() =>
        Assert.Empty(await Items("/api/areas?q=%25"));

    [Fact]
    public async Task a_place_is_answered_with_its_ward_and_what_that_belongs_to_longitude_first()
    {
        var items = await Items("/api/areas?at=105.81,21.05");
        Assert.Equal(
            ["Phường Đèn", "Quận Tây", "Tỉnh Thử"],
            items.Select(item => item.GetProperty("name").GetString())
        );
        Assert.Equal("Quận Tây, Tỉnh Thử", items[0].GetProperty("path").GetString());
        Assert.Empty(await Items("/api/areas?at=21.05,80.1"));
    }

    [Theory]
    [InlineData("/api/areas?at=NaN,21", "at")]
    [InlineData("/api/areas?at=21.05,105.81", "at")]
    [InlineData("/api/areas", "q")]
    [InlineData("/api/areas?q=a&limit=2", "limit")]
    public async Task a_wrong_parameter_is_named(string path, string field)
    {
        var answer = await service.Anonymous.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Fact]
    public async Task the_summary_of_an_area_where_nothing_is_needed_is_empty_and_an_unknown_area_is_absent()
    {
        var summary = await service.Anonymous.GetFromJsonAsync<JsonElement>(
            $"/api/areas/{Places.OtherWard}/summary"
        );
        Assert.Equal(0, summary.GetProperty("live").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("team").ValueKind);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await service.Anonymous.GetAsync($"/api/areas/{Guid.NewGuid()}/summary")).StatusCode
        );
    }

    [Fact]
    public async Task categories_come_in_the_readers_language()
    {
        using var vietnamese = service.Client(null, "vi-VN,vi;q=0.9,en;q=0.8");
        var items = (await vietnamese.GetFromJsonAsync<JsonElement>("/api/categories")).GetProperty("items");
        Assert.Equal("Lương thực, thực phẩm", items[0].GetProperty("name").GetString());
    }

    private async Task<JsonElement[]> Items(string path) =>
        [
            .. (await service.Anonymous.GetFromJsonAsync<JsonElement>(path))
                .GetProperty("items")
                .EnumerateArray(),
        ];
}
