using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Requests;

/// <summary>What a post would show to everybody, before it is posted. Writes nothing.</summary>
public static class RequestPreview
{
    internal static async Task<IResult> Post(
        PreviewBody body,
        Caller caller,
        ServiceDatabase database,
        RequestPlacing placing,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        var place = body.Location is null ? null : GeoPoint.Read(errors, "location", body.Location);
        string? note = HelpRequest.ReadPublicNote(errors, "publicNote", body.PublicNote);
        string? problem = null;
        var phone = body.ForPhone is null ? null : Phone.Read(body.ForPhone, out problem);
        if (problem is not null)
            errors.Add("forPhone", problem);
        errors.ThrowIfAny();
        if (place is null)
            return Results.Ok(new PreviewAnswer(note, null, null));

        await using var connection = await database.Open(stop);
        var placed = await placing.Place(
            connection,
            caller.AccountId,
            phone?.E164,
            place.Value,
            "location",
            stop
        );
        var area = await connection.Row<AreaRow>(
            "select id, name, path from area where id = @PublicAreaId",
            new { placed.PublicAreaId },
            stop
        );
        return Results.Ok(
            new PreviewAnswer(
                note,
                GeoPoint.At(placed.Lon, placed.Lat),
                new AreaName(area!.Id, area.Name, area.Path)
            )
        );
    }

    private sealed class AreaRow
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public string Path { get; init; } = "";
    }
}

/// <summary>What is to be shown: the note, the place, and whose telephone when it is posted for somebody.</summary>
public sealed record PreviewBody(GeoPoint? Location, string? PublicNote, string? ForPhone);

/// <summary>The masked note, the public location and its ward.</summary>
public sealed record PreviewAnswer(string? PublicNote, GeoPoint? Location, AreaName? Area);
