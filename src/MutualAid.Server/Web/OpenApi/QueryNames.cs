namespace MutualAid.Server.Web.OpenApi;

/// <summary>The query's parameters of a route whose handler reads them itself, for the document.</summary>
public sealed record QueryNames(params IReadOnlyList<string> Names);
