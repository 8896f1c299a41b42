using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Dapper;

namespace MutualAid.Server.Tests.Interop.Ogc;

/// <summary>
/// Needs and offers in the made-up province and in the one far to the south, of several categories, wards, days and notes.
/// A need of the south stands at an asymmetric place: 106.70 E, 10.77 N.
/// </summary>
public class OgcWorld(Cluster cluster) : ServiceFixture(cluster)
{
    public const string Geo = "application/geo+json";

    public static readonly string[] Collections = ["requests", "offers", "areas", "coverage-gaps"];

    private static readonly (
        string? Note,
        string Category,
        string Urgency,
        int Quantity,
        double Lon,
        double Lat
    )[] Needs =
    [
        ("Cần gạo và sữa", "food", "urgent", 4, 105.853, 21.032),
        ("can gao", "food", "soon", 2, 105.811, 21.011),
        ("Gạo nếp 100%", "food", "routine", 3, 105.812, 21.041),
        ("Đường và muối", "necessities", "soon", 1, 105.861, 21.011),
        ("Thuốc hạ sốt", "medicine", "urgent", 2, 105.872, 21.052),
        ("thuốc ho_trẻ em", "medicine", "routine", 1, 105.885, 21.055),
        ("It's O'Brien's", "other", "soon", 5, 105.832, 21.035),
        (null, "food", "urgent", 7, 105.833, 21.036),
        (null, "medical-supplies", "soon", 9, 105.845, 21.005),
        ("Một nhà ở phương nam", "food", "urgent", 6, 106.70, 10.77),
        ("xa mọi người", "transport", "urgent", 1, 106.75, 10.72),
        ("GẠO TRẮNG", "food", "soon", 10, 105.881, 21.002),
    ];

    public IReadOnlyList<Guid> Ids { get; private set; } = [];

    /// <summary>The one at 106.70 E, 10.77 N.</summary>
    public Guid Southern => Ids[9];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var owner = await NewPerson();
        var ids = new List<Guid>();
        await using var connection = await Open();
        foreach (var need in Needs)
        {
            var id = await this.GivenRequest(
                owner,
                need.Quantity,
                need.Category,
                need.Urgency,
                lon: need.Lon,
                lat: need.Lat,
                expiresIn: TimeSpan.FromDays(30)
            );
            ids.Add(id);
            await connection.ExecuteAsync(
                """
                update request set public_note = @note, people = @people, verified_at = case when @verified then created_at end,
                  needed_by = case when @verified then created_at + interval '2 days' end where id = @id
                """,
                new
                {
                    id,
                    note = need.Note,
                    people = ids.Count % 3 == 0 ? (int?)null : ids.Count,
                    verified = ids.Count % 4 == 0,
                }
            );
            await Clock.Advance(TimeSpan.FromHours(7));
        }
        Ids = ids;
        var giver = await NewPerson();
        await this.GivenOffer(giver, lon: 105.856, lat: 21.034, reach: 2500);
        await this.GivenOffer(giver, category: "medicine", lon: 105.88, lat: 21.05, reach: 1200);
        await this.GivenOffer(
            giver,
            capacity: null,
            perDay: 5,
            category: "necessities",
            lon: 105.82,
            lat: 21.04,
            reach: 100
        );
        await this.GivenOffer(giver, category: "transport", lon: 105.85, lat: 21.03, reach: 50_000);
    }

    /// <summary>What stands at an address below <c>/ogc</c>, which must be there.</summary>
    public async Task<JsonNode> Get(string path) =>
        await Anonymous.GetAsync("/ogc" + path).Is(HttpStatusCode.OK);

    public Task<HttpResponseMessage> Ask(string path, string? accept = null)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, "/ogc" + path);
        if (accept is not null)
            message.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        return Anonymous.SendAsync(message);
    }

    /// <summary>The ids of a page of items.</summary>
    public static Guid[] IdsOf(JsonNode items) =>
        [.. items["features"]!.AsArray().Select(feature => Guid.Parse((string)feature!["id"]!))];

    public static JsonNode Link(JsonNode document, string rel, string? type = null) =>
        document["links"]!
            .AsArray()
            .First(link =>
                (string)link!["rel"]! == rel
                && (type is null || ((string)link["type"]!).StartsWith(type, StringComparison.Ordinal))
            )!;

    public static JsonNode? LinkOrNone(JsonNode document, string rel) =>
        document["links"]!.AsArray().FirstOrDefault(link => (string)link!["rel"]! == rel);
}
