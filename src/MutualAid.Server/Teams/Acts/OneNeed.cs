using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>Does an act to one need, once for its key, and answers with its row of history.</summary>
internal sealed class OneNeed(Idempotency idempotency, ServiceDatabase database, NeedActs acts)
{
    /// <summary>One of the acts that can also be done to many.</summary>
    internal Task<ActAnswer> Do(
        Guid id,
        ActAsked given,
        Caller caller,
        HttpContext context,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        var asked = ActAsked.Read(errors, given);
        errors.ThrowIfAny();
        return Do(
            id,
            asked.Act,
            given,
            caller,
            context,
            async connection =>
            {
                var outcome = (await acts.Do(connection, caller, asked, [id], null, stop))[0];
                return outcome.Done ? outcome.ActId!.Value : throw outcome.Refusal(asked.Act);
            },
            stop
        );
    }

    /// <summary>Any act.</summary>
    /// <param name="fields">The body, to know the same post by.</param>
    /// <param name="work">Writes the act and returns its id.</param>
    internal async Task<ActAnswer> Do(
        Guid id,
        string act,
        object? fields,
        Caller caller,
        HttpContext context,
        Func<NpgsqlConnection, Task<Guid>> work,
        CancellationToken stop
    )
    {
        if (caller.Roles.Count == 0)
            throw Refusal.NotFound();
        var made = await idempotency.Once(
            context,
            caller.AccountId,
            $"team/needs/{id}/{act}",
            fields,
            async connection => new Made("step", await work(connection), StatusCodes.Status200OK),
            stop
        );
        acts.Wake();
        await using var connection = await database.Open(stop);
        return (await ActRow.Own(connection, made.Id!.Value, caller.AccountId, stop)).Answer();
    }
}
