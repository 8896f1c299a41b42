using Microsoft.OData.UriParser;

namespace MutualAid.OData.PostGis.Cql2;

/// <summary>What stands in a filter where a value may stand.</summary>
internal abstract record CqlTerm(int Position);

/// <summary>One value: a property, a literal, or what is reckoned from them.</summary>
internal sealed record CqlScalar(SingleValueNode Node, int Position) : CqlTerm(Position);

/// <summary>From one time to another. A bound is an instant, a day, or a property; none: without end there.</summary>
internal sealed record CqlInterval(CqlScalar? From, CqlScalar? To, int Position) : CqlTerm(Position);
