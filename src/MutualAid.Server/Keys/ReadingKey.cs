namespace MutualAid.Server.Keys;

/// <summary>
/// The reading key that this request was sent with. It was judged a moment ago: its maker reaches
/// <paramref name="AreaId"/> now, so whoever asks answers for that area and those below it, and for reading alone.
/// </summary>
public sealed record ReadingKey(Guid KeyId, Guid AccountId, Guid AreaId)
{
    private static readonly object Item = new();

    /// <summary>Null: the request came without one. A key that is no good never gets as far as a handler.</summary>
    public static ReadingKey? Of(HttpContext context) => context.Items[Item] as ReadingKey;

    internal static void Set(HttpContext context, ReadingKey key) => context.Items[Item] = key;
}

/// <summary>Marks an endpoint that a reading key opens.</summary>
public sealed class ReadByKey
{
    /// <summary>Whether a key opens what is asked: a marked endpoint, and nothing but reading (OData reads by POST too).</summary>
    public static bool Opens(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ReadByKey>() is null)
            return false;
        var request = context.Request;
        return HttpMethods.IsGet(request.Method)
            || HttpMethods.IsHead(request.Method)
            || HttpMethods.IsPost(request.Method)
                && request.Path.Value is { } path
                && (
                    path.EndsWith("/$batch", StringComparison.Ordinal)
                    || path.EndsWith("/$query", StringComparison.Ordinal)
                );
    }
}

public static class ReadableByKeyExtensions
{
    /// <summary>Lets a team's reading key open this endpoint; what it then reads, the handler asks <see cref="ReadingKey.Of"/>.</summary>
    public static TBuilder ReadableByKey<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ReadByKey());
}
