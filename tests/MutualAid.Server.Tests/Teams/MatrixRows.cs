using MutualAid.Server.Tests.Privacy;

namespace MutualAid.Server.Tests.Teams;

/// <summary>Whom a route answers more than it answers anybody, and by what they come.</summary>
internal enum Opens
{
    /// <summary>Whoever belongs to the area's team.</summary>
    Team,

    /// <summary>The area's lead and its administrators.</summary>
    Granting,

    /// <summary>Whoever may suspend there: its moderators and its administrators.</summary>
    Moderating,

    /// <summary>A program with a reading key of somebody who belongs to the team.</summary>
    Key,

    /// <summary>No role at all: it is somebody's own.</summary>
    Nobody,
}

/// <summary>A route that has an id in it, and how it is asked about a place.</summary>
/// <param name="Calls">What is sent about a place.</param>
internal sealed record MatrixRow(string Route, Opens Opens, Func<Spot, IEnumerable<Call>> Calls)
{
    /// <summary>
    /// Everybody is answered, and whoever belongs to the team finds this in it beside; "" when nobody does. The others are
    /// answered as somebody without a role is.
    /// </summary>
    public string? Tells { get; init; }

    /// <summary>Sent by a page's form.</summary>
    public bool Form { get; init; }

    public bool Reads => Route.StartsWith("GET ", StringComparison.Ordinal);
}

/// <summary>What is asked about one's own place with something in it that lies elsewhere.</summary>
/// <param name="Status">What a team is answered: just as for something that was never there.</param>
internal sealed record MixedRow(string Name, int Status, Func<Spot, Spot, Call> Call)
{
    public Opens By =>
        Name.StartsWith("by a key", StringComparison.Ordinal) ? Opens.Key
        : Name.Contains("look", StringComparison.Ordinal) || Name.Contains("role", StringComparison.Ordinal)
            ? Opens.Granting
        : Name.Contains("appeal", StringComparison.Ordinal) ? Opens.Moderating
        : Opens.Team;

    public bool Form { get; init; }
}

/// <summary>The table of the desk: which role is answered what, route by route.</summary>
internal static class MatrixRows
{
    private static readonly string[] Acts =
    [
        "verify?how=phoned",
        "unverify",
        "close?reason=false",
        "reopen",
        "hide",
        "show",
        $"hand-over?areaId={Places.NorthEast}",
        "pin?lon=105.8101&lat=21.0452&reason=x",
        "assign?offerId=01900000-0000-7000-8000-00000000abcd",
        "split?parts=1",
        "merge?into=01900000-0000-7000-8000-00000000abcd",
        "notes?text=x",
    ];

    private static readonly string[] Queues =
    [
        "verify",
        "waiting",
        "silent",
        "failed",
        "reports",
        "risk",
        "all",
    ];

    public static readonly IReadOnlyList<MatrixRow> All =
    [
        // The area's view.
        Page("/team/{id:guid}", Opens.Team, at => at.Area),
        Page("/team/{id:guid}/gaps", Opens.Team, at => at.Area),
        Api("/api/team/{id:guid}/view", Opens.Team, at => at.Area),
        Api("/api/team/{id:guid}/gaps", Opens.Team, at => at.Area),
        // Needs.
        Page("/team/needs/{id:guid}", Opens.Team, at => at.Hidden, at => at.Live, at => at.Carried),
        Api("/api/team/needs/{id:guid}", Opens.Team, at => at.Hidden, at => at.Live, at => at.Carried),
        Api("/api/team/needs/{id:guid}/history", Opens.Team, at => at.Hidden, at => at.Carried),
        Api("/api/team/needs/{id:guid}/givers", Opens.Team, at => at.Hidden, at => at.Live),
        Act("verify", """{"how":"phoned"}"""),
        Act("unverify", "{}"),
        Act("close", """{"reason":"false"}"""),
        Act("reopen", "{}"),
        Act("hide", "{}"),
        Act("show", "{}"),
        Act("hand-over", $$"""{"areaId":"{{Places.NorthEast}}"}"""),
        Act("pin", """{"location":{"type":"Point","coordinates":[105.8101,21.0452]},"reason":"x"}"""),
        Act("assign", """{"offerId":"01900000-0000-7000-8000-00000000abcd"}"""),
        Act("split", """{"parts":[{"quantity":1}]}"""),
        Act("merge", """{"into":"01900000-0000-7000-8000-00000000abcd"}"""),
        Act("notes", """{"text":"x"}"""),
        new(
            "POST /team/needs/{id:guid}/{act}",
            Opens.Team,
            at =>
                Acts.Select(act => act.Split('?'))
                    .Select(act =>
                        Posted($"/team/needs/{at.Live}/{act[0]}", act.ElementAtOrDefault(1) ?? "x=y")
                    )
        )
        {
            Form = true,
        },
        Posts(
            "/api/team/{areaId:guid}/requests",
            Opens.Team,
            at => at.Area,
            """
            {"needs":[{"category":"food","quantity":1,"urgency":"soon"}],"location":{"type":"Point","coordinates":[105.8101,21.0452]},
             "people":1,"onBehalfOf":{"name":"x","phone":"0987654321","consent":true}}
            """
        ),
        Page("/team/acts/{batchId:guid}", Opens.Team, at => at.Batch, at => at.Act),
        Posts("/api/team/acts/{batchId:guid}/undo", Opens.Team, at => at.Batch, "{}", at => at.Act),
        FormOf("/team/acts/{batchId:guid}/undo", Opens.Team, at => at.Batch, "x=y"),
        // Of many needs each is answered for itself: see Mixed.
        new("POST /api/team/acts", Opens.Team, _ => []),
        // Duplicates.
        Page("/team/{areaId:guid}/duplicates", Opens.Team, at => at.Area),
        Api("/api/team/{areaId:guid}/duplicates", Opens.Team, at => at.Area),
        new(
            "POST /api/team/duplicates/{requestId:guid}/{otherId:guid}",
            Opens.Team,
            at => [Json($"/api/team/duplicates/{at.Later}/{at.First}", """{"verdict":"different"}""")]
        ),
        new(
            "POST /team/{areaId:guid}/duplicates",
            Opens.Team,
            at =>
                [
                    Posted(
                        $"/team/{at.Area}/duplicates",
                        $"request={at.Later}&other={at.First}&verdict=different"
                    ),
                ]
        )
        {
            Form = true,
        },
        // Roles and looks.
        Page("/team/{areaId:guid}/roles", Opens.Granting, at => at.Area),
        Api("/api/team/{areaId:guid}/roles", Opens.Granting, at => at.Area),
        Api("/api/team/{areaId:guid}/roles/log", Opens.Granting, at => at.Area),
        Posts(
            "/api/team/{areaId:guid}/roles",
            Opens.Granting,
            at => at.Area,
            """{"phone":"0987654321","role":"teamMember"}"""
        ),
        new(
            "DELETE /api/team/roles/{grantId:guid}",
            Opens.Granting,
            at => [new Call(HttpMethod.Delete, $"/api/team/roles/{at.Grant}")]
        ),
        new(
            "DELETE /api/team/roles/{grantId:guid}/second-factor",
            Opens.Granting,
            at => [new Call(HttpMethod.Delete, $"/api/team/roles/{at.Grant}/second-factor")]
        ),
        FormOf(
            "/team/{areaId:guid}/roles",
            Opens.Granting,
            at => at.Area,
            "do=grant&phone=0987654322&role=teamMember"
        ),
        new(
            "POST /team/{areaId:guid}/roles/change",
            Opens.Granting,
            at => [Posted($"/team/{at.Area}/roles/change", $"do=revoke&id={at.Grant}")]
        )
        {
            Form = true,
        },
        Page("/team/{areaId:guid}/access-log", Opens.Granting, at => at.Area),
        Api("/api/team/{areaId:guid}/access-log", Opens.Granting, at => at.Area),
        // Queues.
        new("GET /team", Opens.Team, at => at.Where == Where.Own ? [Call.Get("/team")] : []),
        new(
            "GET /team/{areaId:guid}/queues/{queue}",
            Opens.Team,
            at => Queues.TakeLast(3).Select(queue => Call.Get($"/team/{at.Area}/queues/{queue}"))
        ),
        Api("/api/team/{areaId:guid}/queues", Opens.Team, at => at.Area),
        new(
            "GET /api/team/{areaId:guid}/queues/{queue}",
            Opens.Team,
            at =>
                Queues
                    .Select(queue => Call.Get($"/api/team/{at.Area}/queues/{queue}"))
                    .Append(Call.Get($"/api/team/{at.Area}/queues/all?q=kin&limit=100"))
        ),
        new(
            "POST /team/{areaId:guid}/queues/{queue}/acts",
            Opens.Team,
            at => [Posted($"/team/{at.Area}/queues/all/acts", $"act=verify&how=phoned&ids={at.Live}")]
        )
        {
            Form = true,
        },
        new(
            "POST /team/{areaId:guid}/queues/{queue}/filters",
            Opens.Team,
            at => [Posted($"/team/{at.Area}/queues/all/filters", "name=x&query=q%3Dx")]
        )
        {
            Form = true,
        },
        new(
            "POST /team/{areaId:guid}/filters/{filterId:guid}/forget",
            Opens.Team,
            at => [Posted($"/team/{at.Area}/filters/{at.Filter}/forget", "x=y")]
        )
        {
            Form = true,
        },
        new(
            "GET /team/{areaId:guid}/reports/{reportId:guid}",
            Opens.Team,
            at => [Call.Get($"/team/{at.Area}/reports/{at.Report}")]
        ),
        new(
            "GET /api/team/{areaId:guid}/reports/{reportId:guid}",
            Opens.Team,
            at => [Call.Get($"/api/team/{at.Area}/reports/{at.Report}")]
        ),
        new(
            "POST /api/team/{areaId:guid}/reports/{reportId:guid}/close",
            Opens.Team,
            at => [Json($"/api/team/{at.Area}/reports/{at.Report}/close", "{}")]
        ),
        new(
            "POST /team/{areaId:guid}/reports/{reportId:guid}/close",
            Opens.Team,
            at => [Posted($"/team/{at.Area}/reports/{at.Report}/close", "x=y")]
        )
        {
            Form = true,
        },
        Page("/team/{areaId:guid}/round", Opens.Team, at => at.Area),
        new(
            "POST /team/{areaId:guid}/round",
            Opens.Team,
            at => [Posted($"/team/{at.Area}/round", $"reason=đi từng nhà hôm nay&ids={at.Live}")]
        )
        {
            Form = true,
        },
        Api("/api/team/{areaId:guid}/filters", Opens.Team, at => at.Area),
        Posts(
            "/api/team/{areaId:guid}/filters",
            Opens.Team,
            at => at.Area,
            """{"queue":"all","name":"x","query":"q=x"}"""
        ),
        // Whoever made it, and nobody else of the team.
        new(
            "DELETE /api/team/{areaId:guid}/filters/{filterId:guid}",
            Opens.Nobody,
            at => [new Call(HttpMethod.Delete, $"/api/team/{at.Area}/filters/{at.Filter}")]
        ),
        // Givers.
        Page("/team/{areaId:guid}/givers", Opens.Team, at => at.Area),
        Api("/api/team/{areaId:guid}/givers", Opens.Team, at => at.Area),
        new(
            "GET /team/{areaId:guid}/givers/{accountId:guid}",
            Opens.Team,
            at => [Call.Get($"/team/{at.Area}/givers/{at.Giver}")]
        ),
        new(
            "GET /api/team/{areaId:guid}/givers/{accountId:guid}",
            Opens.Team,
            at => [Call.Get($"/api/team/{at.Area}/givers/{at.Giver}")]
        ),
        new(
            "POST /api/team/{areaId:guid}/givers/{accountId:guid}/contact",
            Opens.Team,
            at => [Json($"/api/team/{at.Area}/givers/{at.Giver}/contact", """{"reason":"x"}""")]
        ),
        new(
            "POST /api/team/{areaId:guid}/givers/{accountId:guid}/vouch",
            Opens.Team,
            at => [Json($"/api/team/{at.Area}/givers/{at.Giver}/vouch", """{"note":"x"}""")]
        ),
        new(
            "DELETE /api/team/{areaId:guid}/givers/{accountId:guid}/vouch",
            Opens.Team,
            at => [new Call(HttpMethod.Delete, $"/api/team/{at.Area}/givers/{at.Giver}/vouch")]
        ),
        new(
            "POST /team/{areaId:guid}/givers/{accountId:guid}/{act}",
            Opens.Team,
            at =>
                new[] { "next-gap", "vouch", "unvouch", "contact", "suspend", "lift" }.Select(act =>
                    Posted($"/team/{at.Area}/givers/{at.Giver}/{act}", "reason=x")
                )
        )
        {
            Form = true,
        },
        new(
            "POST /api/team/givers/{accountId:guid}/next-gap",
            Opens.Team,
            at => [Json($"/api/team/givers/{at.Giver}/next-gap", $$"""{"areaId":"{{at.Area}}"}""")]
        ),
        Posts("/api/team/givers/{accountId:guid}/suspend", Opens.Team, at => at.Giver, """{"reason":"x"}"""),
        Posts("/api/team/givers/{accountId:guid}/lift", Opens.Team, at => at.Giver, """{"reason":"x"}"""),
        Page("/team/{areaId:guid}/appeals", Opens.Moderating, at => at.Area),
        Api("/api/team/{areaId:guid}/appeals", Opens.Moderating, at => at.Area),
        Posts(
            "/api/team/appeals/{appealId:guid}/answer",
            Opens.Moderating,
            at => at.Appeal,
            """{"outcome":"kept","answer":"x"}"""
        ),
        new(
            "POST /team/{areaId:guid}/appeals/{appealId:guid}",
            Opens.Moderating,
            at => [Posted($"/team/{at.Area}/appeals/{at.Appeal}", "do=kept&answer=x")]
        )
        {
            Form = true,
        },
        // Tables.
        Page("/areas/{id:guid}/export", Opens.Team, at => at.Area),
        FormOf("/areas/{id:guid}/export", Opens.Team, at => at.Area, "format=csv&reason=đi từng nhà hôm nay"),
        Api("/api/areas/{id:guid}/requests.csv", Opens.Team, at => at.Area),
        Api("/api/areas/{id:guid}/requests.xlsx", Opens.Team, at => at.Area),
        Posts(
            "/api/areas/{id:guid}/requests.csv",
            Opens.Team,
            at => at.Area,
            """{"reason":"đi từng nhà hôm nay"}"""
        ),
        Posts(
            "/api/areas/{id:guid}/requests.xlsx",
            Opens.Team,
            at => at.Area,
            """{"reason":"đi từng nhà hôm nay"}"""
        ),
        // By key.
        new(
            "GET /odata/{**path}",
            Opens.Key,
            at =>
                [
                    Call.Get($"/odata/TeamRequests({at.Hidden})"),
                    Call.Get($"/odata/TeamRequests({at.Carried})?$expand=Matches,Area"),
                    Call.Get($"/odata/TeamMatches({at.Match})"),
                    Call.Get($"/odata/TeamMatches({at.Match})?$expand=Request"),
                    Call.Get($"/odata/TeamCounts('{at.Area}.food.open.live')"),
                ]
        ),
        // HEAD is the same without its body; what reads by POST is in Mixed.
        new(
            "HEAD /odata/{**path}",
            Opens.Key,
            at => [new Call(HttpMethod.Head, $"/odata/TeamRequests({at.Hidden})")]
        ),
        new("POST /odata/{**path}", Opens.Key, _ => []),
        // What everybody is answered, and a team more.
        new("GET /api/areas/{id:guid}/summary", Opens.Team, at => [Call.Get($"/api/areas/{at.Area}/summary")])
        {
            Tells = "\"team\":[",
        },
        Shown("/api/requests/{id:guid}", "\"private\":{", at => at.Live),
        Shown("/requests/{id:guid}", "kin-", at => at.Live),
        Api("/api/requests/{id:guid}", Opens.Team, at => at.Hidden),
        Page("/requests/{id:guid}", Opens.Team, at => at.Hidden),
        // Its stream is the owner's and the public's.
        new(
            "GET /api/requests/{id:guid}/events",
            Opens.Nobody,
            at => [Call.Get($"/api/requests/{at.Live}/events") with { Endless = true }]
        )
        {
            Tells = "",
        },
        Api("/api/requests/{id:guid}/events", Opens.Nobody, at => at.Hidden),
        // Deliveries: a team sees them and takes them back, and reads what was reported.
        Api("/api/matches/{id:guid}", Opens.Team, at => at.Match),
        Api("/api/matches/{id:guid}/messages", Opens.Team, at => at.Match),
        Page("/matches/{id:guid}/messages", Opens.Team, at => at.Match),
        Step("accept", "{}"),
        Step("decline", """{"reason":"x"}"""),
        Step("on-the-way", "{}"),
        Step("delivered", """{"units":1,"code":"123456"}"""),
        Step("confirm", "{}"),
        Step("dispute", """{"reason":"x"}"""),
        Step("fail", """{"reason":"x"}"""),
        Step("withdraw", """{"reason":"x"}"""),
        new(
            "POST /matches/{id:guid}/{act}",
            Opens.Team,
            at => [Posted($"/matches/{at.Match}/withdraw", "reason=x")]
        )
        {
            Form = true,
        },
        // Two people's alone.
        Api("/api/matches/{id:guid}/contact", Opens.Nobody, at => at.Match),
        Page("/matches/{id:guid}/contact", Opens.Nobody, at => at.Match),
        Posts("/api/matches/{id:guid}/messages", Opens.Nobody, at => at.Match, """{"text":"x"}"""),
        Posts(
            "/api/matches/{id:guid}/messages/read",
            Opens.Nobody,
            at => at.Match,
            """{"upTo":"01900000-0000-7000-8000-00000000abcd"}"""
        ),
        FormOf("/matches/{id:guid}/messages", Opens.Nobody, at => at.Match, "text=x"),
        FormOf(
            "/matches/{id:guid}/messages/read",
            Opens.Nobody,
            at => at.Match,
            "upTo=01900000-0000-7000-8000-00000000abcd"
        ),
        // One person's alone.
        new(
            "PATCH /api/requests/{id:guid}",
            Opens.Nobody,
            at =>
                new[] { at.Hidden, at.Live }.Select(need =>
                    Json($"/api/requests/{need}", """{"people":3}""") with
                    {
                        Method = HttpMethod.Patch,
                        Header = ("If-Match", "*"),
                    }
                )
        ),
        Posts("/api/requests/{id:guid}/renew", Opens.Nobody, at => at.Hidden, "{}", at => at.Live),
        Posts(
            "/api/requests/{id:guid}/withdraw",
            Opens.Nobody,
            at => at.Hidden,
            """{"reason":"x"}""",
            at => at.Live
        ),
        Posts("/api/requests/{id:guid}/claims", Opens.Nobody, at => at.Hidden, """{"units":1}"""),
        Page("/requests/{id:guid}/share", Opens.Nobody, at => at.Hidden, at => at.Live),
        new(
            "POST /requests/{id:guid}/share/{act}",
            Opens.Nobody,
            at => [Posted($"/requests/{at.Live}/share/make", "x=y")]
        )
        {
            Form = true,
        },
        new(
            "POST /requests/{id:guid}/{act}",
            Opens.Nobody,
            at => [Posted($"/requests/{at.Hidden}/withdraw", "reason=x")]
        )
        {
            Form = true,
        },
        Api("/api/offers/{id:guid}", Opens.Nobody, at => at.Offer),
        new(
            "PATCH /api/offers/{id:guid}",
            Opens.Nobody,
            at =>
                [
                    Json($"/api/offers/{at.Offer}", """{"reach":700}""") with
                    {
                        Method = HttpMethod.Patch,
                        Header = ("If-Match", "*"),
                    },
                ]
        ),
        Posts("/api/offers/{id:guid}/pause", Opens.Nobody, at => at.Offer, "{}"),
        Posts("/api/offers/{id:guid}/resume", Opens.Nobody, at => at.Offer, "{}"),
        Posts("/api/offers/{id:guid}/withdraw", Opens.Nobody, at => at.Offer, "{}"),
        new("POST /offers/{id:guid}/{act}", Opens.Nobody, at => [Posted($"/offers/{at.Offer}/resume", "x=y")])
        {
            Form = true,
        },
        Page("/offers/{id:guid}/calendar", Opens.Nobody, at => at.Offer),
        new(
            "POST /offers/{id:guid}/calendar/{act}",
            Opens.Nobody,
            at => [Posted($"/offers/{at.Offer}/calendar/make", "x=y")]
        )
        {
            Form = true,
        },
        // Everybody's.
        Shown("/api/areas/{id:guid}", "", at => at.Area),
        Shown("/api/areas/{id:guid}/counts.csv", "", at => at.Area),
        Shown("/api/areas/{id:guid}/requests.geojson", "", at => at.Area),
        Shown("/feeds/areas/{id:guid}.atom", "", at => at.Area),
        Shown("/open311/v2/requests/{id:guid}.xml", "", at => at.Live, at => at.Hidden),
        Shown("/open311/v2/requests/{id:guid}.json", "", at => at.Live, at => at.Hidden),
        Shown("/open311/v2/tokens/{id:guid}.xml", "", at => at.Live, at => at.Hidden),
        Shown("/open311/v2/tokens/{id:guid}.json", "", at => at.Live, at => at.Hidden),
    ];

    /// <summary>Something that lies elsewhere, in what is asked about one's own.</summary>
    public static readonly IReadOnlyList<MixedRow> Mixed =
    [
        new(
            "merge into it",
            400,
            (own, at) => Json($"/api/team/needs/{own.Live}/merge", $$"""{"into":"{{at.Live}}"}""")
        ),
        new(
            "merge it",
            404,
            (own, at) => Json($"/api/team/needs/{at.Live}/merge", $$"""{"into":"{{own.Live}}"}""")
        ),
        new(
            "close as its duplicate",
            400,
            (own, at) =>
                Json(
                    $"/api/team/needs/{own.Live}/close",
                    $$"""{"reason":"duplicate","duplicateOf":"{{at.Live}}"}"""
                )
        ),
        new(
            "assign it",
            400,
            (own, at) => Json($"/api/team/needs/{own.Live}/assign", $$"""{"offerId":"{{at.Offer}}"}""")
        ),
        new(
            "settle a pair whose first lies there",
            404,
            (own, at) => Json($"/api/team/duplicates/{own.Later}/{at.First}", """{"verdict":"duplicate"}""")
        ),
        new(
            "settle a pair whose later lies there",
            404,
            (own, at) => Json($"/api/team/duplicates/{at.Later}/{own.First}", """{"verdict":"duplicate"}""")
        ),
        new(
            "settle it from one's own page",
            404,
            (own, at) =>
                Posted(
                    $"/team/{own.Area}/duplicates",
                    $"request={at.Later}&other={at.First}&verdict=duplicate"
                )
        )
        {
            Form = true,
        },
        new(
            "take it into a batch",
            200,
            (_, at) => Json("/api/team/acts", $$"""{"act":"hide","ids":["{{at.Live}}","{{at.Carried}}"]}""")
        ),
        new(
            "a batch of its duplicates",
            400,
            (own, at) =>
                Json(
                    "/api/team/acts",
                    $$"""{"act":"close","reason":"duplicate","duplicateOf":"{{at.Live}}","ids":["{{own.Live}}"]}"""
                )
        ),
        new(
            "who looked at it",
            200,
            (own, at) => Call.Get($"/api/team/{own.Area}/access-log?need={at.Hidden}")
        ),
        new(
            "what its lead looked at",
            200,
            (own, at) => Call.Get($"/api/team/{own.Area}/access-log?reader={at.Lead}")
        ),
        new(
            "who looked at it, as a page",
            200,
            (own, at) => Call.Get($"/team/{own.Area}/access-log?need={at.Hidden}")
        ),
        new(
            "revoke its role from one's own page",
            404,
            (own, at) => Posted($"/team/{own.Area}/roles/change", $"do=revoke&id={at.Grant}")
        )
        {
            Form = true,
        },
        new(
            "settle one's own from its page",
            404,
            (own, at) =>
                Posted(
                    $"/team/{at.Area}/duplicates",
                    $"request={own.Later}&other={own.First}&verdict=different"
                )
        )
        {
            Form = true,
        },
        new(
            "revoke a role of one's own from its page",
            404,
            (own, at) => Posted($"/team/{at.Area}/roles/change", $"do=revoke&id={own.Grant}")
        )
        {
            Form = true,
        },
        new(
            "suspend a giver of one's own from its page",
            404,
            (own, at) => Posted($"/team/{at.Area}/givers/{own.Giver}/suspend", "reason=x")
        )
        {
            Form = true,
        },
        new(
            "answer an appeal of one's own from its page",
            404,
            (own, at) => Posted($"/team/{at.Area}/appeals/{own.Appeal}", "do=kept&answer=x")
        )
        {
            Form = true,
        },
        new("its giver as one's own", 404, (own, at) => Call.Get($"/api/team/{own.Area}/givers/{at.Giver}")),
        new(
            "its giver's number",
            404,
            (own, at) => Json($"/api/team/{own.Area}/givers/{at.Giver}/contact", """{"reason":"x"}""")
        ),
        new(
            "point its giver to one's own",
            404,
            (own, at) => Json($"/api/team/givers/{at.Giver}/next-gap", $$"""{"areaId":"{{own.Area}}"}""")
        ),
        new(
            "point one's own giver to it",
            404,
            (own, at) => Json($"/api/team/givers/{own.Giver}/next-gap", $$"""{"areaId":"{{at.Area}}"}""")
        ),
        new(
            "a queue narrowed to it",
            400,
            (own, at) => Call.Get($"/api/team/{own.Area}/queues/all?area={at.Area}")
        ),
        new("a round narrowed to it", 400, (own, at) => Call.Get($"/team/{own.Area}/round?area={at.Area}")),
        new(
            "a round to its door",
            422,
            (own, at) => Posted($"/team/{own.Area}/round", $"reason=đi từng nhà hôm nay&ids={at.Live}")
        )
        {
            Form = true,
        },
        new(
            "tick it in one's own queue",
            200,
            (own, at) => Posted($"/team/{own.Area}/queues/all/acts", $"act=verify&how=phoned&ids={at.Live}")
        )
        {
            Form = true,
        },
        new(
            "its report as one's own",
            404,
            (own, at) => Call.Get($"/api/team/{own.Area}/reports/{at.Report}")
        ),
        new(
            "its report on one's own page",
            404,
            (own, at) => Call.Get($"/team/{own.Area}/reports/{at.Report}")
        ),
        new(
            "one's own report on its page",
            404,
            (own, at) => Call.Get($"/team/{at.Area}/reports/{own.Report}")
        ),
        new(
            "close its report as one's own",
            404,
            (own, at) => Json($"/api/team/{own.Area}/reports/{at.Report}/close", "{}")
        ),
        new(
            "close its report from one's own page",
            303,
            (own, at) => Posted($"/team/{own.Area}/reports/{at.Report}/close", "x=y")
        )
        {
            Form = true,
        },
        new(
            "forget another's filter",
            303,
            (own, at) => Posted($"/team/{own.Area}/filters/{at.Filter}/forget", "x=y")
        )
        {
            Form = true,
        },
        new(
            "a key of it",
            403,
            (_, at) =>
                Json("/api/me/keys", $$"""{"kind":"reading","name":"x","areaId":"{{at.Area}}","days":7}""")
        ),
        new(
            "by a key: filtered",
            200,
            (_, at) =>
                Call.Get($"/odata/TeamRequests?$count=true&$filter=Id eq {at.Hidden} or Id eq {at.Live}")
        ),
        new(
            "by a key: filtered by its area",
            200,
            (_, at) => Call.Get($"/odata/TeamRequests?$count=true&$filter=ResponsibleAreaId eq {at.Area}")
        ),
        new(
            "by a key: its deliveries counted",
            200,
            (_, at) => Call.Get($"/odata/TeamMatches?$count=true&$filter=RequestId eq {at.Carried}")
        ),
        new(
            "by a key: added up",
            200,
            (_, at) =>
                Call.Get(
                    $"/odata/TeamRequests?$apply=filter(ResponsibleAreaId eq {at.Area})/aggregate($count as Rows)"
                )
        ),
        new(
            "by a key: through one's own",
            404,
            (_, at) => Call.Get($"/odata/TeamMatches({at.Match})/Request")
        ),
        new(
            "by a key: asked by POST",
            200,
            (_, at) => new Call(HttpMethod.Post, "/odata/TeamRequests/$query", $"$filter=Id eq {at.Hidden}")
        ),
    ];

    /// <summary>Routes with an id of the reader's own things: of a key, a session. StrangersTests asks for others'.</summary>
    public static readonly IReadOnlySet<string> Own = new HashSet<string>
    {
        "DELETE /api/me/keys/{id:guid}",
        "DELETE /api/me/sessions/{id:guid}",
    };

    /// <summary>Whether a route needs a row: everything of the desk, and whatever is asked for by an id.</summary>
    public static bool Needs(string route) =>
        route.Contains(" /team", StringComparison.Ordinal)
        || route.Contains("/api/team", StringComparison.Ordinal)
        || route.Contains(" /odata", StringComparison.Ordinal)
        || route.Contains(":guid}", StringComparison.Ordinal);

    private static MatrixRow Api(string path, Opens opens, params Func<Spot, Guid>[] ids) =>
        new($"GET {path}", opens, at => ids.Select(id => Call.Get(Filled(path, id(at)))));

    private static MatrixRow Page(string path, Opens opens, params Func<Spot, Guid>[] ids) =>
        Api(path, opens, ids);

    private static MatrixRow Shown(string path, string tells, params Func<Spot, Guid>[] ids) =>
        Api(path, tells.Length > 0 ? Opens.Team : Opens.Nobody, ids) with
        {
            Tells = tells,
        };

    private static MatrixRow Posts(
        string path,
        Opens opens,
        Func<Spot, Guid> id,
        string body,
        params Func<Spot, Guid>[] more
    ) => new($"POST {path}", opens, at => more.Prepend(id).Select(one => Json(Filled(path, one(at)), body)));

    private static MatrixRow Act(string act, string body) =>
        Posts($"/api/team/needs/{{id:guid}}/{act}", Opens.Team, at => at.Live, body);

    private static MatrixRow Step(string step, string body) =>
        Posts($"/api/matches/{{id:guid}}/{step}", Opens.Team, at => at.Match, body);

    private static MatrixRow FormOf(string path, Opens opens, Func<Spot, Guid> id, string fields) =>
        new($"POST {path}", opens, at => [Posted(Filled(path, id(at)), fields)]) { Form = true };

    private static string Filled(string path, Guid id)
    {
        int from = path.IndexOf('{', StringComparison.Ordinal);
        return $"{path[..from]}{id}{path[(path.IndexOf('}', StringComparison.Ordinal) + 1)..]}";
    }

    private static Call Json(string path, string body) => new(HttpMethod.Post, path, body.Trim());

    private static Call Posted(string path, string fields) => new(HttpMethod.Post, path, fields);
}
