using System.Globalization;
using System.Text.RegularExpressions;
using MutualAid.Server.Areas;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Open311;

/// <summary>What was posted, as GeoReport names it, and as a post of ours.</summary>
internal sealed partial class Open311Form
{
    private const int LongestNote = 200;

    private readonly Dictionary<string, string> fields = [];
    private readonly Dictionary<string, string> attributes = [];

    public string? this[string field] => fields.GetValueOrDefault(field);

    /// <summary>Whether the description is longer than a public note: then it is told to nobody but who may read the private one.</summary>
    public bool IsLong => this["description"]?.EnumerateRunes().Count() > LongestNote;

    /// <summary>The sender's own name for this post.</summary>
    /// <exception cref="Refusal">400: it could not stand in a header.</exception>
    public string? ClientId =>
        this["client_request_id"] switch
        {
            null => null,
            { Length: <= 200 } id when id.All(c => c is >= ' ' and <= '~') => id,
            _ => throw Refusal.Field("client_request_id", "open311Id", 200),
        };

    /// <exception cref="Refusal">415: no form. 400: a value that no text can hold.</exception>
    public static async Task<Open311Form> Read(HttpContext context, CancellationToken stop)
    {
        if (!context.Request.HasFormContentType)
            throw new Refusal(415, "open311Form");
        var read = new Open311Form();
        foreach (var (name, values) in await context.Request.ReadFormAsync(stop))
        {
            string value = values.FirstOrDefault()?.Trim() ?? "";
            if (value.Contains('\0') || name.Contains('\0'))
                throw Refusal.Field(name, "control");
            if (value.Length == 0)
                continue;
            if (Attribute().Match(name) is { Success: true } attribute)
                read.attributes[attribute.Groups["code"].Value] = value;
            else
                read.fields[name] = value;
        }
        return read;
    }

    /// <summary>The post; what our own rules say of it, they say when it is made.</summary>
    /// <exception cref="Refusal">400, naming every field that could not be read.</exception>
    public PostBody Body(Category category)
    {
        var errors = new FieldErrors();
        var known = Open311Attribute.Of(category).Select(attribute => attribute.Code).ToList();
        foreach (string code in attributes.Keys.Except(known))
            errors.Add($"attribute[{code}]", "oneOf", string.Join(", ", known));
        var neededBy = Open311Query.Time(errors, "attribute[neededBy]", At("neededBy"));
        string? divisible = At("divisible");
        errors.Check(divisible is null or "true" or "false", "attribute[divisible]", "oneOf", "true, false");
        errors.Check(At("consent") == "true", "attribute[consent]", "consent");
        double lat = Degrees(errors, "lat"),
            lon = Degrees(errors, "long");
        errors.ThrowIfAny();
        return new PostBody
        {
            Needs =
            [
                new NeedBody
                {
                    Category = category.Code,
                    Quantity = Whole("quantity"),
                    Urgency = At("urgency"),
                    NeededBy = neededBy,
                    Divisible = divisible is null ? null : divisible == "true",
                    Destination = At("destination") is { } address ? new Destination(address, null) : null,
                },
            ],
            Location = GeoPoint.At(lon, lat),
            Address = this["address_string"],
            People = Whole("people"),
            Note = IsLong
                ? string.Join('\n', ((string?[])[At("note"), this["description"]]).OfType<string>())
                : At("note"),
            PublicNote = IsLong ? null : this["description"],
            OnBehalfOf = Person(),
        };
    }

    /// <summary>The same refusal in the names that the sender knows.</summary>
    public static Refusal InItsWords(Refusal refusal) =>
        new(refusal.Status, refusal.Code, refusal.Arguments)
        {
            Errors =
            [
                .. refusal.Errors.Select(error =>
                    error with
                    {
                        Field = Name(error.Field),
                        // A pair has an order that may be wrong; two fields with names have been given each other's number.
                        Code = error.Code == "swapped" ? "open311Swapped" : error.Code,
                    }
                ),
            ],
            RetryAfter = refusal.RetryAfter,
        };

    private static string Name(string field) =>
        field switch
        {
            "needs[0].category" => "service_code",
            _ when field.StartsWith("needs[0].", StringComparison.Ordinal) =>
                $"attribute[{field[9..].Split('.')[0]}]",
            _ when field.StartsWith("location", StringComparison.Ordinal) => "lat",
            "address" => "address_string",
            "people" or "note" => $"attribute[{field}]",
            "publicNote" => "description",
            "onBehalfOf.name" => "first_name",
            "onBehalfOf.phone" => "phone",
            "Idempotency-Key" => "client_request_id",
            _ => field,
        };

    private string? At(string attribute) => attributes.GetValueOrDefault(attribute);

    // As Vietnamese names are written: the family's first.
    private BehalfBody? Person()
    {
        string name = string.Join(' ', ((string?[])[this["last_name"], this["first_name"]]).OfType<string>());
        return name.Length == 0 && this["phone"] is null
            ? null
            : new BehalfBody(name, this["phone"], Consent: true);
    }

    // What is no number is out of every range, and refused with the range.
    private int? Whole(string attribute) =>
        At(attribute) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : -1;

    private double Degrees(FieldErrors errors, string field)
    {
        double degrees = double.NaN;
        if (errors.Check(this[field] is not null, field, "open311Place"))
            errors.Check(
                double.TryParse(this[field], NumberStyles.Float, CultureInfo.InvariantCulture, out degrees)
                    && double.IsFinite(degrees),
                field,
                "degrees"
            );
        return degrees;
    }

    [GeneratedRegex(@"^attribute\[(?<code>[^\[\]]*)\](?:\[\])?$")]
    private static partial Regex Attribute();
}
