using Microsoft.OData.UriParser;
using Microsoft.OData.UriParser.Aggregation;

namespace MutualAid.OData.PostGis.Query;

/// <summary>The system query options of a request, or of one expansion in it, as the parser gives them.</summary>
internal sealed record QueryOptions
{
    public FilterClause? Filter { get; init; }
    public SearchClause? Search { get; init; }
    public OrderByClause? OrderBy { get; init; }
    public SelectExpandClause? SelectExpand { get; init; }
    public ComputeClause? Compute { get; init; }
    public ApplyClause? Apply { get; init; }
    public long? Top { get; init; }
    public long? Skip { get; init; }
    public bool Count { get; init; }

    public Written Written { get; init; } = Written.Nothing;

    public static QueryOptions Of(ExpandedNavigationSelectItem item) =>
        new()
        {
            Filter = item.FilterOption,
            Search = item.SearchOption,
            OrderBy = item.OrderByOption,
            SelectExpand = item.SelectAndExpand,
            Compute = item.ComputeOption,
            Apply = item.ApplyOption,
            Top = item.TopOption,
            Skip = item.SkipOption,
            Count = item.CountOption ?? false,
        };
}
