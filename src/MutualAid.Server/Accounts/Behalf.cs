using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>Somebody for whom others posted is told so, and can say "not me" without an account.</summary>
public sealed class Behalf(Settings settings, Outbox outbox)
{
    // Longer than any request lives, renewals included: the message must not point at nothing while the need is seen.
    private static readonly TimeSpan Life = TimeSpan.FromDays(60);

    /// <summary>Writes the link and the message inside the transaction of the post. A landline receives none.</summary>
    /// <param name="phone">E.164, of the one in need.</param>
    /// <param name="poster">The account that posted.</param>
    public async Task Tell(
        NpgsqlConnection connection,
        Guid householdId,
        Guid rootAreaId,
        string phone,
        Guid poster,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        if (Phone.Read(phone, out _) is not { Mobile: true })
            return;
        var link = Link.New(settings, "b");
        await connection.Execute(
            "insert into behalf_link (token_hash, household_id, root_area_id, expires_at) values (@TokenHash, @householdId, @rootAreaId, @expires)",
            new
            {
                link.TokenHash,
                householdId,
                rootAreaId,
                expires = now + Life,
            },
            stop
        );
        string locale = await Outbox.Locale(connection, phone, stop);
        await outbox.Add(
            connection,
            "behalf",
            phone,
            Texts.Of(locale, "message.behalf", link.Url),
            poster,
            now,
            stop
        );
    }

    /// <summary>
    /// "Not me": the household's requests end with this reason, and the number that objects is forgotten there.
    /// False when the link is unknown or past its time; doing it again changes nothing.
    /// </summary>
    public static async Task<bool> NotMe(
        NpgsqlConnection connection,
        string token,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var household = await connection.Row<HouseholdOf>(
            """
            update behalf_link set used_at = coalesce(used_at, @now) where token_hash = @hash and expires_at > @now
            returning household_id, root_area_id
            """,
            new { hash = Sessions.Hash(token), now },
            stop
        );
        if (household is null)
            return false;
        await connection.Execute(
            """
            select request_end(@now, array(select id from request where (household_id, root_area_id) = (@HouseholdId, @RootAreaId)), 'withdrawn', 'notMe')
            """,
            new
            {
                now,
                household.HouseholdId,
                household.RootAreaId,
            },
            stop
        );
        await connection.Execute(
            """
            update request_private p set phone = null, name = null
            from request r
            where (r.household_id, r.root_area_id) = (@HouseholdId, @RootAreaId) and (p.request_id, p.root_area_id) = (r.id, r.root_area_id);
            update household set phone_hash = null where (id, root_area_id) = (@HouseholdId, @RootAreaId);
            """,
            new { household.HouseholdId, household.RootAreaId },
            stop
        );
        return true;
    }

    /// <summary>Whether the link can still be used, for the page with the button. Changes nothing.</summary>
    public static Task<bool> Open(
        NpgsqlConnection connection,
        string token,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Value<bool>(
            "select exists (select from behalf_link where token_hash = @hash and expires_at > @now)",
            new { hash = Sessions.Hash(token), now },
            stop
        );

    private sealed class HouseholdOf
    {
        public Guid HouseholdId { get; init; }
        public Guid RootAreaId { get; init; }
    }
}
