using Dapper;
using Npgsql;

namespace MutualAid.Server.Tests.Storm;

/// <summary>The history of answers against what is there.</summary>
internal static class AnsweredAndKept
{
    /// <summary>
    /// What was answered 2xx is there under its key with what it made; what was refused left neither; nothing was made that
    /// nobody was told of.
    /// </summary>
    public static async Task<IEnumerable<string>> Violations(
        NpgsqlConnection connection,
        Heard heard,
        DateTimeOffset begun
    ) =>
        await connection.QueryAsync<string>(
            """
            -- One key may have been answered twice: by two servers at once.
            with heard as (
              select key, path, min(status) as status from unnest(@keys, @paths, @statuses) h(key, path, status) group by key, path),
            told as (select h.*, i.made, i.made_id, i.key is not null as kept from heard h left join idempotency i on i.key = h.key)
            select format('answered %s, and its key is %s: %s', status, case when kept then 'kept' else 'lost' end, path)
            from told where kept <> (status < 300)
            union all
            select format('the %s that was answered is not there: %s', made, path) from told
            where status < 300 and (
              made = 'household' and not exists (select 1 from request r where r.household_id = made_id)
              or made = 'offer' and not exists (select 1 from offer o where o.id = made_id)
              or made = 'match' and not exists (select 1 from match m where m.id = made_id))
            union all
            select format('household %s was made, and nobody was told', h.id) from household h
            where h.created_at >= @begun and h.id not in (select made_id from told where made = 'household')
            union all
            select format('offer %s was made, and nobody was told', o.id) from offer o
            where o.created_at >= @begun and not o.one_time and o.id not in (select made_id from told where made = 'offer')
            """,
            new
            {
                keys = heard.Posts.Select(post => post.Key).ToArray(),
                paths = heard.Posts.Select(post => post.Path).ToArray(),
                statuses = heard.Posts.Select(post => post.Status).ToArray(),
                begun,
            }
        );

    /// <summary>
    /// Every edit that was answered 200 raised a version once, as did each repeat that made a need more urgent; edits whose
    /// first try was not answered may have.
    /// </summary>
    public static async Task Edits(NpgsqlConnection connection, StormActs doing, Heard heard)
    {
        int made = await connection.ExecuteScalarAsync<int>(
            """
            select ((select sum(edit_version - 1) from request) + (select sum(edit_version - 1) from offer)
                    + (select sum(edit_version - 1) from account where erased_at is null)
                    - (select count(*) from request_raise))::int
            """
        );
        string[] edits = ["editRequest 200", "renew 200", "editOffer 200", "onDuty 200"];
        int told = edits.Sum(edit => doing.Answers.GetValueOrDefault(edit));
        Assert.InRange(made, told, told + heard.UnclearEdits);
    }
}
