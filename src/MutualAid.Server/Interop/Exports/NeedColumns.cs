using MutualAid.Server.Areas;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Exports;

/// <summary>The columns of an area's needs: for programs by the API's names and codes, for people in their words.</summary>
internal sealed class NeedColumns(
    string locale,
    IReadOnlyList<Category> categories,
    DateTimeOffset now,
    bool inWords,
    bool withPrivate
)
{
    private static readonly string[] Public =
    [
        "id",
        "category",
        "quantity",
        "unmet",
        "promised",
        "delivered",
        "unit",
        "urgency",
        "status",
        "people",
        "verified",
        "hidden",
        "createdAt",
        "ageHours",
        "neededBy",
        "expiresAt",
        "endedAt",
        "wardCode",
        "ward",
        "teamAreaCode",
        "teamArea",
        "longitude",
        "latitude",
        "publicNote",
    ];

    private static readonly string[] Private =
    [
        "onBehalf",
        "name",
        "phone",
        "address",
        "note",
        "details",
        "destination",
    ];

    private string[] Names => withPrivate ? [.. Public, .. Private] : Public;

    public IEnumerable<object?> Head() =>
        inWords ? Names.Select(name => Texts.Of(locale, $"export.column.{name}")) : Names;

    public IEnumerable<object?> Cells(AreaNeed need)
    {
        var category = Category.Of(categories, need.Category);
        IEnumerable<object?> cells =
        [
            $"{need.Id}",
            inWords ? category.Name(locale) : need.Category,
            need.Quantity,
            need.Unmet,
            need.Promised,
            need.Delivered,
            inWords ? category.UnitName(locale) : category.Unit,
            inWords ? Texts.Of(locale, $"urgency.{need.Urgency}") : need.Urgency,
            inWords ? Texts.Of(locale, $"status.{need.Status}") : need.Status,
            need.People,
            need.Verified,
            need.Hidden,
            need.CreatedAt,
            (int)((need.EndedAt ?? now) - need.CreatedAt).TotalHours,
            need.NeededBy,
            need.ExpiresAt,
            need.EndedAt,
            need.WardCode,
            need.Ward,
            need.TeamAreaCode,
            need.TeamArea,
            need.Longitude,
            need.Latitude,
            need.PublicNote,
        ];
        return withPrivate
            ? cells.Concat([
                need.OnBehalf,
                need.Name,
                // As people write it: with the plus sign it would look like a formula.
                need.Phone
                    is null
                    ? null
                    : Say.Phone(need.Phone),
                need.Address,
                need.Note,
                need.Details,
                need.Destination,
            ])
            : cells;
    }
}
