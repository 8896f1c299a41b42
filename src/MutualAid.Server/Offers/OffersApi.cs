using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Offers;

/// <summary>What neighbours can give: post it, read it, edit it, pause it.</summary>
public static class OffersApi
{
    public static void AddOffers(this IServiceCollection services) => services.AddSingleton<OfferStore>();

    public static void MapOffers(this WebApplication app)
    {
        var offers = app.MapGroup("/api/offers");
        offers.MapPost("", Post);
        offers.MapGet("/mine", Mine);
        offers.MapGet("/{id:guid}", Get);
        offers.MapPatch("/{id:guid}", OfferEdit.Patch);
        OfferSteps.Map(offers.MapGroup("/{id:guid}"));
    }

    internal static async Task<IResult> Post(
        OfferBody body,
        Caller caller,
        Idempotency idempotency,
        ServiceDatabase database,
        OfferStore store,
        Categories categories,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var known = await categories.All(stop);
        var made = await idempotency.Once(
            context,
            caller.AccountId,
            "offers",
            body,
            async connection =>
            {
                var now = time.GetUtcNow();
                // Inside, so that a replay is answered although availableUntil has passed meanwhile.
                var offer = Offer.Read(body, known, now);
                await store.LockGiver(connection, caller.AccountId, now, stop);
                var placing = await Placing.Of(connection, caller.AccountId, offer.Place!.Value, stop);
                var id = Guid.CreateVersion7(now);
                await OfferStore.Add(connection, id, caller.AccountId, offer, placing, now, stop);
                return new Made("offer", id, StatusCodes.Status201Created);
            },
            stop
        );
        await using var reading = await database.Open(stop);
        var row =
            await Own(reading, made.Id!.Value, caller, time.GetUtcNow(), stop) ?? throw Refusal.NotFound();
        var answer = row.OwnAnswer();
        context.Response.Headers.ETag = Representation.Tag(answer, row.EditVersion);
        return Results.Created($"/api/offers/{row.Id}", answer);
    }

    // Its giver sees all of it whatever its status; everybody else what is public, through the reader that sees no more.
    private static async Task<IResult> Get(
        Guid id,
        Caller? caller,
        ServiceDatabase database,
        PublicDatabase publicDatabase,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        context.CacheBriefly();
        if (caller is not null)
        {
            await using var service = await database.Open(stop);
            if (await Own(service, id, caller, time.GetUtcNow(), stop) is { } own)
                return Representation.Tagged(context, own.OwnAnswer(), own.EditVersion);
        }
        var row =
            await publicDatabase.Read(
                caller,
                (connection, stop) =>
                    connection.Row<OfferRow>(OfferRow.Public + " where o.id = @id", new { id }, stop),
                stop
            ) ?? throw Refusal.NotFound();
        return Representation.Tagged(context, row.Answer(), null);
    }

    // Standing offers: a one-time offer is only its match's other name.
    private static async Task<IResult> Mine(
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop,
        string? limit = null,
        string? cursor = null
    )
    {
        context.AllowParameters("limit", "cursor");
        int most = Paging.Limit(limit);
        var after = Paging.After(cursor);
        await using var connection = await database.Open(stop);
        var rows = await OfGiver(connection, caller, after, most, time.GetUtcNow(), stop);
        return Paging.Page(
            context,
            rows,
            most,
            row =>
                row.OwnAnswer() is var answer
                    ? answer with
                    {
                        Etag = Representation.Tag(answer, row.EditVersion),
                    }
                    : null,
            row => (row.CreatedAt, row.Id)
        );
    }

    /// <summary>The caller's standing offers, latest first, from after this one on; one more than <paramref name="most"/> when there are more.</summary>
    internal static Task<IReadOnlyList<OfferRow>> OfGiver(
        NpgsqlConnection connection,
        Caller caller,
        (DateTimeOffset? At, Guid? Id) after,
        int most,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<OfferRow>(
            OfferRow.Own
                + """

                where o.account_id = @me and not o.one_time and (@afterId::uuid is null or (o.created_at, o.id) < (@afterAt, @afterId))
                order by o.created_at desc, o.id desc limit @most + 1
                """,
            new
            {
                me = caller.AccountId,
                now,
                afterAt = after.At,
                afterId = after.Id,
                most,
            },
            stop
        );

    /// <summary>The offer, when it is the caller's own.</summary>
    internal static Task<OfferRow?> Own(
        NpgsqlConnection connection,
        Guid id,
        Caller caller,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Row<OfferRow>(
            OfferRow.Own + " where o.id = @id and o.account_id = @me",
            new
            {
                id,
                me = caller.AccountId,
                now,
            },
            stop
        );
}
