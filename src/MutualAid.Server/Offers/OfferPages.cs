using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Offers;

/// <summary>Leaving a standing offer by a page, and pausing, resuming and withdrawing it.</summary>
internal sealed class OfferPages(
    Categories categories,
    PublicDatabase publicDatabase,
    ServiceDatabase database,
    OfferStore store,
    Idempotency idempotency,
    MinePages mine,
    TimeProvider time
)
{
    private const string Path = "/offers/new";

    public static readonly DraftPage Draft = new(
        Path,
        (context, form, stop) =>
            context.RequestServices.GetRequiredService<OfferPages>().Take(context, form, stop)
    );

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            Path,
            (HttpContext context, OfferPages offers, CancellationToken stop) =>
                offers.Write(
                    context,
                    PostedForm.Empty.With((PostedForm.KeyField, Guid.NewGuid().ToString())),
                    FormErrors.None,
                    200,
                    stop
                )
        );
        pages.MapPost(
            Path,
            (HttpContext context, OfferPages offers, CancellationToken stop) => offers.Posted(context, stop)
        );
        pages.MapPost(
            "/offers/{id:guid}/{act}",
            (
                Guid id,
                string act,
                Caller caller,
                HttpContext context,
                OfferPages offers,
                CancellationToken stop
            ) => offers.Act(context, caller, id, act, stop)
        );
    }

    private async Task<IResult> Posted(HttpContext context, CancellationToken stop)
    {
        var (form, genuine) = await PostedForm.Keep(context, stop);
        if (LocaleChoice.Choose(context, form["locale"]))
            return await Write(context, form, FormErrors.None, 200, stop);
        if (!genuine)
            return await Write(
                context,
                form,
                FormErrors.From(context.Locale(), new Refusal(403, "antiforgery")),
                403,
                stop
            );
        if (Caller.Of(context) is not null)
            return await Take(context, form, stop);
        // What is wrong is said before anybody is asked for their number.
        var place = await PlaceAsked.Read(form, publicDatabase, stop);
        try
        {
            Offer.Read(Body(form, place), await categories.All(stop), time.GetUtcNow());
        }
        catch (Refusal refusal)
        {
            return await Write(
                context,
                form,
                place.Told(context.Locale(), refusal, form),
                refusal.Status,
                stop
            );
        }
        return SignInPages.Ask(context, Path, form);
    }

    private async Task<IResult> Take(HttpContext context, PostedForm form, CancellationToken stop)
    {
        var caller = Caller.Of(context)!;
        var place = await PlaceAsked.Read(form, publicDatabase, stop);
        try
        {
            await form.Once(
                context,
                () =>
                    OffersApi.Post(
                        Body(form, place),
                        caller,
                        idempotency,
                        database,
                        store,
                        categories,
                        time,
                        context,
                        stop
                    ),
                stop
            );
            return SeeOther.To("/mine?offered#offers");
        }
        catch (Refusal refusal) when (refusal.Status < 500)
        {
            return await Write(
                context,
                form,
                place.Told(context.Locale(), refusal, form),
                refusal.Status,
                stop
            );
        }
    }

    private async Task<IResult> Act(
        HttpContext context,
        Caller caller,
        Guid id,
        string act,
        CancellationToken stop
    )
    {
        string status = act switch
        {
            "pause" => "paused",
            "resume" => "active",
            "withdraw" => "withdrawn",
            _ => throw Refusal.NotFound(),
        };
        var form = await PostedForm.Read(context, stop);
        var trouble = await Trouble.Of(
            context,
            id,
            act,
            form,
            () => OfferSteps.Take(status, id, caller, idempotency, database, time, context, stop),
            stop
        );
        return trouble is null ? SeeOther.To($"/mine#{id}") : await mine.Show(context, caller, trouble, stop);
    }

    private async Task<IResult> Write(
        HttpContext context,
        PostedForm form,
        FormErrors errors,
        int status,
        CancellationToken stop
    ) =>
        Pages.Show<OfferPage>(
            context,
            new
            {
                Form = form,
                Place = await PlaceAsked.Read(form, publicDatabase, stop),
                Errors = errors,
                Categories = await categories.All(stop),
            },
            status
        );

    private static OfferBody Body(PostedForm form, PlaceAsked place) =>
        new(
            form["category"],
            RequestPages.Units(form["capacity"]),
            place.Point is var (lon, lat) ? GeoPoint.At(lon, lat) : null,
            RequestPages.Units(form["reach"]),
            null,
            null,
            form["dailyHours.from"] is null && form["dailyHours.to"] is null
                ? null
                : new DailyHoursBody(form["dailyHours.from"], form["dailyHours.to"]),
            RequestPages.Units(form["perDay"]),
            form["note"]
        );
}
