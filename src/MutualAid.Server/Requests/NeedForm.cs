using System.Globalization;
using MutualAid.Server.Areas;
using MutualAid.Server.Teams.Acts;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Requests;

/// <summary>The form of a post. Its fields carry the names of the contract's, so that an error finds its field by itself.</summary>
internal static class NeedForm
{
    /// <summary>How many needs the form has, 1 to 10.</summary>
    public static int Count(PostedForm form) =>
        int.TryParse(form["count"], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? Math.Clamp(count, 1, HelpRequest.MostNeeds)
            : 1;

    /// <summary>A form with nothing in it but its key, and the ward that somebody comes from.</summary>
    public static PostedForm New(string? ward, string? wardId) =>
        Keyed(PostedForm.Empty.With(("count", "1"), ("ward", ward), ("wardId", wardId)));

    /// <summary>With a key, which it keeps to the end: posted twice, it is posted once.</summary>
    public static PostedForm Keyed(PostedForm form) =>
        form[PostedForm.KeyField] is null
            ? form.With((PostedForm.KeyField, Guid.NewGuid().ToString()))
            : form;

    /// <summary>One more need, up to ten.</summary>
    public static PostedForm More(PostedForm form) =>
        form.With(
            ("count", Math.Min(Count(form) + 1, HelpRequest.MostNeeds).ToString(CultureInfo.InvariantCulture))
        );

    /// <summary>Without the need of this index; those after it move up.</summary>
    public static PostedForm Without(PostedForm form, string? index)
    {
        int count = Count(form);
        if (
            !int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int gone)
            || gone >= count
            || count == 1
        )
            return form;
        for (int i = gone; i < count; i++)
            foreach (string field in NeedFields)
                form = form.With((Name(i, field), i + 1 < count ? form[Name(i + 1, field)] : null));
        return form.With(("count", (count - 1).ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Without this need where nothing was answered for it: whoever goes back does not want one more.</summary>
    public static PostedForm WithoutEmpty(PostedForm form, PostStep step) =>
        step.Name == "what" && NeedFields.All(field => form[Name(step.Need, field)] is null)
            ? Without(form, step.Need.ToString(CultureInfo.InvariantCulture))
            : form;

    public static string Name(int index, string field) => $"needs[{index}].{field}";

    /// <summary>For whose area a team posts it; null: somebody posts it for themselves or for a neighbour.</summary>
    public static Guid? Team(PostedForm form) => Guid.TryParse(form["team"], out var area) ? area : null;

    /// <summary><see cref="Body"/>, with how the team knows the household.</summary>
    public static TeamPostBody TeamBody(PostedForm form, PlaceAsked place) =>
        Filled<TeamPostBody>(form, place) with
        {
            Verified = ActAsked.Hows.Contains(form["verified"]) ? form["verified"] : null,
        };

    /// <summary>As a program would send it; what cannot be read as a number is absent, and refused like it.</summary>
    public static PostBody Body(PostedForm form, PlaceAsked place) => Filled<PostBody>(form, place);

    private static T Filled<T>(PostedForm form, PlaceAsked place)
        where T : PostBody, new() =>
        new()
        {
            Needs =
            [
                .. Enumerable
                    .Range(0, Count(form))
                    .Select(i => new NeedBody
                    {
                        Category = form[Name(i, "category")],
                        Quantity = Number(form[Name(i, "quantity")]),
                        Urgency = form[Name(i, "urgency")],
                        Details = form[Name(i, "details")],
                        Destination = form[Name(i, "destination.address")] is { } address
                            ? new Destination(address, null)
                            : null,
                    }),
            ],
            Location = place.Point is var (lon, lat) ? GeoPoint.At(lon, lat) : null,
            Address = form["address"],
            // What is no number is no number of people either: −1 is refused where nothing at all would pass.
            People = form["people"] is null ? null : Number(form["people"]) ?? -1,
            Note = form["note"],
            PublicNote = form["publicNote"],
            OnBehalfOf =
                form["whom"] == "other"
                    ? new BehalfBody(
                        form["onBehalfOf.name"],
                        form["onBehalfOf.phone"],
                        form["onBehalfOf.consent"] == "yes"
                    )
                    : null,
        };

    private static readonly string[] NeedFields =
    [
        "category",
        "quantity",
        "urgency",
        "details",
        "destination.address",
    ];

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
