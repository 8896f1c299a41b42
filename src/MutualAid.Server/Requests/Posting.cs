using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>Makes a post once, for the API and the pages alike.</summary>
public sealed class Posting(
    Idempotency idempotency,
    Categories categories,
    RequestPlacing placing,
    RequestStore store,
    RequestReading reading,
    TimeProvider time
)
{
    /// <summary>The household that was made, now or when its key was first used.</summary>
    public Task<Made> Post(HttpContext context, Caller caller, PostBody body, CancellationToken stop) =>
        Post(context, caller, body, "requests", _ => Task.CompletedTask, (_, _) => Task.CompletedTask, stop);

    /// <summary>The same by another route.</summary>
    /// <param name="first">Inside the transaction, before anything is written.</param>
    /// <param name="then">Inside the transaction, with the new household.</param>
    internal async Task<Made> Post(
        HttpContext context,
        Caller caller,
        PostBody body,
        string route,
        Func<NpgsqlConnection, Task> first,
        Func<NpgsqlConnection, Guid, Task> then,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var known = await categories.All(stop);
        return await idempotency.Once(
            context,
            caller.AccountId,
            route,
            body,
            async connection =>
            {
                await first(connection);
                // Inside, so that a replay is answered although a neededBy has passed meanwhile.
                var post = Requests.Post.Read(body, known, now);
                var poster = await store.LockPoster(
                    connection,
                    caller.AccountId,
                    caller.Roles.Count > 0,
                    now,
                    stop
                );
                var placed = await placing.Place(
                    connection,
                    caller.AccountId,
                    post.OnBehalfOf?.Phone,
                    post.Place,
                    "location",
                    stop
                );
                var id = await store.Add(connection, caller.AccountId, poster, post, placed, now, stop);
                await then(connection, id);
                return new Made("household", id, StatusCodes.Status201Created);
            },
            stop
        );
    }

    /// <summary>Its requests, in the order of the needs.</summary>
    public Task<IReadOnlyList<RequestAnswer>> Made(Caller caller, Made made, CancellationToken stop) =>
        reading.OfHousehold(caller, made.Id!.Value, stop);
}
