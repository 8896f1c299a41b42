using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Acts;

/// <summary>The forms of a need's page, read as the bodies that a program would send.</summary>
internal sealed class NeedForms(
    OneNeed one,
    PinNeed pin,
    AssignNeed assign,
    SplitNeed split,
    MergeNeed merge,
    NoteNeed note,
    PublicDatabase publicDatabase
)
{
    internal static readonly string[] Known =
    [
        "verify",
        "unverify",
        "close",
        "reopen",
        "hide",
        "show",
        "hand-over",
        "pin",
        "assign",
        "split",
        "merge",
        "notes",
    ];

    /// <summary>The ward that was typed, to be handed over to; nothing when one was picked from the list.</summary>
    internal async Task<PlaceAsked> Ward(PostedForm form, CancellationToken stop) =>
        form["ward"] is null
            ? new PlaceAsked()
            : await PlaceAsked.Read(form.With(("lon", null), ("lat", null)), publicDatabase, stop);

    internal Task<ActAnswer> Do(
        HttpContext context,
        Caller caller,
        Guid id,
        string act,
        PostedForm form,
        PlaceAsked to,
        CancellationToken stop
    )
    {
        Task<ActAnswer> Many(ActAsked asked) => one.Do(id, asked, caller, context, stop);
        Task<ActAnswer> One<T>(
            T body,
            Func<Npgsql.NpgsqlConnection, Caller, Guid, T, CancellationToken, Task<Guid>> work
        ) =>
            one.Do(
                id,
                act,
                body,
                caller,
                context,
                connection => work(connection, caller, id, body, stop),
                stop
            );
        return act switch
        {
            "verify" => Many(new ActAsked("verify", How: form["how"], Note: form["note"])),
            "close" => Many(
                new ActAsked(
                    "close",
                    Reason: form["reason"],
                    Note: form["note"],
                    DuplicateOf: form["reason"] == "duplicate" ? Id("duplicateOf", form["duplicateOf"]) : null
                )
            ),
            "hand-over" when to.Errors.Count > 0 => throw new Refusal(400, "invalid") { Errors = to.Errors },
            "hand-over" => Many(
                new ActAsked(
                    "handOver",
                    Note: form["note"],
                    AreaId: to.Ward?.Id ?? Id("areaId", form["areaId"])
                )
            ),
            "pin" => One(new PinBody(Point(form), form["address"], form["reason"]), pin.Do),
            "assign" => One(
                new AssignBody(Id("offerId", form["offerId"]), RequestPages.Units(form["units"])),
                assign.Do
            ),
            "split" => One(
                new SplitBody([
                    .. (form["parts"] ?? "")
                        .Split([',', ';', ' ', '+'], StringSplitOptions.RemoveEmptyEntries)
                        .Select(part => new SplitPart(RequestPages.Units(part))),
                ]),
                split.Do
            ),
            "merge" => One(new MergeBody(Id("into", form["into"])), merge.Do),
            "notes" => One(new NoteBody(form["text"]), note.Do),
            _ => Many(new ActAsked(act)),
        };
    }

    private static Guid? Id(string field, string? text) =>
        text is null ? null
        : Guid.TryParse(text, out var id) ? id
        : throw Refusal.Field(field, "absent");

    private static GeoPoint Point(PostedForm form)
    {
        var errors = new FieldErrors();
        double lon = Degrees(errors, "lon", form["lon"]);
        double lat = Degrees(errors, "lat", form["lat"]);
        if (!errors.Any)
            Place.Read(errors, "lon", lon, lat);
        errors.ThrowIfAny();
        return GeoPoint.At(lon, lat);
    }

    // A comma is how a decimal point is written here.
    private static double Degrees(FieldErrors errors, string field, string? text)
    {
        bool read = double.TryParse(
            text?.Replace(',', '.'),
            System.Globalization.NumberStyles.Float,
            System.Globalization.CultureInfo.InvariantCulture,
            out double degrees
        );
        errors.Check(read && double.IsFinite(degrees), field, "degrees");
        return degrees;
    }
}
