using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>What a team tells itself about a need, ended ones included.</summary>
internal sealed class NoteNeed(TimeProvider time)
{
    internal async Task<Guid> Do(
        NpgsqlConnection connection,
        Caller caller,
        Guid id,
        NoteBody body,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        string? text = CleanText.Lines(errors, "text", body.Text, 2000);
        errors.Check(!string.IsNullOrWhiteSpace(body.Text), "text", "required");
        errors.ThrowIfAny();
        if (text is null)
            throw Refusal.Field("text", "required");
        var now = time.GetUtcNow();
        // Its owner may be erased at this moment: their account's lock says which was first.
        var held = (await HeldNeed.Take(connection, caller, [id], owners: true, now, stop))[0];
        if (
            await connection.Value<bool>(
                "select erased_at is not null from account where id = @OwnerId",
                new { held.OwnerId },
                stop
            )
        )
            throw ActOutcome.Conflict("noteForgotten", held.Status);
        var act = await held.Write(connection, caller, "note", now, stop);
        await connection.Execute(
            """
            insert into need_note (id, root_area_id, request_id, account_id, text, at)
            values (@act, @RootAreaId, @id, @AccountId, @text, @now)
            """,
            new
            {
                act,
                held.RootAreaId,
                id,
                caller.AccountId,
                text,
                now,
            },
            stop
        );
        return act;
    }
}

/// <summary>At most 2000 characters.</summary>
public sealed record NoteBody(string? Text);
