using System.Net;
using System.Text.RegularExpressions;
using Dapper;
using MutualAid.Server.Accounts;
using MutualAid.Server.Tests.Matching;

namespace MutualAid.Server.Tests.Teams;

/// <summary>Where something lies, seen from the ward on which everybody's role stands.</summary>
public enum Where
{
    Own,
    Below,
    Above,
    Sibling,
    OtherRoot,
    Unknown,
}

/// <summary>Somebody at the desk's doors. <paramref name="Role"/>: none when none counts in this session.</summary>
/// <param name="Http">Sends their session's token.</param>
/// <param name="Forms">Their browser; <paramref name="FormToken"/> stands in its forms.</param>
/// <param name="Keyed">Sends their reading key; their session where they have none.</param>
/// <param name="DeadKey">Whether that key opens nothing any more.</param>
public sealed record Actor(
    string Name,
    string? Role,
    HttpClient Http,
    HttpClient Forms,
    string FormToken,
    HttpClient Keyed,
    bool DeadKey
)
{
    public override string ToString() => Name;
}

/// <summary>All that lies at one place: ids, and words that nobody out of reach may read.</summary>
public sealed record Spot(Where Where, Guid Area)
{
    public Guid Hidden { get; set; } = Guid.NewGuid();
    public Guid Live { get; set; } = Guid.NewGuid();
    public Guid Carried { get; set; } = Guid.NewGuid();
    public Guid Match { get; set; } = Guid.NewGuid();
    public Guid Offer { get; set; } = Guid.NewGuid();
    public Guid First { get; set; } = Guid.NewGuid();
    public Guid Later { get; set; } = Guid.NewGuid();
    public Guid Batch { get; set; } = Guid.NewGuid();
    public Guid Act { get; set; } = Guid.NewGuid();
    public Guid Grant { get; set; } = Guid.NewGuid();
    public Guid Lead { get; set; } = Guid.NewGuid();
    public Guid Giver { get; set; } = Guid.NewGuid();
    public Guid Appeal { get; set; } = Guid.NewGuid();
    public Guid Report { get; set; } = Guid.NewGuid();
    public Guid Filter { get; set; } = Guid.NewGuid();

    /// <summary>What stands in every private word of this place.</summary>
    public string Mark => $"kin-{Where}-";
    public List<string> Secrets { get; } = [];

    /// <summary>Ids that no public surface has.</summary>
    public IEnumerable<Guid> PrivateIds =>
        [Hidden, Match, Offer, Batch, Act, Grant, Lead, Giver, Appeal, Report, Filter];

    /// <summary>Ids of which a desk that is not theirs says nothing.</summary>
    public IEnumerable<Guid> DeskIds => [.. PrivateIds, Live, Carried, First, Later];

    public IEnumerable<(Guid Id, string Name)> Ids =>
        [
            (Area, "AREA"),
            (Hidden, "HIDDEN"),
            (Live, "LIVE"),
            (Carried, "CARRIED"),
            (Match, "MATCH"),
            (Offer, "OFFER"),
            (First, "FIRST"),
            (Later, "LATER"),
            (Batch, "BATCH"),
            (Act, "ACT"),
            (Grant, "GRANT"),
            (Lead, "LEAD"),
            (Giver, "GIVER"),
            (Appeal, "APPEAL"),
            (Report, "REPORT"),
            (Filter, "FILTER"),
        ];
}

/// <summary>Everybody with a role on one ward, and needs in it, below, above, beside and in another province.</summary>
public sealed partial class MatrixWorld(Cluster cluster) : ServiceFixture(cluster)
{
    public static readonly Guid Ward = Places.NorthWest;
    public static readonly string[] Roles =
    [
        "teamMember",
        "teamLead",
        "operator",
        "moderator",
        "administrator",
    ];

    public Dictionary<Where, Spot> Spots { get; } = [];
    public List<Actor> Actors { get; } = [];

    public Actor this[string name] => Actors.Single(actor => actor.Name == name);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (
            var (where, area, lon, lat) in new[]
            {
                (Where.Own, Ward, 105.810371, 21.045371),
                (Where.Below, Places.NorthWestGroupOne, 105.812372, 21.052372),
                (Where.Above, Places.WestDistrict, 105.842373, 21.021373),
                (Where.Sibling, Places.SouthWest, 105.821374, 21.011374),
                (Where.OtherRoot, Places.OtherWard, 106.701375, 10.771375),
            }
        )
            Spots[where] = await NewSpot(where, area, lon, lat);
        Spots[Where.Unknown] = new Spot(Where.Unknown, Guid.NewGuid());
        // Pairs with one side here and the other elsewhere, either way round.
        foreach (var spot in Spots.Values.Where(spot => spot.Where is not (Where.Own or Where.Unknown)))
        {
            await Suggest(Spots[Where.Own].Later, spot.First);
            await Suggest(spot.Later, Spots[Where.Own].First);
        }
        var (http, token) = await Browser(null, "/sign-in");
        Actors.Add(new Actor("nobody", null, Anonymous, http, token, Anonymous, false));
        await Add("resident", null);
        foreach (string role in Roles)
            await Add(role, role);
        await Add("suspendedLead", "teamLead", counts: false);
        await Add("endedLead", "teamLead", counts: false);
        await Add("leadWithoutSecondFactor", "teamLead", counts: false);
        await this.Execute(
            """
            update account set suspended_at = @now where id = @suspended;
            update role_grant set granted_at = @now - interval '30 days', ends_at = @now - interval '1 day' where account_id = @ended;
            """,
            new
            {
                now = Clock.GetUtcNow(),
                suspended = people["suspendedLead"],
                ended = people["endedLead"],
            }
        );
    }

    private readonly Dictionary<string, Guid> people = [];

    private async Task Add(string name, string? role, bool counts = true)
    {
        var person = await NewPerson($"Người {name}", role is null ? [] : [(role, Ward)]);
        people[name] = person.Id;
        await using var connection = await Open();
        var now = Clock.GetUtcNow();
        bool second = role is not null && name != "leadWithoutSecondFactor";
        async Task<string> Session(string kind) =>
            await Sessions.Open(connection, person.Id, kind, second, now, CancellationToken.None);
        var http = Client(await Session("bearer"));
        string cookie = await Session("cookie");
        var keyed = http;
        if (second)
        {
            string token = "mar_" + Sessions.NewToken();
            await connection.ExecuteAsync(
                """
                insert into access_key (id, token_hash, account_id, kind, area_id, name, created_at, expires_at)
                values (@id, @hash, @account, 'reading', @Ward, 'Excel', @now, @now + interval '30 days')
                """,
                new
                {
                    id = Guid.NewGuid(),
                    hash = Sessions.Hash(token),
                    account = person.Id,
                    Ward,
                    now,
                }
            );
            keyed = Client(token);
        }
        var (forms, formToken) = await Browser(cookie, "/me");
        Actors.Add(
            new Actor(
                name,
                counts ? role : null,
                http,
                forms,
                formToken,
                keyed,
                second && (!counts || role == "operator")
            )
        );
    }

    // A browser that has been to a page of ours, and the token of its forms.
    private async Task<(HttpClient Http, string Token)> Browser(string? session, string page)
    {
        var http = Client(null);
        string cookie = session is null ? "" : $"{Sessions.Cookie}={session}; ";
        http.DefaultRequestHeaders.Add("Cookie", $"{cookie}locale=en");
        using var answer = await http.GetAsync(page);
        string body = await answer.Content.ReadAsStringAsync();
        string set = string.Join(
            "; ",
            answer.Headers.TryGetValues("Set-Cookie", out var values)
                ? values.Select(one => one.Split(';')[0])
                : []
        );
        http.DefaultRequestHeaders.Remove("Cookie");
        http.DefaultRequestHeaders.Add("Cookie", $"{cookie}{set}");
        return (http, Token().Match(body).Groups[1].Value);
    }

    /// <summary>A place with all that a team has to do with.</summary>
    public async Task<Spot> NewSpot(Where where, Guid area, double lon, double lat)
    {
        var spot = new Spot(where, area);
        var owner = await NewPerson($"{spot.Mark}owner");
        var giver = await NewPerson($"{spot.Mark}giver");
        var lead = await NewPerson($"{spot.Mark}lead", ("teamLead", area));
        spot.Hidden = await this.GivenRequest(owner, lon: lon, lat: lat);
        spot.Live = await this.GivenRequest(owner, lon: lon, lat: lat);
        spot.Carried = await this.GivenRequest(owner, lon: lon, lat: lat);
        spot.First = await this.GivenRequest(owner, lon: lon, lat: lat);
        spot.Later = await this.GivenRequest(owner, lon: lon, lat: lat);
        spot.Offer = await this.GivenOffer(giver, lon: lon, lat: lat);
        spot.Match = await this.GivenProposal(spot.Offer, spot.Carried, 2);
        Assert.Equal("done", await Step(this, spot.Match, giver.Id));
        await using (var connection = await Open())
            await connection.ExecuteAsync(
                """
                update request set responsible_area_id = @Area where id = any (@needs);
                update request set hidden_at = @now where id = @Hidden;
                update request_private set address = @mark || 'address', note = @mark || 'note', details = @mark || 'details'
                where request_id = any (@needs);
                update offer set status = 'paused' where id = @Offer;
                insert into report (id, reporter_account_id, subject_kind, subject_id, area_id, reason, text, created_at)
                select @Report, @writer, 'match', @Match, root_area_id, 'other', @mark || 'report', @now from match where id = @Match;
                """,
                new
                {
                    spot.Area,
                    needs = new[] { spot.Hidden, spot.Live, spot.Carried, spot.First, spot.Later },
                    spot.Hidden,
                    now = Clock.GetUtcNow(),
                    mark = spot.Mark,
                    writer = owner.Id,
                    spot.Offer,
                    spot.Match,
                    spot.Report,
                }
            );
        await giver
            .Post($"/api/matches/{spot.Match}/messages", new { text = $"{spot.Mark}message" })
            .Is(HttpStatusCode.Created);
        await lead.Post($"/api/team/needs/{spot.Hidden}/notes", new { text = $"{spot.Mark}note" })
            .Is(HttpStatusCode.OK);
        var batch = await lead.Post(
                "/api/team/acts",
                new
                {
                    act = "verify",
                    how = "phoned",
                    note = $"{spot.Mark}act",
                    ids = new[] { spot.Hidden },
                }
            )
            .Is(HttpStatusCode.OK);
        spot.Batch = Guid.Parse(batch.Text("batchId"));
        spot.Act = Guid.Parse(batch["items"]![0]!.Text("actId"));
        spot.Lead = lead.Id;
        spot.Giver = giver.Id;
        await lead.Post($"/api/team/{area}/givers/{giver.Id}/vouch", new { note = $"{spot.Mark}vouch" })
            .Is(HttpStatusCode.Created);
        var filter = await lead.Post(
                $"/api/team/{area}/filters",
                new
                {
                    queue = "all",
                    name = $"{spot.Mark}filter",
                    query = "q=x",
                }
            )
            .Is(HttpStatusCode.Created);
        spot.Filter = filter.Id();
        var suspended = await NewPerson($"{spot.Mark}suspended");
        await this.Execute(
            """
            update account set suspended_at = @now where id = @suspended;
            insert into appeal (id, account_id, area_id, text, made_at) values (@Appeal, @suspended, @area, @mark || 'appeal', @now);
            """,
            new
            {
                spot.Appeal,
                suspended = suspended.Id,
                area,
                mark = spot.Mark,
                now = Clock.GetUtcNow(),
            }
        );
        spot.Grant = await Look<Guid>("select id from role_grant where account_id = @Id", new { lead.Id });
        await Suggest(spot.Later, spot.First);
        spot.Secrets.AddRange([
            spot.Mark,
            FormattableString.Invariant($"{lon:R}"),
            .. new[] { owner, giver, lead }.SelectMany(person =>
                new[] { person.Phone, $"0{person.Phone[3..]}" }
            ),
        ]);
        return spot;
    }

    private static Task<string> Step(ServiceFixture service, Guid match, Guid giver) =>
        service.Step(match, "accept", "giver", giver, "123456");

    private Task Suggest(Guid later, Guid first) =>
        this.Execute(
            """
            insert into duplicate_suggestion (request_id, other_id, root_area_id, score, reasons, found_at)
            select @later, @first, root_area_id, 9,
              '{"metres":1,"phone":"same","door":"same","flat":"none","street":"same","near":"60","name":"full"}', @now
            from request where id = @later
            """,
            new
            {
                later,
                first,
                now = Clock.GetUtcNow(),
            }
        );

    /// <summary>
    /// Everything that is kept, who looked and what was sent once too, but when a key was used last, the messages' way out and the
    /// framework's own keys.
    /// </summary>
    /// <param name="asked">But what was asked of the access log and once, too.</param>
    public async Task<string> Everything(bool asked = false)
    {
        await using var connection = await Open();
        var tables = await connection.QueryAsync<string>(
            """
            select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
              and relname not in ('outbox', 'data_protection_key', 'spatial_ref_sys') and (not @asked or relname not in ('idempotency', 'access_log_look'))
            order by 1
            """,
            new { asked }
        );
        var all = new List<string>();
        foreach (string table in tables)
            all.Add(
                $"{table} {await connection.ExecuteScalarAsync<string>($"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {(table == "access_key" ? "(select id from access_key)" : table)} t")}"
            );
        all.Add($"outbox {await connection.ExecuteScalarAsync<int>("select count(*)::int from outbox")}");
        return string.Join('\n', all);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]*)\"")]
    private static partial Regex Token();
}
