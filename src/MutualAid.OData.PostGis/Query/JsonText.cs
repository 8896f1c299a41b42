using MutualAid.OData.PostGis.Answer;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Sql;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Query;

/// <summary>SQL that writes a row as JSON text: expanded rows come as one column of the row that they belong to.</summary>
internal static class JsonText
{
    /// <summary>When a moment is written, in UTC: the same in <see cref="RowWriter"/>.</summary>
    private const string Moment = "YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"";

    public static string Object(IReadOnlyList<Output> outputs, QueryScope query, AnswerForm form)
    {
        var parts = new List<string>();
        foreach (var output in outputs)
        {
            string comma = parts.Count == 0 ? "" : ",";
            // The model's names are ours; computed ones are the reader's.
            string name =
                $"'{comma}' || to_json({query.Parameters.Add(output.Name, Kind.String)}::text)::text || ':'";
            string value = output.Json ? output.Value.Sql : Value(output.Value, form);
            parts.Add(
                output.OmitNull ? $"coalesce({name} || {value}, '')"
                : output.Value.Nullable ? $"{name} || coalesce({value}, 'null')"
                : $"{name} || {value}"
            );
        }
        return parts.Count == 0 ? "'{}'" : $"('{{' || {string.Join(" || ", parts)} || '}}')";
    }

    /// <summary>A key's value as it stands in a URL between parentheses.</summary>
    public static string KeyLiteral(ViewRow row)
    {
        var key = row.View.Key[0];
        string sql = row.Column(key.Sql);
        return key.Kind == Kind.String ? $"('%27' || {Escaped(sql)} || '%27')" : $"{sql}::text";
    }

    // A text as a part of a URL, letter by letter: what is no plain letter by the bytes of its UTF-8, a quote twice.
    private static string Escaped(string sql) =>
        $"""
            (select string_agg(case when l.letter ~ '^[A-Za-z0-9]$' and ascii(l.letter) < 128 then l.letter
                      else regexp_replace(upper(encode(convert_to(l.letter, 'UTF8'), 'hex')), '(..)', '%\1', 'g') end, '' order by l.at)
             from regexp_split_to_table(replace({sql}, '''', ''''''), '') with ordinality l (letter, at))
            """;

    private static string Value(SqlValue value, AnswerForm form) =>
        value.Kind switch
        {
            Kind.Int64 or Kind.Decimal when form.Ieee754 => $"to_json({value.Sql}::text)::text",
            Kind.DateTimeOffset => $"'\"' || to_char({value.Sql} at time zone 'UTC', '{Moment}') || '\"'",
            Kind.Duration =>
                $"'\"' || case when {value.Sql} < interval '0' then '-' else '' end || 'PT' || abs(extract(epoch from {value.Sql})) || 'S\"'",
            var kind when EdmPrimitives.IsSpatial(kind) => $"ST_AsGeoJSON({value.Sql})",
            _ => $"to_json({value.Sql})::text",
        };
}
