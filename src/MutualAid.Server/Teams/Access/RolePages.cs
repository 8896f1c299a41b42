using System.Globalization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Access;

/// <summary><c>/team/{areaId}/roles</c>: who has which role here and below, a form that gives one, buttons that end one, and the log.</summary>
internal sealed class RolePages(ServiceDatabase database, RoleGrants roles, RoleEnds ends, TimeProvider time)
{
    private const int Most = 50;
    private const int LogMost = 20;

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            "/team/{areaId:guid}/roles",
            (Guid areaId, Caller caller, HttpContext context, RolePages page, CancellationToken stop) =>
                page.Show(context, caller, areaId, PostedForm.Empty, FormErrors.None, 200, stop)
        );
        pages.MapPost(
            "/team/{areaId:guid}/roles",
            (Guid areaId, Caller? caller, HttpContext context, RolePages page, CancellationToken stop) =>
                page.Posted(context, caller, areaId, stop)
        );
        pages.MapPost(
            "/team/{areaId:guid}/roles/change",
            (Guid areaId, Caller? caller, HttpContext context, RolePages page, CancellationToken stop) =>
                page.Posted(context, caller, areaId, stop)
        );
    }

    private async Task<IResult> Posted(HttpContext context, Caller? caller, Guid area, CancellationToken stop)
    {
        string path = $"/team/{area}/roles";
        if (caller is null)
            return AccountPages.SignInFirst(path);
        var (form, genuine) = await PostedForm.Keep(context, stop);
        if (LocaleChoice.Choose(context, form["locale"]))
            return await Show(context, caller, area, form, FormErrors.None, 200, stop);
        if (!genuine)
            return await Show(context, caller, area, form, MePages.Again(context), 403, stop);
        // Another area's page is not there, whatever is pressed on it.
        if (!await Reaches(caller, area, stop))
            throw Refusal.NotFound();
        try
        {
            switch (form["do"])
            {
                case "revoke":
                    await ends.Revoke(caller, Id(form), stop);
                    // Whoever laid their own role down may have no page here any more.
                    return SeeOther.To(await Reaches(caller, area, stop) ? $"{path}?revoked" : "/me");
                case "reset":
                    await ends.Reset(caller, Id(form), stop);
                    return SeeOther.To($"{path}?reset");
                case "grant":
                    var wish = await Wish(caller, area, form, stop);
                    await form.Once(context, () => roles.Grant(context, caller, area, wish, stop), stop);
                    return SeeOther.To($"{path}?granted");
                default:
                    return await Show(context, caller, area, form, FormErrors.None, 200, stop);
            }
        }
        catch (Refusal refusal) when (refusal.Status is 400 or 403 or 409 or 422)
        {
            var errors = FormErrors.From(context.Locale(), refusal);
            return await Show(context, caller, area, form, errors, refusal.Status, stop);
        }
    }

    // The last of the days is one on which the role still counts, by the area's clock.
    private async Task<RoleBody> Wish(Caller caller, Guid area, PostedForm form, CancellationToken stop)
    {
        DateTimeOffset? until = null;
        if (form["endsAt"] is { } typed)
        {
            await using var connection = await database.Open(stop);
            var zone = (await RoleGround.Of(connection, caller, area, time.GetUtcNow(), stop)).Zone;
            if (
                !DateOnly.TryParseExact(
                    typed,
                    "yyyy-MM-dd",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var day
                )
                || day.Year > 9000
            )
                throw Refusal.Field("endsAt", "date");
            var midnight = day.AddDays(1).ToDateTime(TimeOnly.MinValue);
            until = new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
        }
        return new RoleBody(form["phone"], form["role"], until);
    }

    private static Guid Id(PostedForm form) =>
        Guid.TryParse(form["id"], out var id) ? id : throw Refusal.NotFound();

    private async Task<bool> Reaches(Caller caller, Guid area, CancellationToken stop)
    {
        try
        {
            await using var connection = await database.Open(stop);
            await RoleGround.Of(connection, caller, area, time.GetUtcNow(), stop);
            return true;
        }
        catch (Refusal)
        {
            return false;
        }
    }

    private async Task<IResult> Show(
        HttpContext context,
        Caller caller,
        Guid area,
        PostedForm form,
        FormErrors errors,
        int status,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var after = Paging.After(context.Request.Query["cursor"]);
        long? before = AccessLog.Before(context.Request.Query["log"]);
        await using var connection = await database.Open(stop);
        var ground = await RoleGround.Of(connection, caller, area, now, stop);
        var rows = await RoleLists.Roles(connection, caller, area, null, after, Most, now, stop);
        var log = await RoleLists.Log(connection, area, before, LogMost, stop);
        return Pages.Show<RolesPage>(
            context,
            new
            {
                Ground = ground,
                Rows = (IReadOnlyList<RoleRow>)[.. rows.Take(Most)],
                Next = rows.Count > Most
                    ? $"?cursor={Cursor.Write(rows[Most - 1].GrantedAt.ToString("O", CultureInfo.InvariantCulture), $"{rows[Most - 1].Id}")}"
                    : null,
                Log = (IReadOnlyList<RoleLogRow>)[.. log.Take(LogMost)],
                LogNext = log.Count > LogMost
                    ? $"?log={Cursor.Write(log[LogMost - 1].Id.ToString(CultureInfo.InvariantCulture))}#log"
                    : null,
                Form = form,
                Errors = errors,
            },
            status
        );
    }
}
