using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Duplicates;

/// <summary><c>/team/{areaId}/duplicates</c>: pairs side by side, two buttons each.</summary>
internal sealed class DuplicatePages(Suggestions suggestions, Categories categories)
{
    // Each pair is two households opened.
    private const int PairsAPage = 5;

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            "/team/{areaId:guid}/duplicates",
            (
                Guid areaId,
                Caller caller,
                HttpContext context,
                DuplicatePages duplicates,
                CancellationToken stop
            ) => duplicates.Show(context, caller, areaId, null, stop)
        );
        pages.MapPost(
            "/team/{areaId:guid}/duplicates",
            (
                Guid areaId,
                Caller caller,
                HttpContext context,
                DuplicatePages duplicates,
                CancellationToken stop
            ) => duplicates.Settle(context, caller, areaId, stop)
        );
    }

    private async Task<IResult> Settle(
        HttpContext context,
        Caller caller,
        Guid areaId,
        CancellationToken stop
    )
    {
        var form = await PostedForm.Read(context, stop);
        if (
            !Guid.TryParse(form["request"], out var request)
            || !Guid.TryParse(form["other"], out var other)
            || form["verdict"] is not { } verdict
            || !DuplicatesApi.Verdicts.Contains(verdict)
        )
            throw Refusal.NotFound();
        try
        {
            await suggestions.Settle(caller, areaId, request, other, verdict, stop);
        }
        catch (Refusal refusal) when (refusal.Status == 409)
        {
            return await Show(context, caller, areaId, refusal, stop);
        }
        return SeeOther.To($"/team/{areaId}/duplicates?done={verdict}");
    }

    private async Task<IResult> Show(
        HttpContext context,
        Caller caller,
        Guid areaId,
        Refusal? refusal,
        CancellationToken stop
    ) =>
        Pages.Show<DuplicatesPage>(
            context,
            new
            {
                Page = await suggestions.Page(
                    caller,
                    areaId,
                    context.Request.Query["cursor"].FirstOrDefault(),
                    PairsAPage,
                    stop
                ),
                Categories = await categories.All(stop),
                Errors = refusal is null ? FormErrors.None : FormErrors.From(context.Locale(), refusal),
            },
            refusal?.Status ?? 200
        );
}
