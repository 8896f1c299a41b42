using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Reports;

/// <summary><c>/team/{areaId}/reports/{reportId}</c> and the same under <c>/api</c>: one report opened, and dealt with.</summary>
internal static class ReportsFeature
{
    private const string One = "/team/{areaId:guid}/reports/{reportId:guid}";

    public static void AddReportsOnDesk(this IServiceCollection services) =>
        services.AddSingleton<ReportOnDesk>();

    public static void MapReportsOnDesk(this WebApplication app)
    {
        app.MapGet($"/api{One}", Get);
        app.MapPost($"/api{One}/close", Close);
        var pages = app.MapPages();
        pages.MapGet(One, Show);
        pages.MapPost($"{One}/close", Closed);
    }

    private static async Task<IResult> Get(
        Guid areaId,
        Guid reportId,
        Caller caller,
        ReportOnDesk reports,
        HttpContext context,
        CancellationToken stop
    )
    {
        context.AllowParameters();
        return Results.Ok((await reports.Read(caller, areaId, reportId, stop)).Report.Answer());
    }

    private static async Task<IResult> Close(
        Guid areaId,
        Guid reportId,
        Caller caller,
        ReportOnDesk reports,
        CancellationToken stop
    ) => await reports.Close(caller, areaId, reportId, stop) ? Results.NoContent() : throw Refusal.NotFound();

    private static async Task<IResult> Show(
        Guid areaId,
        Guid reportId,
        Caller caller,
        ReportOnDesk reports,
        Categories categories,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var (reach, report) = await reports.Read(caller, areaId, reportId, stop);
        return Pages.Show<ReportOnDeskPage>(
            context,
            new
            {
                Reach = reach,
                Report = report,
                Categories = await categories.All(stop),
                Now = time.GetUtcNow(),
            }
        );
    }

    private static async Task<IResult> Closed(
        Guid areaId,
        Guid reportId,
        Caller? caller,
        ReportOnDesk reports,
        HttpContext context,
        CancellationToken stop
    )
    {
        string queue = $"/team/{areaId}/queues/{Queues.Queue.Reports.Name}";
        if (caller is null)
            return AccountPages.SignInFirst(queue);
        await PostedForm.Read(context, stop);
        // By page one goes back to the list, which has it no more, also when somebody else was quicker or it never was there.
        await reports.Close(caller, areaId, reportId, stop);
        return SeeOther.To(queue);
    }
}
