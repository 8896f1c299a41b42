using System.Globalization;
using System.Net.Http.Headers;
using MutualAid.OData.PostGis.Answer;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>What the reader can read: version, format, preferences.</summary>
internal sealed record Negotiation(AnswerForm Form, bool Xml, int? MaxPageSize, bool TrackChanges)
{
    public string Version => Form.Version401 ? "4.01" : "4.0";

    /// <summary>The content type of a JSON answer.</summary>
    public string ContentType =>
        $"application/json;{(Form.Version401 ? "" : "odata.")}metadata={Form.Metadata.ToString().ToLowerInvariant()}"
        + (Form.Ieee754 ? ";IEEE754Compatible=true" : "");

    /// <param name="metadata">XML may be asked for: only <c>$metadata</c> has it.</param>
    /// <exception cref="ODataFailure">406: nothing that the reader accepts can be made; 400: no version that it knows.</exception>
    public static Negotiation Of(ODataRequest request, string? format, bool metadata)
    {
        bool newest = Said(request.Header("OData-MaxVersion"), "OData-MaxVersion") is not 4.0;
        Said(request.Header("OData-Version"), "OData-Version");
        var (form, xml) = Agree(
            format is null ? request.Header("Accept") : Named(format),
            newest,
            metadata,
            format is not null
        );
        int? size = null;
        bool track = false;
        foreach (
            string preference in (request.Header("Prefer") ?? "").Split(',', StringSplitOptions.TrimEntries)
        )
        {
            string[] parts = preference.Split('=', 2, StringSplitOptions.TrimEntries);
            string name = parts[0].StartsWith("odata.", StringComparison.OrdinalIgnoreCase)
                ? parts[0][6..]
                : parts[0];
            if (
                name.Equals("maxpagesize", StringComparison.OrdinalIgnoreCase)
                && parts.Length == 2
                && int.TryParse(
                    parts[1].Trim('"'),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out int asked
                )
                && asked > 0
            )
                size = asked;
            else if (name.Equals("track-changes", StringComparison.OrdinalIgnoreCase))
                track = true;
        }
        return new Negotiation(form, xml, size, track);
    }

    private static string Named(string format) =>
        format.ToLowerInvariant() switch
        {
            "json" => "application/json",
            "xml" => "application/xml",
            _ => format,
        };

    // The best of what is accepted that can be made; a parameter that JSON here does not have makes it something else.
    private static (AnswerForm Form, bool Xml) Agree(
        string? accept,
        bool newest,
        bool metadata,
        bool demanded
    )
    {
        var standard = new AnswerForm(Version401: newest);
        if (string.IsNullOrWhiteSpace(accept))
            return (standard, metadata);
        var ranges = accept
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(range => MediaTypeWithQualityHeaderValue.TryParse(range, out var parsed) ? parsed : null)
            .OfType<MediaTypeWithQualityHeaderValue>()
            .Where(range => range.Quality is not 0)
            .OrderByDescending(range => range.Quality ?? 1)
            // Who takes anything as gladly as JSON ("application/json, */*") was not thinking of the model: its readers want XML.
            .ThenBy(range =>
                metadata
                && string.Equals(range.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
            );
        foreach (var range in ranges)
            switch (range.MediaType?.ToLowerInvariant())
            {
                case "application/xml" when metadata:
                    return (standard, true);
                case "*/*" or "application/*":
                    return (standard, metadata);
                case "application/json" when Parameters(range, standard) is { } form:
                    return (form, false);
            }
        throw new ODataFailure(
            demanded ? 415 : 406,
            "notAcceptable",
            metadata
                ? "$metadata is made as application/xml and application/json."
                : "Answers are made as application/json."
        );
    }

    private static AnswerForm? Parameters(MediaTypeHeaderValue range, AnswerForm form)
    {
        foreach (var parameter in range.Parameters)
        {
            string value = (parameter.Value ?? "").Trim('"').ToLowerInvariant();
            switch (parameter.Name.ToLowerInvariant())
            {
                case "odata.metadata" or "metadata":
                    if (
                        !Enum.TryParse<MetadataLevel>(value, ignoreCase: true, out var level)
                        || value.All(char.IsDigit)
                    )
                        return null;
                    form = form with { Metadata = level };
                    break;
                case "ieee754compatible":
                    form = form with { Ieee754 = value == "true" };
                    break;
                // Streaming only says that the order may not surprise, and ours never does; text is UTF-8.
                case "odata.streaming" or "streaming" or "exponentialdecimals" or "q":
                case "charset" when value == "utf-8":
                    break;
                default:
                    return null;
            }
        }
        return form;
    }

    private static double? Said(string? text, string header)
    {
        if (text is null)
            return null;
        if (
            double.TryParse(
                text.Trim().TrimEnd(';'),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out double version
            )
            && version >= 4
        )
            return version;
        throw ODataFailure.Malformed($"{header}: this service speaks OData 4.0 and 4.01.");
    }
}
