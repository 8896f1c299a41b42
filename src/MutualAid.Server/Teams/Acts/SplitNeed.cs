using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>One divisible need becomes several of the same household. Only units that nobody has promised move.</summary>
internal sealed class SplitNeed(TimeProvider time)
{
    private const int MostParts = 9;

    internal async Task<Guid> Do(
        NpgsqlConnection connection,
        Caller caller,
        Guid id,
        SplitBody body,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        var quantities = new List<int>();
        if (
            errors.Check(
                body.Parts is { Count: >= 1 and <= MostParts },
                "parts",
                "howManyParts",
                1,
                MostParts
            )
        )
            for (int i = 0; i < body.Parts!.Count; i++)
                quantities.Add(HelpRequest.Quantity(errors, $"parts[{i}].quantity", body.Parts[i]?.Quantity));
        errors.ThrowIfAny();
        var now = time.GetUtcNow();
        var held = (await HeldNeed.Take(connection, caller, [id], owners: true, now, stop))[0];
        held.DemandLive();
        if (!held.Divisible)
            throw new Refusal(422, "indivisible", held.Unmet);
        int left = held.Quantity - quantities.Sum();
        // A need of nothing is none: what nobody has promised yet keeps at least one unit.
        if (left < Math.Max(1, held.Promised + held.Delivered))
            throw new Refusal(409, "splitTooMuch", held.Unmet)
            {
                Members = new Dictionary<string, object?> { ["state"] = held.Status, ["left"] = held.Unmet },
            };
        if (
            !await connection.Value<bool>(
                "select request_set_quantity(@now, @id, @left)",
                new
                {
                    now,
                    id,
                    left,
                },
                stop
            )
        )
            throw new InvalidOperationException("a need in hand was not of this quantity any more");
        Guid[] parts = [.. quantities.Select(_ => Guid.CreateVersion7(now)).Order()];
        await connection.Execute(
            Parts,
            new
            {
                id,
                parts,
                quantities = quantities.ToArray(),
            },
            stop
        );
        foreach (var part in await HeldNeed.Take(connection, caller, parts, owners: false, now, stop))
            await part.Write(connection, caller, "split", now, stop, more: new { from = id });
        return await held.Write(connection, caller, "split", now, stop, more: new { parts });
    }

    // They have waited since the first was posted, and stay as they were: verified, hidden, where they are.
    private const string Parts = """
        with part as (select * from unnest(@parts, @quantities) as p (id, quantity)), made as (
          insert into request (id, root_area_id, household_id, account_id, category_id, quantity, unmet, divisible, urgency, people, public_note,
            needed_by, created_at, expires_at, public_place, cell_row, cell_column, public_area_id, responsible_area_id, verified_at,
            hidden_at, hidden_by_suspension)
          select p.id, r.root_area_id, r.household_id, r.account_id, r.category_id, p.quantity, p.quantity, r.divisible, r.urgency, r.people,
            r.public_note, r.needed_by, r.created_at, r.expires_at, r.public_place, r.cell_row, r.cell_column, r.public_area_id,
            r.responsible_area_id, r.verified_at, r.hidden_at, r.hidden_by_suspension
          from part p cross join request r where r.id = @id
        ), changed as (
          update request set edit_version = edit_version + 1 where id = @id
        )
        insert into request_private (request_id, root_area_id, place, outside, address, phone, name, note, details, destination, consent, repeat_of)
        select p.id, q.root_area_id, q.place, q.outside, q.address, q.phone, q.name, q.note, q.details, q.destination, q.consent, q.repeat_of
        from part p cross join request_private q where q.request_id = @id
        """;
}

/// <summary>The new needs, in the category's unit.</summary>
public sealed record SplitBody(IReadOnlyList<SplitPart?>? Parts);

public sealed record SplitPart(int? Quantity);
