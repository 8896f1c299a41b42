using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Givers;

/// <summary>Reads the givers of an area: whoever has a standing offer whose public area lies in it, or carries something for one of its needs.</summary>
internal static class GiverList
{
    /// <summary>One more than fits a page when there are more.</summary>
    internal static async Task<IReadOnlyList<GiverRow>> Read(
        NpgsqlConnection connection,
        Reach reach,
        GiverAsked asked,
        DateTimeOffset now,
        CancellationToken stop,
        Guid? giver = null
    )
    {
        var rows = await connection.Rows<GiverRow>(
            GiverRow.Sql,
            new
            {
                area = reach.AreaId,
                leaves = reach.Leaves,
                giver,
                category = asked.Category?.Id,
                onDuty = asked.OnDuty,
                silent = asked.Silent,
                idle = asked.Idle,
                after = asked.After,
                most = asked.Most,
                now,
            },
            stop
        );
        var vouched = (await Vouches.For(connection, [.. rows.Select(row => row.Id)], now, stop)).ToLookup(
            vouch => vouch.AccountId
        );
        foreach (var row in rows)
            row.Vouched = [.. vouched[row.Id]];
        return rows;
    }

    /// <summary>One giver of an area that the caller's role reaches, with the reach.</summary>
    /// <exception cref="Refusal">404: not the caller's area, or nobody who gives there.</exception>
    internal static async Task<(Reach Reach, GiverRow Giver)> One(
        NpgsqlConnection connection,
        Caller caller,
        Guid area,
        Guid giver,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var reach = await Reach.Of(connection, caller, area, now, stop);
        var rows = await Read(connection, reach, GiverAsked.All, now, stop, giver);
        return rows.Count == 1 ? (reach, rows[0]) : throw Refusal.NotFound();
    }

    /// <summary>As <see cref="One"/>, where nothing of the giver is shown.</summary>
    /// <exception cref="Refusal">404.</exception>
    internal static async Task<Reach> Of(
        NpgsqlConnection connection,
        Caller caller,
        Guid area,
        Guid giver,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var reach = await Reach.Of(connection, caller, area, now, stop);
        bool gives = await connection.Value<bool>(
            """
            select exists (select from account a where a.id = @giver and a.erased_at is null)
              and exists (select from gives_in(@giver) g (id) join area l on l.id = g.id where @area = any (l.ancestors))
            """,
            new { giver, area },
            stop
        );
        return gives ? reach : throw Refusal.NotFound();
    }

    /// <summary>As a program reads it.</summary>
    internal static object Answer(GiverRow row, string locale) =>
        new
        {
            row.Id,
            row.Name,
            row.OnDuty,
            row.Suspended,
            row.Offers,
            carrying = new
            {
                matches = row.Carrying,
                categories = row.Carries,
                row.OldestDue,
            },
            row.Asked,
            row.Silent,
            row.Idle,
            why = new { code = row.Why, text = Texts.Of(locale, $"givers.why.{row.Why}") },
            trust = new
            {
                row.Confirmed,
                row.Failed,
                row.Disputed,
                row.Lapsed,
                vouched = row.Vouched.Select(vouch => new
                {
                    vouch.Id,
                    vouch.Name,
                    vouch.AreaId,
                    vouch.Area,
                    vouch.At,
                    vouch.Note,
                }),
            },
        };
}
