namespace MutualAid.OData.PostGis.Answer;

/// <summary>How much a JSON answer tells about itself (OData JSON Format 4.5.1).</summary>
public enum MetadataLevel
{
    None,
    Minimal,
    Full,
}

/// <summary>The form of JSON that was agreed on.</summary>
/// <param name="Version401">4.01; otherwise 4.0.</param>
/// <param name="Ieee754">Int64 and Decimal as strings, for readers whose numbers are doubles.</param>
public sealed record AnswerForm(
    MetadataLevel Metadata = MetadataLevel.Minimal,
    bool Version401 = true,
    bool Ieee754 = false
);
