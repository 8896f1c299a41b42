using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Query;
using MutualAid.OData.PostGis.Sql;

namespace MutualAid.OData.PostGis.Cql2;

/// <summary>A filter in CQL2 as a condition in SQL, by the same compiler that OData's filters go through.</summary>
public static class CqlCondition
{
    private static readonly ODataLimits Limits = new()
    {
        Nodes = 4 * CqlLimits.Parts,
        Text = CqlLimits.Characters,
    };

    /// <summary>A statement's parts, for as many conditions as it has.</summary>
    public static QueryScope Scope(ServiceModel model, DateTimeOffset now) => new(model, Limits, now);

    /// <param name="alias">Of the view's row in the statement.</param>
    /// <exception cref="ODataFailure">The compiler knows no way to say it.</exception>
    public static string Sql(SingleValueNode filter, EntityView view, string alias, QueryScope query) =>
        new Expressions(query, new CqlRow(view, alias)).Where(filter);

    // What is compared with null is neither true nor false in CQL2, and so it is in SQL, as long as nothing is said to be
    // nullable: then the compiler spells out what OData makes of null.
    private sealed class CqlRow(EntityView view, string alias) : Row
    {
        public override SqlValue? Property(string name) =>
            view.Column(name) is { } column
                ? new SqlValue($"{alias}.{column.Sql}", column.Kind, Nullable: false)
                : null;

        public override Row One(string navigation) => throw new NotSupportedException();

        public override (EntityView Target, Func<string, string> Tie) Many(string navigation) =>
            throw new NotSupportedException();
    }
}
