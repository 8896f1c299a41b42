using System.Globalization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>The first page: what is needed near a ward or a point.</summary>
public static class NearPages
{
    public static void MapNear(this RouteGroupBuilder pages) => pages.MapGet("/", Near);

    private static async Task<IResult> Near(
        PublicDatabase database,
        Categories categories,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var asked = NearAsked.Read(context.Request.Query);
        var known = await categories.All(stop);
        var category = known.FirstOrDefault(one => one.Code == asked.Category);
        var (wards, ward, list) = await database.Read(
            Caller.Of(context),
            (connection, stop) => Read(connection, asked, category, stop),
            stop
        );
        return Pages.Show<NearPage>(
            context,
            new
            {
                Asked = asked,
                Wards = wards,
                Ward = ward,
                Categories = known,
                List = list,
                Now = time.GetUtcNow(),
            }
        );
    }

    private static async Task<(IReadOnlyList<Ward>, Ward?, NearbyNeeds?)> Read(
        NpgsqlConnection connection,
        NearAsked asked,
        Category? category,
        CancellationToken stop
    )
    {
        IReadOnlyList<Ward> wards = [];
        var ward =
            asked.Ward is { } id ? await Wards.ById(connection, id, stop)
            : asked.Point is var (lon, lat) ? await Wards.At(connection, lon, lat, stop)
            : null;
        if (asked.Name is { } name)
        {
            wards = await Wards.Named(connection, name, stop);
            // One ward of that name: nothing to choose.
            if (wards.Count == 1)
                ward = wards[0];
        }
        var place = asked.Point ?? (ward is null ? null : (ward.Lon, ward.Lat));
        var list = place is var (x, y)
            ? await NearbyNeeds.Read(
                connection,
                new NearbyAsked(
                    new Place(x, y),
                    NearbyNeeds.MostMetres,
                    category?.Id,
                    asked.Urgency,
                    asked.After,
                    asked.What
                ),
                limit: 20,
                stop
            )
            : null;
        return (wards, ward, list);
    }
}

/// <summary>What the reader asked for; what makes no sense is as if not asked.</summary>
public sealed record NearAsked(
    string? Name,
    Guid? Ward,
    (double Lon, double Lat)? Point,
    string? Category,
    string? Urgency,
    NearbyAfter? After,
    string? What = null
)
{
    public static NearAsked Read(IQueryCollection query)
    {
        string? Text(string field) =>
            query[field].ToString().Trim() is { Length: > 0 and <= 100 } text ? text : null;
        double? Degrees(string field, double most) =>
            double.TryParse(
                Text(field)?.Replace(',', '.'),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out double degrees
            )
            && Math.Abs(degrees) <= most
                ? degrees
                : null;
        Guid? ward = Guid.TryParse(Text("ward"), out var id) ? id : null;
        var point =
            Degrees("lon", 180) is { } lon && Degrees("lat", 90) is { } lat
                ? ((double, double)?)(lon, lat)
                : null;
        return new NearAsked(
            // A ward that was picked answers the name that was typed.
            ward is null
            && point is null
                ? Text("q")
                : null,
            ward,
            point,
            Text("category"),
            Text("urgency"),
            ReadAfter(Text("next")),
            // What is no text is as if not asked.
            CleanText.Line(new FieldErrors(), "what", Text("what"), 100)
        );
    }

    private static NearbyAfter? ReadAfter(string? cursor)
    {
        try
        {
            return cursor is null ? null : NearbyAfter.Read(cursor);
        }
        catch (Refusal)
        {
            return null;
        }
    }

    /// <summary>This page's address with another ward, or further down the list.</summary>
    public string Address(Guid? ward = null, string? next = null)
    {
        var parts = new List<string>();
        if ((ward ?? Ward) is { } id)
            parts.Add($"ward={id}");
        else if (Point is var (lon, lat))
            parts.Add(FormattableString.Invariant($"lon={lon}&lat={lat}"));
        else if (Name is not null)
            parts.Add($"q={Uri.EscapeDataString(Name)}");
        if (Category is not null)
            parts.Add($"category={Uri.EscapeDataString(Category)}");
        if (Urgency is not null)
            parts.Add($"urgency={Uri.EscapeDataString(Urgency)}");
        if (What is not null)
            parts.Add($"what={Uri.EscapeDataString(What)}");
        if (next is not null)
            parts.Add($"next={Uri.EscapeDataString(next)}");
        return parts.Count == 0 ? "/" : $"/?{string.Join('&', parts)}";
    }
}
