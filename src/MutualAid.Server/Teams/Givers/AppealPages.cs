using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Givers;

/// <summary><c>/me/appeal</c>, where somebody suspended is heard, and <c>/team/{areaId}/appeals</c>, where a moderator answers.</summary>
internal sealed class AppealPages(Appeals appeals, ServiceDatabase database, TimeProvider time)
{
    private const string Path = "/me/appeal";

    public static readonly DraftPage Draft = new(
        Path,
        (context, form, stop) =>
            context
                .RequestServices.GetRequiredService<AppealPages>()
                .Mine(context, form, MePages.Again(context), 200, stop)
    );

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            Path,
            (Caller _, HttpContext context, AppealPages appeals, CancellationToken stop) =>
                appeals.Mine(context, PostedForm.Empty, FormErrors.None, 200, stop)
        );
        pages.MapPost(
            Path,
            (HttpContext context, AppealPages appeals, CancellationToken stop) => appeals.Make(context, stop)
        );
        pages.MapGet(
            "/team/{areaId:guid}/appeals",
            (Guid areaId, Caller caller, HttpContext context, AppealPages appeals, CancellationToken stop) =>
                appeals.Waiting(context, caller, areaId, null, stop)
        );
        pages.MapPost(
            "/team/{areaId:guid}/appeals/{appealId:guid}",
            (
                Guid areaId,
                Guid appealId,
                Caller caller,
                HttpContext context,
                AppealPages appeals,
                CancellationToken stop
            ) => appeals.Answer(context, caller, areaId, appealId, stop)
        );
    }

    private async Task<IResult> Make(HttpContext context, CancellationToken stop)
    {
        var (form, genuine) = await PostedForm.Keep(context, stop);
        if (Caller.Of(context) is not { } caller)
            return SignInPages.Ask(context, Path, form);
        if (LocaleChoice.Choose(context, form["locale"]))
            return await Mine(context, form, FormErrors.None, 200, stop);
        if (!genuine)
            return await Mine(context, form, MePages.Again(context), 403, stop);
        try
        {
            await form.Once(
                context,
                async () =>
                {
                    await appeals.Make(context, caller, form["text"], stop);
                    return true;
                },
                stop
            );
        }
        catch (Refusal refusal) when (refusal.Status is 400 or 409 or 422)
        {
            return await Mine(
                context,
                form,
                FormErrors.From(context.Locale(), refusal),
                refusal.Status,
                stop
            );
        }
        return SeeOther.To("/me/appeal?said");
    }

    private async Task<IResult> Mine(
        HttpContext context,
        PostedForm form,
        FormErrors errors,
        int status,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        return Pages.Show<MyAppealPage>(
            context,
            new
            {
                Mine = await MySuspension.Read(connection, Caller.Of(context)!.AccountId, stop),
                Form = form,
                Errors = errors,
                Now = time.GetUtcNow(),
            },
            status
        );
    }

    private async Task<IResult> Answer(
        HttpContext context,
        Caller caller,
        Guid area,
        Guid appeal,
        CancellationToken stop
    )
    {
        var form = await PostedForm.Read(context, stop);
        var trouble = await Trouble.Of(
            context,
            appeal,
            form["do"] ?? "",
            form,
            () => appeals.Answer(context, caller, appeal, form["do"], form["answer"], stop),
            stop
        );
        return trouble is null
            ? SeeOther.To($"/team/{area}/appeals?done={(form["do"] == "kept" ? "kept" : "lifted")}")
            : await Waiting(context, caller, area, trouble, stop);
    }

    private async Task<IResult> Waiting(
        HttpContext context,
        Caller caller,
        Guid area,
        Trouble? trouble,
        CancellationToken stop
    )
    {
        const int Most = 20;
        await using var connection = await database.Open(stop);
        var (reach, rows) = await AppealRow.Waiting(
            connection,
            caller,
            area,
            Paging.After(context.Request.Query["cursor"]),
            Most,
            time.GetUtcNow(),
            stop
        );
        return Pages.Show<AppealsPage>(
            context,
            new
            {
                Reach = reach,
                Rows = (IReadOnlyList<AppealRow>)[.. rows.Take(Most)],
                Next = rows.Count > Most
                    ? $"/team/{area}/appeals?cursor={Cursor.Write($"{rows[Most - 1].MadeAt:O}", $"{rows[Most - 1].Id}")}"
                    : null,
                Trouble = trouble,
            },
            trouble?.Status ?? 200
        );
    }
}
