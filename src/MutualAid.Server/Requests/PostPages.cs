using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Teams.Acts;
using MutualAid.Server.Teams.Queues;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Requests;

/// <summary>
/// Posting a need by pages: one question each, or all on one; then see what everybody will see, and post. Signing in comes
/// between when it has to. What was answered goes along in the form: nothing is stored before it is posted.
/// </summary>
internal sealed class PostPages(
    PublicDatabase publicDatabase,
    PostChecking checking,
    PostShowing showing,
    Posting posting,
    PostForHousehold household
)
{
    private const string Path = "/requests/new";

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            Path,
            (HttpContext context, PostPages post, CancellationToken stop) =>
                post.Begin(context, PostStep.First, stop)
        );
        pages.MapGet(
            $"{Path}/all",
            (HttpContext context, PostPages post, CancellationToken stop) =>
                post.Begin(context, PostStep.All, stop)
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

    private async Task<IResult> Begin(HttpContext context, PostStep step, CancellationToken stop)
    {
        string ward = context.Request.Query["ward"].ToString().Trim();
        var known = Guid.TryParse(ward, out var id)
            ? await publicDatabase.Read(
                reader: null,
                (connection, stop) => Wards.ById(connection, id, stop),
                stop
            )
            : null;
        var form =
            known is not null ? NeedForm.New(known.Name, $"{known.Id}")
            : id != Guid.Empty || ward.Length is 0 or > 100 ? NeedForm.New(null, null)
            : NeedForm.New(ward, null);
        // A team that takes a household's need down asks whose it is, and says how it knows.
        if (Guid.TryParse(context.Request.Query["team"], out var team))
            form = form.With(("team", $"{team}"), ("whom", "other"));
        return await showing.Ask(context, form, step, FormErrors.None, stop);
    }

    private async Task<IResult> Posted(HttpContext context, CancellationToken stop)
    {
        var (form, genuine) = await PostedForm.Keep(context, stop);
        var step = PostStep.Read(form);
        if (LocaleChoice.Choose(context, form["locale"]))
            return await showing.Show(context, form, step, stop);
        bool toCheck = form["then"] == PostStep.Check.Name;
        string[] act = (form["do"] ?? "").Split('.');
        switch (act[0])
        {
            case "post" when !genuine:
                return await showing.Check(context, form, stop, new Refusal(403, "antiforgery"));
            case "post" when Caller.Of(context) is null:
                return SignInPages.Ask(context, Path, form);
            case "post":
                return await Take(context, form, stop);
            case "check":
                return await showing.Check(context, form, stop);
            case "next" when step.Number > 0:
                var wrong = await checking.Wrong(context, form, step, stop);
                return wrong.Any
                    ? await showing.Ask(context, form, step, wrong, stop, StatusCodes.Status400BadRequest)
                    : await showing.Show(context, form, step.Next(toCheck), stop);
            case "back" when step.Number > 0:
                return await showing.Show(
                    context,
                    NeedForm.WithoutEmpty(form, step),
                    step.Back(toCheck),
                    stop
                );
            case "change":
                return await showing.Ask(
                    context,
                    form.With(("then", PostStep.Check.Name)),
                    PostStep.Named(act.ElementAtOrDefault(1), act.ElementAtOrDefault(2), form),
                    FormErrors.None,
                    stop
                );
            case "add" when NeedForm.Count(form) < HelpRequest.MostNeeds:
                var more = NeedForm.More(form);
                return step == PostStep.All
                    ? await showing.Ask(context, more, step, FormErrors.None, stop)
                    : await showing.Ask(
                        context,
                        more.With(("then", PostStep.Check.Name)),
                        PostStep.First with
                        {
                            Need = NeedForm.Count(form),
                        },
                        FormErrors.None,
                        stop
                    );
            case "remove":
                return await showing.Show(
                    context,
                    NeedForm.Without(form, act.ElementAtOrDefault(1)),
                    step == PostStep.All ? step : PostStep.Check,
                    stop
                );
            default:
                return await showing.Show(context, form, step, stop);
        }
    }

    /// <summary>Posts it, once, and shows what became of it.</summary>
    private async Task<IResult> Take(HttpContext context, PostedForm form, CancellationToken stop)
    {
        var place = await checking.Where(form, stop);
        try
        {
            var caller = Caller.Of(context)!;
            var made = await form.Once(
                context,
                () =>
                    NeedForm.Team(form) is { } area
                        ? household.Do(area, NeedForm.TeamBody(form, place), caller, context, stop)
                        : posting.Post(context, caller, NeedForm.Body(form, place), stop),
                stop
            );
            var posted = await posting.Made(caller, made, stop);
            if (NeedForm.Team(form) is { } desk)
                return SeeOther.To(
                    posted.Count == 1
                        ? $"/team/needs/{posted[0].Id}?done=post"
                        : $"/team/{desk}/queues/{Queue.All.Name}"
                );
            return SeeOther.To(posted.Count == 1 ? $"/requests/{posted[0].Id}?posted" : "/mine?posted");
        }
        catch (Refusal refusal) when (refusal.Code == "keyReused")
        {
            // It was posted, and changed on a page that they went back to. Under a new key it is another post: if they say so.
            return await showing.Check(
                context,
                form.With((PostedForm.KeyField, null)),
                stop,
                new Refusal(422, "postedBefore")
            );
        }
        catch (Refusal refusal) when (refusal.Status < 500)
        {
            return refusal.Errors.Count > 0
                ? await showing.AskAgain(context, form, place, refusal, stop)
                : await showing.Check(context, form, stop, refusal);
        }
    }
}
