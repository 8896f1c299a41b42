namespace MutualAid.OData.PostGis;

/// <summary>What one request may ask for. Each limit is named in the refusal.</summary>
public sealed record ODataLimits
{
    /// <summary>Rows of a page when the reader does not say.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>The most rows of a page, whatever <c>maxpagesize</c> says.</summary>
    public int MostPageSize { get; init; } = 1_000;

    /// <summary>Rows of an expanded collection; the rest has a next link.</summary>
    public int ExpandedPageSize { get; init; } = 100;

    public int ExpandDepth { get; init; } = 3;

    /// <summary>Expansions in one request, at all depths together.</summary>
    public int Expansions { get; init; } = 8;

    /// <summary>Operators, functions, properties and literals in one request.</summary>
    public int Nodes { get; init; } = 300;

    /// <summary>Ways to one that expressions follow, in one request.</summary>
    public int Joins { get; init; } = 16;

    public int OrderBy { get; init; } = 8;

    public int Skip { get; init; } = 100_000;

    /// <summary>Rows that a page of <c>$batch</c> may have in all; and its requests.</summary>
    public int BatchRequests { get; init; } = 50;

    /// <summary>Characters of one literal text, and of a pattern.</summary>
    public int Text { get; init; } = 2_000;

    public int Pattern { get; init; } = 100;

    /// <summary>Points of a line or polygon in one literal.</summary>
    public int Points { get; init; } = 2_000;
}
