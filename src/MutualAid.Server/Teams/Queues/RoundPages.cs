using System.Globalization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Queues;

/// <summary>
/// <c>/team/{areaId}/round</c>: asks what a round sheet is for, and prints it. What goes on it is chosen in a queue or is a queue's
/// beginning; nobody's data is looked at before the form is sent.
/// </summary>
internal sealed class RoundPages(
    ServiceDatabase database,
    Categories categories,
    RoundSheet sheets,
    TimeProvider time
)
{
    private const string Path = "/team/{areaId:guid}/round";

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            Path,
            (Guid areaId, Caller caller, HttpContext context, RoundPages rounds, CancellationToken stop) =>
                rounds.Ask(context, caller, areaId, stop)
        );
        pages
            .MapPost(
                Path,
                (
                    Guid areaId,
                    Caller? caller,
                    HttpContext context,
                    RoundPages rounds,
                    CancellationToken stop
                ) => rounds.Make(context, caller, areaId, stop)
            )
            .RequireRateLimiting(RateLimits.Whole);
    }

    private async Task<IResult> Ask(HttpContext context, Caller caller, Guid area, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        var asked = await QueueAsked.Read(
            connection,
            caller,
            area,
            name => context.Request.Query[name],
            await categories.All(stop),
            time.GetUtcNow(),
            stop
        );
        string? name = context.Request.Query["queue"];
        var queue = name is null ? Queue.Waiting : Queue.Of(name) ?? throw Refusal.NotFound();
        var part = await QueueStore.Page(connection, queue, asked, null, RoundSheet.Most, stop);
        return Form(
            context,
            asked.Reach,
            [.. part.Rows.Select(row => row.Id).OfType<Guid>().Distinct()],
            PostedForm.Empty,
            FormErrors.None,
            200
        );
    }

    private async Task<IResult> Make(HttpContext context, Caller? caller, Guid area, CancellationToken stop)
    {
        if (caller is null)
            return AccountPages.SignInFirst($"/team/{area}/round");
        var (form, genuine) = await PostedForm.Keep(context, stop);
        var ids = QueuePages.Chosen(context);
        Reach reach;
        await using (var connection = await database.Open(stop))
            reach = await Reach.Of(connection, caller, area, time.GetUtcNow(), stop);
        if (LocaleChoice.Choose(context, form["locale"]))
            return Form(context, reach, ids, form, FormErrors.None, 200);
        if (!genuine)
            return Form(context, reach, ids, form, MePages.Again(context), 403);
        // From the queue's page: what was ticked there, and nothing said yet.
        if (form["act"] == "round")
            return Form(context, reach, ids, form.With(("reason", null)), FormErrors.None, 200);
        try
        {
            // Nothing is made here: what is sent twice is taken twice, and counted twice.
            var stops = await sheets.Make(caller, area, ids, Start(form), form["reason"], stop);
            return Pages.Show<RoundSheetPage>(
                context,
                new
                {
                    Reach = reach,
                    Stops = stops,
                    Categories = await categories.All(stop),
                    Now = time.GetUtcNow(),
                }
            );
        }
        catch (Refusal refusal) when (refusal.Status is 400 or 422 or 429)
        {
            return Form(
                context,
                reach,
                ids,
                form,
                FormErrors.From(context.Locale(), refusal),
                refusal.Status
            );
        }
    }

    /// <exception cref="Refusal">400: half a place, or none on Earth.</exception>
    private static (double, double)? Start(PostedForm form)
    {
        if (form["lon"] is null && form["lat"] is null)
            return null;
        var errors = new FieldErrors();
        double lon = Degrees("lon"),
            lat = Degrees("lat");
        errors.ThrowIfAny();
        var place = Place.Read(errors, "lon", lon, lat);
        errors.ThrowIfAny();
        return (place!.Value.Lon, place.Value.Lat);

        double Degrees(string name)
        {
            bool read = double.TryParse(
                form[name]?.Replace(',', '.'),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out double degrees
            );
            errors.Check(read && double.IsFinite(degrees), name, "degrees");
            return degrees;
        }
    }

    private static IResult Form(
        HttpContext context,
        Reach reach,
        IReadOnlyList<Guid> ids,
        PostedForm form,
        FormErrors errors,
        int status
    ) =>
        Pages.Show<RoundPage>(
            context,
            new
            {
                Reach = reach,
                Ids = ids.Take(RoundSheet.Most).ToList(),
                More = ids.Count > RoundSheet.Most,
                Form = form,
                Errors = errors,
            },
            status
        );
}
