namespace MutualAid.OData.PostGis.Model;

/// <summary>
/// Where it stands which rows of a view may have changed: rows are only ever added to it, each with the transaction that
/// added it.
/// </summary>
/// <param name="Source">What stands after FROM, as of a view; its rows are of this entity set only.</param>
/// <param name="Key">The column that holds the changed row's key (of a view whose key is one column).</param>
/// <param name="Transaction">The column, of type <c>xid8</c>, that <c>pg_current_xact_id()</c> was written into.</param>
public sealed record ChangeLog(string Source, string Key, string Transaction);
