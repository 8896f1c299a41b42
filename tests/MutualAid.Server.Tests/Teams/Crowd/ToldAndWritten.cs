using System.Net;
using Dapper;
using Npgsql;

namespace MutualAid.Server.Tests.Teams.Crowd;

/// <summary>What members of teams were told is what stands in the needs' history: each act once, and none that nobody was told of.</summary>
internal static class ToldAndWritten
{
    public static async Task<IEnumerable<string>> Violations(
        NpgsqlConnection connection,
        IReadOnlyCollection<Told> told
    ) =>
        await connection.QueryAsync<string>(
            """
            with told as (
              select * from unnest(@ids::uuid[], @needs, @acts, @members) t (id, need, act, member)
            ), written as (
              select a.*, case when a.undoes is null then a.act else 'undo' end as called from need_act a
            ), unnamed as (
              select need, act, member, count(*) as times from told where id is null group by 1, 2, 3
            )
            select format('%s of %s was answered %s times, and stands there %s times', t.act, t.need, t.times, t.there)
            from (select t.id, t.act, t.need, count(distinct t.ctid_) as times, count(distinct w.id) as there
                  from (select *, row_number() over () as ctid_ from told where id is not null) t
                  left join written w on (w.id, w.request_id, w.called, w.account_id) = (t.id, t.need, t.act, t.member)
                  group by 1, 2, 3) t
            where (t.times, t.there) <> (1, 1)
            union all
            select format('%s of %s was answered to %s, and is not there', t.act, t.need, t.member) from unnamed t
            where not exists (select from written w where (w.request_id, w.called, w.account_id) = (t.need, t.act, t.member)
                              and w.id not in (select id from told where id is not null))
            union all
            -- A split writes a row for each part too, a merge one for the need that took the units.
            select format('%s of %s was done, and nobody was told', w.act, w.request_id) from written w
            where w.id not in (select id from told where id is not null) and not (w.act in ('split', 'merge') and w.after ? 'from')
              and (w.request_id, w.act, w.account_id) not in (select need, act, member from unnamed)
            union all
            select format('%s was undone by %s, which does not say so', w.id, w.undone_by) from written w
            where w.undone_by is not null and not exists (select from need_act u where u.id = w.undone_by and u.undoes = w.id)
            union all
            select format('%s was undone %s times', undoes, count(*)) from need_act where undoes is not null group by undoes having count(*) > 1
            """,
            new
            {
                ids = told.Select(one => one.Id).ToArray(),
                needs = told.Select(one => one.Need).ToArray(),
                acts = told.Select(one => one.Act).ToArray(),
                members = told.Select(one => one.Member).ToArray(),
            }
        );

    /// <summary>The same as the desk shows it: each act that was answered is once in its need's history.</summary>
    public static async Task Shown(Person lead, IReadOnlyCollection<Told> told)
    {
        foreach (var need in told.Where(one => one.Id is not null).GroupBy(one => one.Need))
        {
            var items = (await lead.Get(Desk.At(need.Key, "history")).Is(HttpStatusCode.OK))[
                "items"
            ]!.AsArray();
            var shown = items.Where(item => item!["actId"] is not null).ToLookup(item => item!.Text("actId"));
            Assert.All(need, one => Assert.Single(shown[$"{one.Id}"]));
        }
    }
}
