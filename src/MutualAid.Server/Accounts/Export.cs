using System.Text;
using MutualAid.Server.Database;

namespace MutualAid.Server.Accounts;

/// <summary>Everything that is held about a person, as one JSON document for them to keep.</summary>
public static class Export
{
    public static void MapExport(this WebApplication app) => app.MapGet("/api/me/export", Get);

    private static async Task<IResult> Get(
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        caller.DemandFreshCode();
        await using var connection = await database.Open(stop);
        string? json = await connection.Value<string>(
            Sql,
            new { me = caller.AccountId, now = time.GetUtcNow() },
            stop
        );
        context.Response.Headers.ContentDisposition = "attachment; filename=\"mutualaid.json\"";
        return Results.Text(json, "application/json", Encoding.UTF8);
    }

    // Of others only what one has been shown already: no name, number or place of the other side of a match.
    private const string Sql = """
        select jsonb_build_object(
          'exportedAt', @now,
          'account', (select jsonb_build_object('id', a.id, 'phone', p.phone, 'name', p.name, 'locale', a.locale, 'onDuty', a.on_duty,
              'createdAt', a.created_at, 'suspendedAt', a.suspended_at, 'secondFactorSince', p.totp_enrolled_at,
              'recoveryCodes', (select count(*) from recovery_code c where c.account_id = a.id and c.used_at is null))
            from account a join account_private p on p.account_id = a.id where a.id = @me),
          'roles', (select coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'areaId', g.area_id, 'area', r.name, 'grantedAt', g.granted_at,
              'endsAt', g.ends_at, 'revokedAt', g.revoked_at) order by g.granted_at), '[]')
            from role_grant g join area r on r.id = g.area_id where g.account_id = @me),
          'sessions', (select coalesce(jsonb_agg(jsonb_build_object('kind', s.kind, 'createdAt', s.created_at, 'lastSeenAt', s.last_seen_at,
              'expiresAt', s.expires_at, 'revokedAt', s.revoked_at, 'device', s.device) order by s.created_at), '[]')
            from session s where s.account_id = @me),
          'codes', (select coalesce(jsonb_agg(jsonb_build_object('phone', c.phone, 'purpose', c.purpose, 'createdAt', c.created_at,
              'usedAt', c.used_at) order by c.created_at), '[]')
            from sign_in_attempt c where c.account_id = @me or c.phone = (select phone from account_private where account_id = @me)),
          'requests', (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'householdId', r.household_id, 'category', c.code,
              'quantity', r.quantity, 'unmet', r.unmet, 'promised', r.promised, 'delivered', r.delivered, 'urgency', r.urgency,
              'status', r.status, 'endReason', regexp_replace(r.end_reason, '^duplicate:.*', 'duplicate'), 'people', r.people, 'publicNote', r.public_note, 'neededBy', r.needed_by,
              'createdAt', r.created_at, 'expiresAt', r.expires_at, 'endedAt', r.ended_at, 'area', w.name,
              'location', st_asgeojson(r.public_place)::jsonb, 'onBehalf', h.on_behalf,
              'private', case when p.request_id is not null then jsonb_build_object('location', st_asgeojson(p.place)::jsonb,
                'address', p.address, 'phone', p.phone, 'name', p.name, 'note', p.note, 'details', p.details,
                'destination', p.destination, 'consent', p.consent, 'repeatOf',
                (select f.id from request f where f.id = p.repeat_of and f.account_id = r.account_id)) end) order by r.created_at, r.id), '[]')
            from request r
            join household h on (h.id, h.root_area_id) = (r.household_id, r.root_area_id)
            join category c on c.id = r.category_id
            join area w on w.id = r.public_area_id
            left join request_private p on (p.request_id, p.root_area_id) = (r.id, r.root_area_id)
            where r.account_id = @me),
          'offers', (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'category', c.code, 'capacity', o.capacity, 'free', o.free,
              'held', o.held, 'promised', o.promised, 'given', o.given, 'perDay', o.per_day, 'reach', o.reach_metres,
              'availableFrom', o.available_from, 'availableUntil', o.available_until, 'dailyFrom', o.daily_from, 'dailyTo', o.daily_to,
              'oneTime', o.one_time, 'status', o.status, 'createdAt', o.created_at, 'endedAt', o.ended_at,
              'location', st_asgeojson(o.public_place)::jsonb,
              'private', case when p.offer_id is not null then jsonb_build_object('location', st_asgeojson(p.place)::jsonb, 'note', p.note) end)
              order by o.created_at, o.id), '[]')
            from offer o join category c on c.id = o.category_id
            left join offer_private p on (p.offer_id, p.root_area_id) = (o.id, o.root_area_id)
            where o.account_id = @me),
          'matches', (select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'side', m.side, 'requestId', m.request_id, 'offerId', m.offer_id,
              'units', m.units, 'day', m.day, 'status', m.status, 'endReason', m.end_reason, 'origin', m.origin, 'distance', m.distance_metres,
              'createdAt', m.created_at, 'acceptedAt', m.accepted_at, 'deliveredAt', m.delivered_at, 'confirmedAt', m.confirmed_at,
              'endedAt', m.ended_at, 'handOverCode', case when m.side = 'receiver' then p.hand_over_code end) order by m.created_at, m.id), '[]')
            from (select 'giver' as side, g.* from match g where g.giver_account_id = @me
                  union all
                  select 'receiver', g.* from match g join request r on (r.id, r.root_area_id) = (g.request_id, g.root_area_id)
                  where r.account_id = @me) m
            left join match_private p on (p.match_id, p.root_area_id) = (m.id, m.root_area_id)),
          'matchMessages', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'matchId', x.match_id, 'mine', x.sender_account_id = @me,
              'text', x.text, 'at', x.sent_at, 'readAt', x.read_at) order by x.match_id, x.ordinal), '[]')
            from match_message x where x.match_id in (
              select g.id from match g where g.giver_account_id = @me
              union all
              select g.id from match g join request r on (r.id, r.root_area_id) = (g.request_id, g.root_area_id) where r.account_id = @me)),
          'householdsOpened', (select coalesce(jsonb_agg(jsonb_build_object('householdId', o.household_id, 'openedAt', o.opened_at)
              order by o.opened_at), '[]') from household_opened o where o.giver_account_id = @me),
          'blocks', (select coalesce(jsonb_agg(jsonb_build_object('matchId', case when b.request_id is null then b.match_id end, 'requestId', b.request_id,
              'accountId', case when b.match_id is null then b.blocked_account_id end, 'createdAt', b.created_at) order by b.created_at), '[]')
            from block b where b.account_id = @me),
          'statusLinks', (select coalesce(jsonb_agg(jsonb_build_object('requestId', l.request_id, 'createdAt', l.created_at,
              'expiresAt', l.expires_at) order by l.created_at), '[]')
            from status_link l join request r on (r.id, r.root_area_id) = (l.request_id, l.root_area_id) where r.account_id = @me),
          'accessKeys', (select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'kind', k.kind, 'name', k.name, 'areaId', k.area_id,
              'createdAt', k.created_at, 'expiresAt', k.expires_at, 'lastUsedAt', k.last_used_at) order by k.created_at, k.id), '[]')
            from access_key k where k.account_id = @me),
          'calendarLinks', (select coalesce(jsonb_agg(jsonb_build_object('offerId', l.offer_id, 'createdAt', l.created_at)
              order by l.created_at), '[]')
            from offer_calendar l join offer o on (o.id, o.root_area_id) = (l.offer_id, l.root_area_id) where o.account_id = @me),
          'teamActs', (select coalesce(jsonb_agg(jsonb_build_object('requestId', a.request_id, 'act', a.act, 'how', a.how, 'reason', a.reason,
              'role', a.role, 'areaId', a.role_area_id, 'at', a.at, 'text', coalesce(p.text, n.text)) order by a.at, a.id), '[]')
            from need_act a
            left join need_act_private p on (p.act_id, p.root_area_id) = (a.id, a.root_area_id)
            left join need_note n on (n.id, n.root_area_id) = (a.id, a.root_area_id)
            where a.account_id = @me),
          'actsOnRequests', (select coalesce(jsonb_agg(jsonb_build_object('requestId', a.request_id, 'act', a.act, 'how', a.how,
              'reason', a.reason, 'at', a.at, 'placeBefore', p.before, 'placeAfter', p.after) order by a.at, a.id), '[]')
            from request r join need_act a on (a.request_id, a.root_area_id) = (r.id, r.root_area_id)
            left join need_act_private p on (p.act_id, p.root_area_id) = (a.id, a.root_area_id)
            where r.account_id = @me and a.act <> 'note'),
          'savedFilters', (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'areaId', f.area_id, 'queue', f.queue, 'name', f.name,
              'query', f.query, 'createdAt', f.created_at) order by f.created_at, f.id), '[]')
            from saved_filter f where f.account_id = @me),
          'reports', (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'subjectKind', r.subject_kind, 'subjectId', r.subject_id,
              'reason', r.reason, 'text', r.text, 'createdAt', r.created_at, 'closedAt', r.closed_at) order by r.created_at), '[]')
            from report r where r.reporter_account_id = @me),
          'messages', (select coalesce(jsonb_agg(jsonb_build_object('kind', o.kind, 'createdAt', o.created_at, 'handedOffAt', o.handed_off_at,
              'failedAt', o.failed_at) order by o.created_at), '[]') from outbox o where o.account_id = @me),
          'seenByOthers', (select coalesce(jsonb_agg(jsonb_build_object('at', l.at, 'role', l.reader_role, 'areaId', l.reader_area_id,
              'requestId', l.request_id, 'matchId', l.match_id, 'what', l.what, 'reason', coalesce(e.reason, d.reason)) order by l.id), '[]')
            from access_log l left join private_export e on e.id = l.export_id left join moderation_log d on d.id = l.act_id
            where l.owner_account_id = @me),
          'accessLogAsked', (select coalesce(jsonb_agg(jsonb_build_object('at', l.at, 'role', l.reader_role, 'areaId', l.area_id,
              'reader', l.asked_reader, 'requestId', l.asked_request, 'from', l.asked_from, 'until', l.asked_until) order by l.id), '[]')
            from access_log_look l where l.reader_account_id = @me),
          'rolesGivenAndEnded', (select coalesce(jsonb_agg(jsonb_build_object('at', l.at, 'act', l.act, 'role', l.role, 'areaId', l.area_id,
              'endsAt', l.ends_at) order by l.id), '[]') from role_log l where l.by_account_id = @me),
          'vouches', (select coalesce(jsonb_agg(jsonb_build_object('side', case v.account_id when @me then 'giver' else 'team' end, 'areaId', v.area_id,
              'area', w.name, 'note', v.note, 'at', v.at, 'revokedAt', v.revoked_at) order by v.at, v.id), '[]')
            from vouch v join area w on w.id = v.area_id where @me in (v.account_id, v.by_account_id)),
          'moderation', (select coalesce(jsonb_agg(jsonb_build_object('act', d.act, 'side', case d.account_id when @me then 'about' else 'by' end,
              'role', d.by_role, 'areaId', d.area_id, 'requestId', d.request_id, 'reason', d.reason, 'at', d.at) order by d.at, d.id), '[]')
            from moderation_log d where @me in (d.account_id, d.by_account_id) and (d.act <> 'askSuspension' or d.by_account_id = @me)),
          'appeals', (select coalesce(jsonb_agg(jsonb_build_object('text', p.text, 'madeAt', p.made_at, 'outcome', p.outcome, 'answer', p.answer,
              'answeredAt', p.answered_at) order by p.made_at), '[]') from appeal p where p.account_id = @me),
          'seenOfOthers', (select coalesce(jsonb_agg(jsonb_build_object('at', l.at, 'role', l.reader_role, 'requestId', l.request_id,
              'matchId', l.match_id, 'what', l.what, 'reason', coalesce(e.reason, d.reason)) order by l.id), '[]')
            from access_log l left join private_export e on e.id = l.export_id left join moderation_log d on d.id = l.act_id
            where l.reader_account_id = @me)
        )::text
        """;
}
