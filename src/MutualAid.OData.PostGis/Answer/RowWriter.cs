using System.Globalization;
using System.Text.Json;
using System.Xml;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Query;
using Npgsql;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Answer;

/// <summary>Writes rows of a statement as OData JSON, straight from the reader.</summary>
internal sealed class RowWriter(IReadOnlyList<Output> outputs, AnswerForm form)
{
    /// <summary>What the statement selects of an output: geographies as GeoJSON text.</summary>
    public static string Select(Output output) =>
        EdmPrimitives.IsSpatial(output.Value.Kind) ? $"ST_AsGeoJSON({output.Value.Sql})"
        : output.Value.Kind is Kind.Int16 or Kind.Byte or Kind.SByte ? $"{output.Value.Sql}::integer"
        : output.Value.Sql;

    /// <summary>The members of the present row, without the braces.</summary>
    public void Members(Utf8JsonWriter json, NpgsqlDataReader row)
    {
        int open = 0;
        IReadOnlyList<string> before = [];
        for (int at = 0; at < outputs.Count; at++)
        {
            var output = outputs[at];
            int shared = Shared(before, output.Path);
            for (; open > shared; open--)
                json.WriteEndObject();
            for (; open < output.Path.Count - 1; open++)
                json.WriteStartObject(output.Path[open]);
            before = output.Path;
            if (row.IsDBNull(at))
            {
                if (!output.OmitNull)
                    json.WriteNull(output.Member);
                continue;
            }
            if (
                form.Metadata == MetadataLevel.Full
                && !output.Json
                && TypeName(output.Value.Kind) is { } type
            )
                json.WriteString($"{output.Path[^1]}@odata.type", type);
            json.WritePropertyName(output.Member);
            Value(json, row, at, output);
        }
        for (; open > 0; open--)
            json.WriteEndObject();
    }

    /// <summary>One value, which is not null.</summary>
    /// <exception cref="ODataFailure">400: the reader has reckoned out of what the type holds.</exception>
    public void Value(Utf8JsonWriter json, NpgsqlDataReader row, int at, Output output)
    {
        try
        {
            Read(json, row, at, output);
        }
        // PostgreSQL's numerics and times reach further than .NET's and OData's.
        catch (Exception e)
            when (e is InvalidCastException or OverflowException or ArgumentOutOfRangeException)
        {
            throw ODataFailure.Malformed($"'{output.Name}' is out of the range of its type.");
        }
    }

    private void Read(Utf8JsonWriter json, NpgsqlDataReader row, int at, Output output)
    {
        if (output.Json || EdmPrimitives.IsSpatial(output.Value.Kind))
        {
            json.WriteRawValue(row.GetString(at), skipInputValidation: true);
            return;
        }
        switch (output.Value.Kind)
        {
            case Kind.Boolean:
                json.WriteBooleanValue(row.GetBoolean(at));
                break;
            case Kind.Byte or Kind.SByte or Kind.Int16 or Kind.Int32:
                json.WriteNumberValue(row.GetInt32(at));
                break;
            case Kind.Int64 when form.Ieee754:
                json.WriteStringValue(row.GetInt64(at).ToString(CultureInfo.InvariantCulture));
                break;
            case Kind.Int64:
                json.WriteNumberValue(row.GetInt64(at));
                break;
            case Kind.Decimal when form.Ieee754:
                json.WriteStringValue(row.GetDecimal(at).ToString(CultureInfo.InvariantCulture));
                break;
            case Kind.Decimal:
                json.WriteNumberValue(row.GetDecimal(at));
                break;
            case Kind.Single or Kind.Double:
                Number(json, row.GetDouble(at));
                break;
            case Kind.Guid:
                json.WriteStringValue(row.GetGuid(at));
                break;
            case Kind.DateTimeOffset:
                Moment(json, row.GetFieldValue<DateTime>(at));
                break;
            case Kind.Date:
                json.WriteStringValue(
                    row.GetFieldValue<DateOnly>(at).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                );
                break;
            case Kind.TimeOfDay:
                json.WriteStringValue(
                    row.GetFieldValue<TimeOnly>(at).ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture)
                );
                break;
            case Kind.Duration:
                json.WriteStringValue(XmlConvert.ToString(row.GetFieldValue<TimeSpan>(at)));
                break;
            default:
                json.WriteStringValue(row.GetString(at));
                break;
        }
    }

    // To the microsecond, as PostgreSQL keeps it: the round trip's form but for its last digit, which is 0.
    private static void Moment(Utf8JsonWriter json, DateTime time)
    {
        Span<byte> text = stackalloc byte[28];
        time.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[26] = (byte)'Z';
        json.WriteStringValue(text[..27]);
    }

    // JSON has no infinity; OData writes it as text.
    private static void Number(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number))
            json.WriteNumberValue(number);
        else
            json.WriteStringValue(
                double.IsNaN(number) ? "NaN"
                : number > 0 ? "INF"
                : "-INF"
            );
    }

    private static string? TypeName(Kind kind) =>
        kind is Kind.String or Kind.Boolean or Kind.Double ? null : $"#{kind}";

    private static int Shared(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        int most = Math.Min(one.Count, other.Count) - 1;
        int shared = 0;
        while (shared < most && one[shared] == other[shared])
            shared++;
        return shared;
    }
}
