using MutualAid.Server.Database;
using MutualAid.Server.Jobs;

namespace MutualAid.Server.Teams.Duplicates;

/// <summary>
/// Compares what was posted or edited since with what is near, and with what has the same phone; leaves a suggestion for each
/// pair that is alike enough. What was left undone is done by the next run; what is done twice is the same.
/// </summary>
public sealed class FindDuplicates(ServiceDatabase database) : ISweep
{
    private const int Batch = 250;

    public string Name => "find-duplicates";
    public string Cron => "20 * * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromMinutes(30);

    public async Task<long> Sweep(DateTimeOffset now, CancellationToken stop)
    {
        long compared = await database.InBatches(
            Batch,
            async connection =>
            {
                // One at a time: two would not see what the other is about to write, and a pair would be missed.
                // And planned each time: a plan made while few needs were there would be kept when there are many.
                await connection.Execute(
                    "set local plan_cache_mode = force_custom_plan; select pg_advisory_xact_lock(hashtext('find_duplicates'))",
                    null,
                    stop
                );
                var ids = (await connection.Rows<Guid>(Take, new { limit = Batch }, stop)).ToArray();
                if (ids.Length == 0)
                    return 0;
                var needs = await connection.Rows<TypedNeed>(TypedNeed.Select, new { ids, now }, stop);
                await Traits.Write(connection, ids, needs, stop);
                await connection.Execute(Compare, new { ids, now }, stop);
                return ids.Length;
            },
            stop
        );
        return compared + await Forget(now, stop);
    }

    private Task<long> Forget(DateTimeOffset now, CancellationToken stop) =>
        database.InBatches(
            5_000,
            connection => connection.Value<int>(PastTime, new { now, limit = 5_000 }, stop),
            stop
        );

    /// <summary>What waits, oldest first. <c>@limit</c></summary>
    public const string Take = """
        delete from duplicate_due d
        where d.request_id in (select q.request_id from duplicate_due q order by q.since limit @limit for update)
        returning d.request_id
        """;

    /// <summary>Traits that no new need can repeat any more, and what was suggested of them and never answered. <c>@now, @limit</c></summary>
    public const string PastTime = """
        with gone as (
          delete from duplicate_trait t where t.request_id in (
            select q.request_id from duplicate_trait q
            where q.at < @now - setting('repeat_days') * interval '1 day' order by q.at limit @limit)
          returning t.request_id
        ), unanswered as (
          delete from duplicate_suggestion s using gone g where s.request_id = g.request_id and s.settled_at is null
        )
        select count(*)::int from gone
        """;

    // Of two the later one is the repeat; it must be live, and the first too, or served. An answer stays as it was given.
    public static readonly string Compare = $"""
        with mine as materialized (
          select t.*, lately.since, lately.until, (
            select count(distinct (d.numbers, d.flat)) from duplicate_trait d
            where d.phone_hash = t.phone_hash and d.door and d.at between lately.since and lately.until) as doors
          from setting('repeat_days') days, duplicate_trait t
          cross join lateral (select t.at - days * interval '1 day' as since, t.at + days * interval '1 day' as until) lately
          where t.request_id = any (@ids)
        ), pair as (
          select m.request_id as mine, o.request_id as other
          from mine m join duplicate_trait o on o.category_id = m.category_id and o.root_area_id = m.root_area_id
            and st_dwithin(o.place, m.place, {Likeness.NearMetres}, false) and o.at between m.since and m.until
            -- without one of these nothing else adds up to enough
            and (o.numbers = m.numbers or starts_with(o.numbers, m.numbers || '/') or starts_with(m.numbers, o.numbers || '/')
              or o.flat = m.flat or o.given_name = m.given_name)
          union
          select m.request_id, o.request_id
          from mine m join duplicate_trait o on o.phone_hash = m.phone_hash and o.at between m.since and m.until
          where o.category_id = m.category_id and o.root_area_id = m.root_area_id
          union
          select m.request_id, o.request_id
          from mine m join duplicate_trait o on o.account_id = m.account_id and o.at between m.since and m.until
          where o.category_id = m.category_id and o.root_area_id = m.root_area_id
        ), likeness as materialized (
          select m.root_area_id, {Likeness.Sql},
            case when (m.at, m.request_id) > (o.at, o.request_id) then m.request_id else o.request_id end as later,
            case when (m.at, m.request_id) > (o.at, o.request_id) then o.request_id else m.request_id end as first
          from pair p
          join mine m on m.request_id = p.mine
          join duplicate_trait o on o.request_id = p.other
          cross join lateral st_distance(o.place, m.place, false) as metres
          where m.request_id <> o.request_id
        ), outdated as (
          delete from duplicate_suggestion s
          where (s.request_id = any (@ids) or s.other_id = any (@ids)) and s.settled_at is null
            and not exists (select from likeness l where (l.later, l.first) = (s.request_id, s.other_id) and l.score >= {Likeness.Enough})
        )
        insert into duplicate_suggestion (request_id, other_id, root_area_id, score, reasons, found_at)
        select distinct on (l.later, l.first) l.later, l.first, l.root_area_id, l.score, l.reasons, @now
        from likeness l
        join request r on r.id = l.later and r.end_status is null
        join request f on f.id = l.first and (f.end_status is null or f.end_status = 'fulfilled')
        where l.score >= {Likeness.Enough}
        order by l.later, l.first, l.score desc
        on conflict (request_id, other_id) do update set score = excluded.score, reasons = excluded.reasons
        where duplicate_suggestion.settled_at is null
        """;
}
