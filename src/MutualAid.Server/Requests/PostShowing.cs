using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Requests;

/// <summary>Shows a post that is being written: a question of it, or all its answers before it is posted.</summary>
internal sealed class PostShowing(Categories categories, PostChecking checking)
{
    public Task<IResult> Show(HttpContext context, PostedForm form, PostStep step, CancellationToken stop) =>
        step == PostStep.Check ? Check(context, form, stop) : Ask(context, form, step, FormErrors.None, stop);

    public async Task<IResult> Ask(
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
    public async Task<IResult> Check(
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

    /// <summary>The first question whose answer will not do; where all were asked at once, all of them.</summary>
    public Task<IResult> AskAgain(
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
