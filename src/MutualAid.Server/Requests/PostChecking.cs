using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Requests;

/// <summary>What is wrong with a post that is being written, what everybody would see of it, and what is there already.</summary>
internal sealed class PostChecking(
    Categories categories,
    PublicDatabase publicDatabase,
    ServiceDatabase database,
    RequestPlacing placing,
    Households households,
    TimeProvider time
)
{
    public Task<PlaceAsked> Where(PostedForm form, CancellationToken stop) =>
        PlaceAsked.Read(form, publicDatabase, stop);

    /// <summary>What is wrong with this question's answer; what the others say is not looked at.</summary>
    public async Task<FormErrors> Wrong(
        HttpContext context,
        PostedForm form,
        PostStep step,
        CancellationToken stop
    )
    {
        var place = step.Asks("ward") ? await Where(form, stop) : new PlaceAsked();
        try
        {
            Post.Read(NeedForm.Body(form, place), await categories.All(stop), time.GetUtcNow());
            return FormErrors.None;
        }
        catch (Refusal refusal)
        {
            return place.Told(context.Locale(), refusal, form).Only(step.Asks);
        }
    }

    /// <summary>Everything as it would be posted.</summary>
    /// <exception cref="Refusal">400, naming every wrong field.</exception>
    public async Task<CheckedPost> Check(Caller? caller, PostBody body, CancellationToken stop)
    {
        var known = await categories.All(stop);
        var now = time.GetUtcNow();
        var post = Post.Read(body, known, now);
        short[] kinds = [.. post.Needs.Select(need => need.CategoryId).Distinct()];
        Placing placed;
        string? ward;
        IReadOnlyList<EarlierNeed> own = [];
        await using (var connection = await database.Open(stop))
        {
            // Nobody's account keeps no cell: signed out, the cell is the point's own.
            placed = await placing.Place(
                connection,
                caller?.AccountId ?? Guid.Empty,
                post.OnBehalfOf?.Phone,
                post.Place,
                "location",
                stop
            );
            ward = await connection.Value<string>(
                "select concat_ws(', ', name, nullif(path, '')) from area where id = @PublicAreaId",
                new { placed.PublicAreaId },
                stop
            );
            if (caller is not null)
                own = await PostRepeats.OfWriter(
                    connection,
                    caller.AccountId,
                    post.OnBehalfOf is not null,
                    households.PhoneHash(post.OnBehalfOf?.Phone),
                    kinds,
                    now,
                    stop
                );
        }
        var here = await publicDatabase.Read(
            caller,
            (connection, stop) => PostRepeats.At(connection, placed, kinds, own, stop),
            stop
        );
        return new CheckedPost(post, ward, known, new PostRepeats(own, here), now);
    }
}

/// <summary>A post that keeps the rules, and what its writer should see before it is posted.</summary>
public sealed record CheckedPost(
    Post Post,
    string? Ward,
    IReadOnlyList<Category> Categories,
    PostRepeats Repeats,
    DateTimeOffset Now
);
