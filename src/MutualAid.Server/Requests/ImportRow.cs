using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Web;

namespace MutualAid.Server.Requests;

/// <summary>A row that keeps the rules. The names are those that <see cref="RequestImport"/>'s statement reads.</summary>
internal sealed record ImportRow(
    int Line,
    string External,
    Guid Id,
    Guid Household,
    double Lon,
    double Lat,
    short Category,
    int Quantity,
    bool Divisible,
    string Urgency,
    DateTimeOffset Created,
    int? People,
    string? Address,
    string? Phone,
    string? PhoneHash,
    string? AddressHash,
    string? Name,
    string? Note,
    string? Details,
    string? PublicNote,
    Destination? Destination
);

/// <summary>Reads rows by the same rules that a post is read by.</summary>
internal sealed class ImportRowReader(
    RequestImportOptions options,
    IReadOnlyList<Category> categories,
    Households households,
    DateTimeOffset now
)
{
    /// <summary>The row, or why it is left out.</summary>
    public ImportRow? Read(CsvReader csv, int line, out string? problem)
    {
        var errors = new FieldErrors();
        double lon = Number(errors, csv, "lon");
        double lat = Number(errors, csv, "lat");
        if (!errors.Any)
            Place.Read(errors, "lon, lat", lon, lat);
        var category = ReadCategory(errors, csv);
        int quantity =
            Whole(errors, csv, "quantity") is var read && Text(csv, "quantity") is not null
                ? HelpRequest.Quantity(errors, "quantity", read)
                : 1;
        string urgency = HelpRequest.Urgency(errors, "urgency", Ruled(csv, "urgency") ?? "soon");
        var created = Time(errors, csv);
        int? people = HelpRequest.People(errors, "people", Whole(errors, csv, "people"));
        string? address = HelpRequest.Address(errors, "address", Text(csv, "address"));
        string? phone = ReadPhone(errors, Text(csv, "phone"));
        string? name = CleanText.Line(errors, "name", Text(csv, "name"), 100);
        string? note = HelpRequest.Note(errors, "note", Text(csv, "note"));
        string? details = HelpRequest.Note(errors, "details", Text(csv, "details"));
        string? publicNote = HelpRequest.ReadPublicNote(errors, "publicNote", Text(csv, "publicNote"));
        var destination = HelpRequest.ReadDestination(
            errors,
            "destination",
            Text(csv, "destination") is { } to ? new Destination(to, null) : null,
            category?.NeedsDestination == true
        );
        string external = External(errors, csv);
        problem = errors.Any ? string.Join("; ", errors.All.Select(Say)) : null;
        return problem is not null
            ? null
            : new ImportRow(
                line,
                external,
                Guid.CreateVersion7(created),
                Guid.CreateVersion7(created),
                lon,
                lat,
                category!.Id,
                quantity,
                category.Divisible,
                urgency,
                created,
                people,
                address,
                phone,
                Hex(households.PhoneHash(phone)),
                Hex(households.AddressHash(address)),
                name,
                note,
                details,
                publicNote,
                destination
            );
    }

    private string? Text(CsvReader csv, string field)
    {
        string? text = options.Columns.TryGetValue(field, out string? column)
            ? csv.GetString(column).Trim()
            : null;
        return string.IsNullOrEmpty(text) ? options.Defaults.GetValueOrDefault(field) : text;
    }

    private string? Ruled(CsvReader csv, string field) =>
        Text(csv, field) is { } text
            ? options
                .Values.FirstOrDefault(rule =>
                    rule.Field == field && text.Contains(rule.Contains, StringComparison.OrdinalIgnoreCase)
                )
                ?.Value
                // A text that no rule knows: what was said to stand for nothing stands for it too.
                ?? (
                    options.Values.Any(rule => rule.Field == field)
                        ? options.Defaults.GetValueOrDefault(field) ?? text
                        : text
                )
            : null;

    private Category? ReadCategory(FieldErrors errors, CsvReader csv)
    {
        string? text = Ruled(csv, "category");
        var category = categories.FirstOrDefault(known => known.Code == text);
        errors.Check(
            category is not null,
            $"category '{text}'",
            "oneOf",
            string.Join(", ", categories.Select(known => known.Code))
        );
        return category;
    }

    // 18.25 and 18,25.
    private double Number(FieldErrors errors, CsvReader csv, string field)
    {
        string? text = Text(csv, field);
        bool read = double.TryParse(
            text?.Replace(',', '.'),
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out double number
        );
        errors.Check(read && double.IsFinite(number), $"{field} '{text}'", "lonLat");
        return number;
    }

    private int? Whole(FieldErrors errors, CsvReader csv, string field)
    {
        string? text = Text(csv, field);
        if (text is null)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return number;
        errors.Add($"{field} '{text}'", "number");
        return null;
    }

    private DateTimeOffset Time(FieldErrors errors, CsvReader csv)
    {
        if (Text(csv, "time") is not { } text)
            return now;
        const DateTimeStyles styles = DateTimeStyles.AllowWhiteSpaces;
        bool read = options.TimeFormat is { } format
            ? DateTime.TryParseExact(
                text,
                format,
                CultureInfo.InvariantCulture,
                styles | DateTimeStyles.AdjustToUniversal,
                out var at
            )
            : DateTime.TryParse(
                text,
                CultureInfo.InvariantCulture,
                styles | DateTimeStyles.AdjustToUniversal,
                out at
            );
        if (!errors.Check(read, $"time '{text}'", "time"))
            return now;
        // Without an offset it is a clock on the wall; an hour that the spring leaves out does not exist.
        if (at.Kind == DateTimeKind.Unspecified && !options.TimeZone.IsInvalidTime(at))
            at = TimeZoneInfo.ConvertTimeToUtc(at, options.TimeZone);
        var created = new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc));
        errors.Check(created <= now, $"time '{text}'", "future");
        return created;
    }

    private static string? ReadPhone(FieldErrors errors, string? text)
    {
        if (text is null)
            return null;
        var phone = Phone.Read(text, out string? problem);
        if (phone is null)
            errors.Add("phone", problem!);
        return phone?.E164;
    }

    // A file without ids: the row's own content says which it is.
    private string External(FieldErrors errors, CsvReader csv)
    {
        if (!options.Columns.ContainsKey("id"))
            return Convert.ToHexStringLower(SHA256.HashData(csv.RawRecord.Trim(" \r\n"u8)));
        string? id = Text(csv, "id");
        errors.Check(id is { Length: <= 200 }, "id", "required");
        return id ?? "";
    }

    private static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexString(bytes);

    // English: whoever imports reads the rest of the terminal in it too.
    private static string Say(FieldError error) =>
        $"{error.Field}: {Texts.Of("en", $"field.{error.Code}", [.. error.Arguments])}";
}
