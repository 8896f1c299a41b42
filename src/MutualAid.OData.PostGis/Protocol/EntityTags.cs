using System.Globalization;
using System.Text.Json;
using MutualAid.OData.PostGis.Answer;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Query;
using Npgsql;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>What <c>metadata=full</c> says of each entity: its type and its address.</summary>
internal sealed class EntityTags(string type, string address, int key, Kind kind)
{
    /// <summary>Null: not asked for, or the rows are no entities.</summary>
    public static EntityTags? Of(
        Resource resource,
        ODataRequest request,
        Negotiation agreed,
        Statement statement
    )
    {
        if (agreed.Form.Metadata != MetadataLevel.Full || statement.Of is not { Key: [var key] } view)
            return null;
        int at = statement.Outputs.ToList().FindIndex(output => output.Name == key.Name);
        return at < 0
            ? null
            : new EntityTags($"#{resource.Namespace}.{view.Type}", $"{request.Root}{view.Set}", at, key.Kind);
    }

    public void Write(Utf8JsonWriter json, NpgsqlDataReader row)
    {
        string value = Convert.ToString(row.GetValue(key), CultureInfo.InvariantCulture)!;
        json.WriteString("@odata.type", type);
        json.WriteString("@odata.id", $"{address}({Literal(value, kind)})");
    }

    /// <summary>A key's value as it stands in a URL between parentheses.</summary>
    public static string Literal(string value, Kind kind) =>
        kind == Kind.String
            ? $"'{Uri.EscapeDataString(value.Replace("'", "''", StringComparison.Ordinal))}'"
            : value;
}
