using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Web;

namespace MutualAid.Server.Teams.Givers;

/// <summary>A giver's number, for a stated reason that they read beside who took it.</summary>
internal static class GiverContact
{
    public const int MostReason = 300;

    /// <exception cref="Refusal">400: no reason; 404: no giver of an area of the caller's; 429: too many people's.</exception>
    public static async Task<PersonContact> Take(
        Caller caller,
        Guid area,
        Guid giver,
        string? reason,
        ServiceDatabase database,
        PrivateViews views,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        string? stated = CleanText.Line(errors, "reason", reason, MostReason);
        if (!errors.Any)
            errors.Check(stated is not null, "reason", "required");
        // What is not written down is not shown: one transaction.
        var (shown, refused) = await database.Transaction(
            async connection =>
            {
                var now = time.GetUtcNow();
                var reach = await GiverList.Of(connection, caller, area, giver, now, stop);
                errors.ThrowIfAny();
                var act = Guid.CreateVersion7(now);
                var refusal = await views.Write(
                    connection,
                    caller,
                    new PrivateView(reach.Role, reach.RoleAreaId, giver, giver, null, null, "giver")
                    {
                        ActId = act,
                    },
                    stop
                );
                if (refusal is not null)
                    return ((Person?)null, (Refusal?)refusal);
                await new Moderated("contact", giver, caller.AccountId, reach.Role, area)
                {
                    Reason = stated,
                }.Write(connection, now, stop, act);
                var person = await connection.Row<Person>(
                    "select name, phone from account_private where account_id = @giver",
                    new { giver },
                    stop
                );
                return (person ?? throw Refusal.NotFound(), (Refusal?)null);
            },
            stop
        );
        return shown is null ? throw refused! : new PersonContact(shown.Name, shown.Phone);
    }

    private sealed class Person
    {
        public string? Name { get; init; }
        public string Phone { get; init; } = "";
    }
}
