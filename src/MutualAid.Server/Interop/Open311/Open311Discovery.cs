using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Open311;

/// <summary><c>discovery</c>: where the endpoint is, what it speaks, and where a key is to be had.</summary>
internal static class Open311Discovery
{
    // When the services or what they ask for changed last: clients look whether they must read them anew.
    private const string ChangeSet = "2026-11-23T00:00:00Z";

    public static async Task<IResult> Get(
        Settings settings,
        PublicDatabase database,
        Caller? caller,
        HttpContext context,
        CancellationToken stop
    )
    {
        Open311Api.Allow(context);
        await Open311Api.Jurisdiction(database, caller, context, stop);
        context.CacheBriefly();
        string site = settings.PublicUrl.TrimEnd('/');
        string locale = context.Locale();
        return new Open311Document(
            "discovery",
            new Fields(
                ("changeset", ChangeSet),
                ("contact", Texts.Of(locale, "open311.contact", $"{site}/help")),
                ("key_service", Texts.Of(locale, "open311.keys", $"{site}/me/keys")),
                (
                    "endpoints",
                    new Items(
                        "endpoint",
                        [
                            new Fields(
                                ("specification", "http://wiki.open311.org/GeoReport_v2"),
                                ("url", site + Open311Api.Path),
                                ("changeset", ChangeSet),
                                ("type", settings.PrivateDemo ? "test" : "production"),
                                ("formats", new Items("format", ["text/xml", "application/json"]))
                            ),
                        ]
                    )
                )
            )
        );
    }
}
