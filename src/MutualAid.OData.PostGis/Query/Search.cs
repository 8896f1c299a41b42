using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;

namespace MutualAid.OData.PostGis.Query;

/// <summary><c>$search</c>: words and phrases that a text holds, folded on both sides (marks and case), with AND, OR and NOT.</summary>
internal static class Search
{
    public static string Of(SearchClause clause, EntityView view, string alias, QueryScope query)
    {
        if (view.Searched is not { } searched)
            throw ODataFailure.NotImplemented($"$search in {view.Set}");
        string column = string.Format(
            System.Globalization.CultureInfo.InvariantCulture,
            searched.Column,
            alias
        );
        return Condition(clause.Expression);

        string Condition(QueryNode node)
        {
            query.CountNode();
            return node switch
            {
                SearchTermNode term => Holds(term.Text),
                BinaryOperatorNode { OperatorKind: BinaryOperatorKind.And } and =>
                    $"({Condition(and.Left)} and {Condition(and.Right)})",
                BinaryOperatorNode { OperatorKind: BinaryOperatorKind.Or } or =>
                    $"({Condition(or.Left)} or {Condition(or.Right)})",
                UnaryOperatorNode { OperatorKind: UnaryOperatorKind.Not } not =>
                    $"({Condition(not.Operand)} is not true)",
                _ => throw ODataFailure.NotImplemented($"$search with {node.Kind}"),
            };
        }

        string Holds(string text)
        {
            if (text.Length > query.Limits.Pattern)
                throw ODataFailure.TooMuch(
                    $"A word of $search has at most {query.Limits.Pattern} characters."
                );
            string folded =
                $"{searched.Fold}({query.Parameters.Add(text, Microsoft.OData.Edm.EdmPrimitiveTypeKind.String)})";
            // What LIKE reads as a sign of its own is a character here.
            return $"({column} like '%' || regexp_replace({folded}, '([\\\\%_])', '\\\\\\1', 'g') || '%')";
        }
    }
}
