using System.Text.Json;
using MutualAid.Server.Rounds;
using MutualAid.Server.Web;

namespace MutualAid.Server.Requests;

/// <summary>A request with its private facts, and what one account is to it.</summary>
internal sealed class PrivateRow : RequestRow
{
    /// <summary>Beside <see cref="RequestRow.Columns"/>; takes <c>@reader</c>, <c>@team</c> (a session whose roles count) and <c>@now</c>.</summary>
    internal const string PrivateColumns = """
        r.account_id as owner_id, r.household_id, r.edit_version, r.hidden_at is not null as hidden, r.ended_at, r.end_reason,
        st_x(p.place::geometry) as exact_lon, st_y(p.place::geometry) as exact_lat, p.address,
        case when h.on_behalf then p.phone else coalesce(o.phone, p.phone) end as phone,
        case when h.on_behalf then p.name else coalesce(o.name, p.name) end as name,
        p.note, p.details, p.destination::text as destination, coalesce(p.outside, false) as outside, p.repeat_of, h.on_behalf,
        r.account_id = @reader as is_owner, t.role as team_role, t.area_id as team_area_id, g.id as giver_match_id
        """;

    /// <summary>
    /// Team: a role that reaches the responsible area, with the second factor given, of an account that is not suspended. Giver: a match that is under way, or
    /// delivered lately; any other end closes the door at once.
    /// </summary>
    internal const string Private = """
        from (select *, public_area_id as area_id, public_place as place, verified_at is not null as verified from request) r
        join area a on a.id = r.area_id
        join category c on c.id = r.category_id
        join household h on (h.id, h.root_area_id) = (r.household_id, r.root_area_id)
        left join request_private p on (p.request_id, p.root_area_id) = (r.id, r.root_area_id)
        left join account_private o on o.account_id = r.account_id
        left join lateral (
          select q.role, q.area_id from role_grant q join area l on q.area_id = any (l.ancestors)
          where @team and q.account_id = @reader and l.id = r.responsible_area_id
            and q.role in ('teamMember', 'teamLead', 'moderator', 'administrator')
            and q.revoked_at is null and (q.ends_at is null or q.ends_at > @now)
          order by q.granted_at limit 1) t on true
        left join lateral (
          select m.id from match m
          where m.request_id = r.id and m.giver_account_id = @reader and not blocked_either_way(@reader, r.account_id)
            and (m.status in ('accepted', 'onTheWay')
              or (m.status in ('delivered', 'confirmed') and m.delivered_at > @now - setting('private_open_hours') * interval '1 hour'))
          order by m.accepted_at desc limit 1) g on true
        """;

    public Guid OwnerId { get; init; }
    public Guid HouseholdId { get; init; }
    public int EditVersion { get; init; }
    public bool Hidden { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? EndReason { get; init; }

    /// <summary>Null when the private facts are past their time.</summary>
    public double? ExactLon { get; init; }
    public double? ExactLat { get; init; }
    public string? Address { get; init; }
    public string? Phone { get; init; }
    public string? Name { get; init; }
    public string? Note { get; init; }
    public string? Details { get; init; }
    public string? Destination { get; init; }
    public bool Outside { get; init; }
    public Guid? RepeatOf { get; init; }
    public bool OnBehalf { get; init; }
    public bool IsOwner { get; init; }
    public string? TeamRole { get; init; }
    public Guid? TeamAreaId { get; init; }
    public Guid? GiverMatchId { get; init; }

    /// <summary>Filled in after the row is read, for those alone who <see cref="MaySeeCourse"/>.</summary>
    public Waiting? Waiting { get; set; }

    public bool MaySeeCourse => IsOwner || TeamRole is not null;

    public bool MaySeePrivate => MaySeeCourse || GiverMatchId is not null;

    public RequestAnswer PrivateAnswer() =>
        Answer() with
        {
            Waiting = Waiting,
            History = MaySeeCourse
                ? new RequestHistory(
                    HouseholdId,
                    Hidden,
                    EndedAt,
                    // The other need may be somebody else's.
                    TeamRole is null
                    && EndReason?.StartsWith("duplicate:", StringComparison.Ordinal) == true
                        ? "duplicate"
                        : EndReason,
                    // The earlier post may be somebody else's: the team's to know.
                    TeamRole is not null
                    && !IsOwner
                        ? RepeatOf
                        : null
                )
                : null,
            Private = ExactLon is null
                ? null
                : new RequestPrivate(
                    GeoPoint.At(ExactLon.Value, ExactLat!.Value),
                    Address,
                    Phone,
                    Name,
                    Note,
                    Details,
                    Destination is null
                        ? null
                        : JsonSerializer.Deserialize<Destination>(Destination, Json.Options),
                    OnBehalf,
                    Outside
                ),
        };
}
