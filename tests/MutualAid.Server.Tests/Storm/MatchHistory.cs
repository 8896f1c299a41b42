using System.Data;
using Dapper;
using Npgsql;

namespace MutualAid.Server.Tests.Storm;

/// <summary>
/// A witness of its own of every change of every match: a row trigger of the test's database, which owes nothing to the
/// door and nothing to the service's change log, and is compared with both.
/// </summary>
internal static class MatchHistory
{
    /// <summary>Each way from a status to the next, and each beginning, that the product's table knows.</summary>
    public static readonly HashSet<string> EveryStep =
    [
        "– → proposed",
        "– → accepted",
        "proposed → accepted",
        "proposed → declined",
        "proposed → lapsed",
        "proposed → withdrawn",
        "accepted → onTheWay",
        "accepted → withdrawn",
        "accepted → lapsed",
        "accepted → failed",
        "accepted → delivered",
        "accepted → confirmed",
        "onTheWay → withdrawn",
        "onTheWay → lapsed",
        "onTheWay → failed",
        "onTheWay → delivered",
        "onTheWay → confirmed",
        "lapsed → delivered",
        "lapsed → confirmed",
        "delivered → confirmed",
        "delivered → failed",
    ];

    public static Task Begin(NpgsqlConnection connection) =>
        connection.ExecuteAsync(
            """
            create table storm_history (id bigint generated always as identity primary key, match_id uuid, from_status text, to_status text,
                                        from_units int, to_units int, origin text, by_party text, fixed_before jsonb, fixed_after jsonb);
            create index on storm_history (match_id, id);
            create index on storm_history ((fixed_after -> 2)); -- the giver
            create function storm_history() returns trigger language plpgsql security definer set search_path = public as $$
            begin
              insert into storm_history (match_id, from_status, to_status, from_units, to_units, origin, by_party, fixed_before, fixed_after)
              values (new.id, case tg_op when 'UPDATE' then old.status end, new.status, case tg_op when 'UPDATE' then old.units end, new.units,
                      new.origin, new.ended_by,
                      case tg_op when 'UPDATE' then jsonb_build_array(old.request_id, old.offer_id, old.giver_account_id, old.trip_id, old.day, old.whole) end,
                      jsonb_build_array(new.request_id, new.offer_id, new.giver_account_id, new.trip_id, new.day, new.whole));
              return null;
            end $$;
            create trigger storm_history after insert or update on match for each row execute function storm_history();
            """
        );

    /// <summary>How often each way was gone, by whom where a match ended.</summary>
    public static async Task<Dictionary<string, int>> Steps(NpgsqlConnection connection)
    {
        var rows = await connection.QueryAsync<(string Step, int Times)>(
            """
            select concat(coalesce(from_status, '–'), ' → ', to_status, ' by ' || by_party) as step, count(*)::int as times
            from storm_history where from_status is distinct from to_status
            group by 1
            """
        );
        return rows.ToDictionary(row => row.Step, row => row.Times);
    }

    /// <summary>Every change of a match that the product's table does not know, and every difference between witness and change log.</summary>
    public static async Task<IReadOnlyList<string>> Violations(NpgsqlConnection connection)
    {
        await connection.ExecuteAsync("analyze storm_history");
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        var rows = await connection.QueryAsync<string>(
            """
            with moved as (
              select h.*, lag(h.to_status) over (partition by match_id order by id) as before_status,
                     lag(h.to_units) over (partition by match_id order by id) as before_units
              from storm_history h
            )
            -- A match begins as a proposal of the matcher or a team, or as an accepted claim.
            select format('began %s by %s · %s', to_status, origin, match_id) from moved
            where from_status is null
              and (to_status, origin) not in (('proposed', 'matcher'), ('proposed', 'team'), ('accepted', 'claim'))
            union all
            select format('%s → %s is no step · %s', from_status, to_status, match_id) from moved
            where from_status <> to_status
              and not exists (
                select 1 from match_transition t
                where t.from_status = moved.from_status
                  -- the right hand-over code confirms at once
                  and (t.to_status = moved.to_status or (t.step = 'deliver' and moved.to_status = 'confirmed')))
            union all
            select format('%s → %s is not for %s to do · %s', from_status, to_status, by_party, match_id) from moved
            where from_status <> to_status and to_status in ('declined', 'lapsed', 'withdrawn', 'failed')
              and not exists (select 1 from match_transition t
                where (t.from_status, t.to_status, t.by_party) = (moved.from_status, moved.to_status, moved.by_party))
            union all
            -- Units change where a proposal shrinks and where some of the promised are delivered, and only downwards.
            select format('%s → %s: %s → %s units · %s', from_status, to_status, from_units, to_units, match_id) from moved
            where to_units > from_units
               or (to_units < from_units and (from_status, to_status) not in (('proposed', 'proposed'), ('accepted', 'delivered'),
                   ('accepted', 'confirmed'), ('onTheWay', 'delivered'), ('onTheWay', 'confirmed'), ('lapsed', 'delivered'), ('lapsed', 'confirmed')))
            union all
            select format('what is fixed moved: %s → %s · %s', fixed_before, fixed_after, match_id) from moved where fixed_before <> fixed_after
            union all
            -- Nobody is asked for a new trip while something of another is open, nor again for what they declined. Proposals,
            -- claims and acceptances of one giver follow each other (they lock the account), so the order here is the order there.
            select format('asked for %s while %s of another trip was %s', p.match_id, other.match_id, other.to_status)
            from storm_history p
            join lateral (
              select distinct on (h.match_id) h.match_id, h.to_status from storm_history h
              where h.id < p.id and h.fixed_after -> 2 = p.fixed_after -> 2 and h.fixed_after -> 3 <> p.fixed_after -> 3
              order by h.match_id, h.id desc) other on other.to_status in ('proposed', 'accepted', 'onTheWay')
            where p.from_status is null and p.to_status = 'proposed'
            union all
            select format('%s was declined, and the giver asked again: %s', said.match_id, p.match_id)
            from storm_history p
            join storm_history said on said.to_status = 'declined' and said.id < p.id
              and said.fixed_after -> 0 = p.fixed_after -> 0 and said.fixed_after -> 2 = p.fixed_after -> 2
            where p.from_status is null and p.to_status = 'proposed'
            union all
            -- The trigger saw every step: each begins where the one before ended, and the last ended where the match is.
            select format('a step was not seen between %s and %s · %s', before_status, from_status, match_id) from moved
            where before_status is distinct from from_status or before_units is distinct from from_units
            union all
            select format('the match is %s, its history says %s · %s', m.status, last.to_status, m.id)
            from match m left join lateral (
              select h.to_status, h.to_units from storm_history h where h.match_id = m.id order by h.id desc limit 1) last on true
            where exists (select 1 from storm_history h where h.match_id = m.id)
              and (m.status, m.units) is distinct from (last.to_status, last.to_units)
            union all
            -- The change log tells the same, in the same order.
            select format('the change log says %s, the history %s · %s', logged.steps, seen.steps, seen.match_id)
            from (select match_id, string_agg(to_status, ' ' order by id) as steps from storm_history group by 1) seen
            left join (select subject_id, string_agg(status, ' ' order by id) as steps from change where subject = 'match' group by 1) logged
              on logged.subject_id = seen.match_id
            where logged.steps is distinct from seen.steps
            """,
            commandTimeout: 300
        );
        return [.. rows];
    }
}
