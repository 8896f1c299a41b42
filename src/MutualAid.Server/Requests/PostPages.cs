using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Requests;

/// <summary>
/// Posting a need by pages: one question each, or all on one; then see what everybody will see, and post. Signing in comes
/// between when it has to. What was answered goes along in the form: nothing is stored before it is posted.
/// </summary>
internal sealed class PostPages(
    Categories categories,
    PublicDatabase publicDatabase,
    PostChecking checking,
    Posting posting
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
        return await Ask(context, form, step, FormErrors.None, stop);
    }

    private async Task<IResult> Posted(HttpContext context, CancellationToken stop)
    {
        var (form, genuine) = await PostedForm.Keep(context, stop);
        var step = PostStep.Read(form);
        if (LocaleChoice.Choose(context, form["locale"]))
            return await Show(context, form, step, stop);
        bool toCheck = form["then"] == PostStep.Check.Name;
        string[] act = (form["do"] ?? "").Split('.');
        switch (act[0])
        {
            case "post" when !genuine:
                return await Check(context, form, stop, new Refusal(403, "antiforgery"));
            case "post" when Caller.Of(context) is null:
                return SignInPages.Ask(context, Path, form);
            case "post":
                return await Take(context, form, stop);
            case "check":
                return await Check(context, form, stop);
            case "next" when step.Number > 0:
                var wrong = await checking.Wrong(context, form, step, stop);
                return wrong.Any
                    ? await Ask(context, form, step, wrong, stop, StatusCodes.Status400BadRequest)
                    : await Show(context, form, step.Next(toCheck), stop);
            case "back" when step.Number > 0:
                return await Show(context, NeedForm.WithoutEmpty(form, step), step.Back(toCheck), stop);
            case "change":
                return await Ask(
                    context,
                    form.With(("then", PostStep.Check.Name)),
                    PostStep.Named(act.ElementAtOrDefault(1), act.ElementAtOrDefault(2), form),
                    FormErrors.None,
                    stop
                );
            case "add" when NeedForm.Count(form) < HelpRequest.MostNeeds:
                var more = NeedForm.More(form);
                return step == PostStep.All
                    ? await Ask(context, more, step, FormErrors.None, stop)
                    : await Ask(
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
                return await Show(
                    context,
                    NeedForm.Without(form, act.ElementAtOrDefault(1)),
                    step == PostStep.All ? step : PostStep.Check,
                    stop
                );
            default:
                return await Show(context, form, step, stop);
        }
    }

    private Task<IResult> Show(HttpContext context, PostedForm form, PostStep step, CancellationToken stop) =>
        step == PostStep.Check ? Check(context, form, stop) : Ask(context, form, step, FormErrors.None, stop);

    private async Task<IResult> Ask(
        HttpContext context,
        PostedForm form,
        PostStep step,
        FormErrors errors,
        CancellationToken stop,
        int status = 200
    )
    {
        var asked = new
        {
            Form = NeedForm.Keyed(form),
            Step = step,
            Place = step.Asks("ward") ? await checking.Where(form, stop) : new PlaceAsked(),
            Errors = errors,
            Categories = await categories.All(stop),
        };
        MayComeBack(context);
        return step == PostStep.All
            ? Pages.Show<PostAllPage>(
                context,
                new
                {
                    asked.Form,
                    asked.Place,
                    asked.Errors,
                    asked.Categories,
                },
                status
            )
            : Pages.Show<PostStepPage>(context, asked, status);
    }

    /// <summary>The answers, and what the public would see of them; or the first question whose answer will not do.</summary>
    private async Task<IResult> Check(
        HttpContext context,
        PostedForm form,
        CancellationToken stop,
        Refusal? refusal = null
    )
    {
        var place = await checking.Where(form, stop);
        try
        {
            var post = await checking.Check(Caller.Of(context), NeedForm.Body(form, place), stop);
            MayComeBack(context);
            return Pages.Show<PostCheckPage>(
                context,
                new
                {
                    // From here on it is changed one answer at a time.
                    Form = NeedForm.Keyed(form).With(("all", null), ("then", null)),
                    Checked = post,
                    Place = place,
                    Errors = refusal is null ? FormErrors.None : FormErrors.From(context.Locale(), refusal),
                },
                refusal?.Status ?? 200
            );
        }
        catch (Refusal wrong) when (wrong.Errors.Count > 0)
        {
            return await AskAgain(context, form, place, wrong, stop);
        }
    }

    // A question is the answer to a POST: where a phone may not keep it, its own Back shows a failure instead of what was typed.
    // At the start of the answer, because a form's token forbids all keeping.
    private static void MayComeBack(HttpContext context) =>
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.CacheControl = "private, no-cache";
            context.Response.Headers.Remove("Pragma");
            return Task.CompletedTask;
        });

    /// <summary>Posts it, once, and shows what became of it.</summary>
    private async Task<IResult> Take(HttpContext context, PostedForm form, CancellationToken stop)
    {
        var place = await checking.Where(form, stop);
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
        catch (Refusal refusal) when (refusal.Code == "keyReused")
        {
            // It was posted, and changed on a page that they went back to. Under a new key it is another post: if they say so.
            return await Check(
                context,
                form.With((PostedForm.KeyField, null)),
                stop,
                new Refusal(422, "postedBefore")
            );
        }
        catch (Refusal refusal) when (refusal.Status < 500)
        {
            return refusal.Errors.Count > 0
                ? await AskAgain(context, form, place, refusal, stop)
                : await Check(context, form, stop, refusal);
        }
    }

    private Task<IResult> AskAgain(
        HttpContext context,
        PostedForm form,
        PlaceAsked place,
        Refusal refusal,
        CancellationToken stop
    )
    {
        var wrong = place.Told(context.Locale(), refusal, form);
        var step =
            form["all"] == "yes"
                ? PostStep.All
                : PostStep.Of([.. wrong.Fields.Select(one => one.Field)], NeedForm.Count(form));
        return Ask(
            context,
            form.With(("then", PostStep.Check.Name)),
            step,
            wrong.Only(step.Asks),
            stop,
            refusal.Status
        );
    }
}
