using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Requests;

/// <summary>Posting a need by pages: write, see what everybody will see, post. Signing in comes between when it has to.</summary>
public sealed class PostPages(
    Categories categories,
    PublicDatabase publicDatabase,
    ServiceDatabase database,
    RequestPlacing placing,
    Posting posting,
    TimeProvider time
)
{
    private const string Path = "/requests/new";

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            Path,
            (HttpContext context, PostPages post, CancellationToken stop) =>
                post.Write(context, NeedForm.New(context.Request.Query["ward"]), FormErrors.None, stop)
        );
        pages.MapPost(
            Path,
            (HttpContext context, PostPages post, CancellationToken stop) => post.Posted(context, stop)
        );
    }

    public static readonly DraftPage Draft = new(
        Path,
        (context, form, stop) =>
            context.RequestServices.GetRequiredService<PostPages>().Take(context, form, stop)
    );

    private async Task<IResult> Posted(HttpContext context, CancellationToken stop)
    {
        var (form, genuine) = await PostedForm.Keep(context, stop);
        string act = form["do"] ?? "check";
        if (LocaleChoice.Choose(context, form["locale"]))
            return form["step"] == "check"
                ? await Check(context, form, stop)
                : await Write(context, form, FormErrors.None, stop);
        if (act.StartsWith("remove.", StringComparison.Ordinal))
            return await Write(
                context,
                NeedForm.Without(form, act["remove.".Length..]),
                FormErrors.None,
                stop
            );
        return act switch
        {
            "add" => await Write(context, NeedForm.More(form), FormErrors.None, stop),
            "edit" => await Write(context, form, FormErrors.None, stop),
            "post" when !genuine => await Check(context, form, stop, new Refusal(403, "antiforgery")),
            "post" when Caller.Of(context) is null => SignInPages.Ask(context, Path, form),
            "post" => await Take(context, form, stop),
            _ => await Check(context, form, stop),
        };
    }

    private async Task<IResult> Write(
        HttpContext context,
        PostedForm form,
        FormErrors errors,
        CancellationToken stop,
        int status = 200
    ) =>
        Pages.Show<PostPage>(
            context,
            new
            {
                Form = form,
                Place = await Where(form, stop),
                Errors = errors,
                Categories = await categories.All(stop),
            },
            status
        );

    /// <summary>Everything as it would be posted, and what the public would see of it; or the form with what is wrong.</summary>
    private async Task<IResult> Check(
        HttpContext context,
        PostedForm form,
        CancellationToken stop,
        Refusal? refusal = null
    )
    {
        var known = await categories.All(stop);
        var place = await Where(form, stop);
        try
        {
            var post = Post.Read(NeedForm.Body(form, place), known, time.GetUtcNow());
            await using var connection = await database.Open(stop);
            // Nobody's account keeps no cell: signed out, the cell is the point's own.
            var placed = await placing.Place(
                connection,
                Caller.Of(context)?.AccountId ?? Guid.Empty,
                post.OnBehalfOf?.Phone,
                post.Place,
                "location",
                stop
            );
            string? ward = await connection.Value<string>(
                "select concat_ws(', ', name, nullif(path, '')) from area where id = @PublicAreaId",
                new { placed.PublicAreaId },
                stop
            );
            return Pages.Show<PostCheckPage>(
                context,
                new
                {
                    Form = form,
                    Post = post,
                    Ward = ward,
                    Categories = known,
                    Errors = refusal is null ? FormErrors.None : FormErrors.From(context.Locale(), refusal),
                },
                refusal?.Status ?? 200
            );
        }
        catch (Refusal wrong) when (wrong.Errors.Count > 0)
        {
            return await Write(context, form, place.Told(context.Locale(), wrong, form), stop, wrong.Status);
        }
    }

    /// <summary>Posts it, once, and shows what became of it.</summary>
    private async Task<IResult> Take(HttpContext context, PostedForm form, CancellationToken stop)
    {
        var place = await Where(form, stop);
        try
        {
            var caller = Caller.Of(context)!;
            var made = await form.Once(
                context,
                () => posting.Post(context, caller, NeedForm.Body(form, place), stop),
                stop
            );
            var posted = await posting.Made(caller, made, stop);
            return SeeOther.To(posted.Count == 1 ? $"/requests/{posted[0].Id}?posted" : "/mine?posted");
        }
        catch (Refusal refusal) when (refusal.Status < 500)
        {
            return await Write(
                context,
                form,
                place.Told(context.Locale(), refusal, form),
                stop,
                refusal.Status
            );
        }
    }

    private Task<PlaceAsked> Where(PostedForm form, CancellationToken stop) =>
        publicDatabase.Read(
            reader: null,
            (connection, stop) => PlaceAsked.Read(form, connection, stop),
            stop
        );
}
