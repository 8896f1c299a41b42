using System.Text.Json;
using System.Text.Json.Serialization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>Writes posts. Every method runs inside the caller's transaction.</summary>
public sealed class RequestStore(Settings settings, Households households, Behalf behalf)
{
    private const int PostsAnHour = 20;

    // Who posts for others all day (a team, the hotline) is known by a role.
    private const int PostsAnHourWithRole = 500;

    /// <summary>
    /// One account posts one at a time, to the end of the transaction: so the limit is exact, and two posts at once keep one cell.
    /// </summary>
    /// <exception cref="Refusal">403 for a suspended account, 429 past the limit of posts an hour.</exception>
    internal async Task<Poster> LockPoster(
        NpgsqlConnection connection,
        Guid account,
        bool hasRole,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        // Locked by a statement of its own: what one statement counts it counts as of its beginning, before it has waited for
        // the lock, and fifty posts at once would each see none of the others.
        var (_, poster) = await connection.ValueThenRow<bool, Poster>(
            """
            select true from account where id = @account for no key update;
            select a.suspended_at is not null as suspended, p.phone, p.name,
                   (select count(*) from household h where h.account_id = a.id and h.created_at > @now - interval '1 hour') as lately
            from account a left join account_private p on p.account_id = a.id
            where a.id = @account
            """,
            new { account, now },
            stop
        );
        if (poster is null or { Suspended: true })
            throw new Refusal(403, "mayNotPost");
        if (poster.Lately >= (hasRole ? PostsAnHourWithRole : PostsAnHour) * settings.RateFactor)
            throw Refusal.TooMany(TimeSpan.FromMinutes(10));
        return poster;
    }

    /// <summary>Writes a household with its requests and returns its id.</summary>
    internal async Task<Guid> Add(
        NpgsqlConnection connection,
        Guid account,
        Poster poster,
        Post post,
        Placing placing,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var householdId = Guid.CreateVersion7(now);
        await connection.Execute(
            InsertPost,
            new
            {
                householdId,
                account,
                onBehalf = post.OnBehalfOf is not null,
                phoneHash = households.PhoneHash(post.OnBehalfOf?.Phone ?? poster.Phone),
                addressHash = households.AddressHash(post.Address),
                now,
                needs = JsonSerializer.Serialize(
                    Ids(post.Needs.Count, now).Zip(post.Needs, (id, need) => new NumberedNeed(id, need)),
                    Json.Options
                ),
                post.People,
                post.PublicNote,
                placing.Lon,
                placing.Lat,
                placing.CellRow,
                placing.CellColumn,
                placing.RootAreaId,
                placing.PublicAreaId,
                placing.ResponsibleAreaId,
                placing.Outside,
                exactLon = post.Place.Lon,
                exactLat = post.Place.Lat,
                post.Address,
                phone = post.OnBehalfOf is null ? poster.Phone : post.OnBehalfOf.Phone,
                name = post.OnBehalfOf is null ? poster.Name : post.OnBehalfOf.Name,
                post.Note,
                consent = post.OnBehalfOf is null ? (bool?)null : true,
            },
            stop
        );
        await connection.Execute(RaiseFirst, new { householdId }, stop);
        if (post.OnBehalfOf is { } person)
            await behalf.Tell(connection, householdId, placing.RootAreaId, person.Phone, account, now, stop);
        return householdId;
    }

    // Rising, so that requests of one instant keep the order of their needs.
    private static IEnumerable<Guid> Ids(int count, DateTimeOffset now) =>
        Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7(now)).Order();

    // One statement: the household, its requests, and what is private of each. A request never expires before it is needed.
    internal const string InsertPost = """
        with h as (
          insert into household (id, root_area_id, account_id, on_behalf, phone_hash, address_hash, created_at)
          values (@householdId, @RootAreaId, @account, @onBehalf, @phoneHash, @addressHash, @now)
        ), need as (
          select * from jsonb_to_recordset(@needs::jsonb) as n (id uuid, need jsonb)
          cross join lateral jsonb_to_record(n.need) as x
            (category_id smallint, quantity int, divisible boolean, urgency text, needed_by timestamptz, details text, destination jsonb)
        ), r as (
          insert into request (id, root_area_id, household_id, account_id, category_id, quantity, unmet, divisible, urgency, people,
            public_note, needed_by, created_at, expires_at, public_place, cell_row, cell_column, public_area_id, responsible_area_id)
          select n.id, @RootAreaId, @householdId, @account, n.category_id, n.quantity, n.quantity, n.divisible, n.urgency, @People,
            @PublicNote, n.needed_by, @now, greatest(@now + c.default_expiry, n.needed_by),
            st_setsrid(st_makepoint(@Lon, @Lat), 4326)::geography, @CellRow, @CellColumn, @PublicAreaId, @ResponsibleAreaId
          from need n join category c on c.id = n.category_id
        )
        insert into request_private (request_id, root_area_id, place, outside, address, phone, name, note, details, destination, consent, repeat_of)
        select n.id, @RootAreaId, st_setsrid(st_makepoint(@exactLon, @exactLat), 4326)::geography, @Outside, @Address, @phone, @name,
          @Note, n.details, nullif(n.destination, 'null'), @consent,
          served_before(@RootAreaId, n.category_id, @now, @phoneHash, @addressHash, case when not @onBehalf then @account end)
        from need n
        """;

    // A repeat that is more pressing raises the first one that is live. Only when whoever posts is known to be behind both: by
    // their own phone, or by having posted the first as well, for the same address. Else a stranger's number, posted as urgent,
    // would show in the list which need is theirs; and who gives their own number for many would raise one by another.
    private const string RaiseFirst = """
        select raise_first(x.later, x.first)
        from (
          select distinct on (r.id) r.id as later, f.id as first
          from household h
          join request r on (r.household_id, r.root_area_id) = (h.id, h.root_area_id)
          join household fh on fh.phone_hash = h.phone_hash and fh.id <> h.id and fh.created_at <= h.created_at
            and fh.created_at > h.created_at - setting('repeat_days') * interval '1 day'
            and case when h.on_behalf then fh.account_id = h.account_id and fh.address_hash = h.address_hash
                else not fh.on_behalf or fh.account_id <> h.account_id end
          join request f on (f.household_id, f.root_area_id) = (fh.id, fh.root_area_id)
            and f.category_id = r.category_id and f.end_status is null and f.root_area_id = r.root_area_id
          where h.id = @householdId
          order by r.id, f.created_at, f.id) x
        order by x.first
        """;

    // JSON on its way to jsonb_to_recordset.
    private sealed record NumberedNeed(
        [property: JsonPropertyName("id")] Guid Id,
        [property: JsonPropertyName("need")] Need Need
    );
}

/// <summary>Whoever posts, while their account is locked.</summary>
internal sealed class Poster
{
    public bool Suspended { get; init; }

    /// <summary>E.164.</summary>
    public string? Phone { get; init; }
    public string? Name { get; init; }

    /// <summary>Posts in the last hour.</summary>
    public long Lately { get; init; }
}
