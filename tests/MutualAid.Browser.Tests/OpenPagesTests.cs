using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

/// <summary>The pages by which programs and tables are served: keys, taking needs out, and OGC's own pages, on a phone without script.</summary>
public sealed class OpenPagesTests(ServiceFixture service, Chromium chromium) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task keys_and_tables_are_for_a_thumb_as_well()
    {
        var lead = await service.NewPerson("Cô Trưởng", ("teamLead", Places.NorthEast));
        await service.GivenRequest(await service.NewPerson("Bà Tư"));
        await using var phone = await Phone.Open(chromium, service.Address);
        await phone.SignInAs(service, lead);
        await service.Look<int>(
            "update session set second_factor = true where account_id = @Id",
            new { lead.Id }
        );
        await phone.Go("/me/keys");
        await phone.Inspect(chromium, "me-keys");
        await phone.Go($"/areas/{Places.NorthEast}/export");
        await phone.Sees("Phường Sông");
        await phone.Inspect(chromium, "export");
    }

    [Fact]
    public async Task ogc_reads_like_a_page_of_the_service()
    {
        var need = await service.GivenRequest(await service.NewPerson("Bà Tư"));
        await using var phone = await Phone.Open(chromium, service.Address);
        foreach (
            var (path, name) in new[]
            {
                ("/ogc", "ogc"),
                ("/ogc/collections", "ogc-collections"),
                ("/ogc/collections/requests", "ogc-requests"),
                ("/ogc/collections/requests/items", "ogc-items"),
                ($"/ogc/collections/requests/items/{need}", "ogc-item"),
                ("/ogc/conformance", "ogc-conformance"),
            }
        )
        {
            await phone.Go(path);
            await phone.Inspect(chromium, name);
        }
    }
}
