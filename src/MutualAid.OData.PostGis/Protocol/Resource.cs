using System.Data;
using System.Text;
using System.Text.Json;
using MutualAid.OData.PostGis.Answer;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Query;
using Npgsql;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>One request for rows: from its path and options to its answer.</summary>
internal sealed class Resource(
    ServiceModel model,
    ODataLimits limits,
    ODataRequest request,
    RequestUri uri,
    Negotiation agreed,
    ODataReader reader,
    ITokenSeal seal,
    DateTimeOffset now,
    Func<NpgsqlConnection, string?>? ahead
)
{
    /// <summary>The positions that next links hold.</summary>
    public PageTokens Pages { get; } = new(seal, uri.Identity, reader.Name);

    public async Task<ODataAnswer> Answer(NpgsqlConnection connection, CancellationToken stop)
    {
        var (compiler, path) = Path();
        var target = path.Target;
        if (target.Count)
            return await Count(connection, compiler, path, stop);
        return target.Single
            ? await new OneRow(this, request, uri, agreed).Answer(connection, compiler, path, stop)
            : await new ManyRows(this, request, uri, agreed, limits, seal, reader, now).Answer(
                connection,
                compiler,
                path,
                stop
            );
    }

    /// <summary>What is read: the count, or a page's rows from the beginning or from a next link on.</summary>
    public Statement Statement()
    {
        var (compiler, path) = Path();
        var options = uri.Query();
        if (path.Target.Count)
            return compiler.Count(path, options);
        if (path.Target.Single)
            return compiler.Row(path, options);
        var token = uri.Option("$skiptoken") is { } said ? Pages.Read(said) : null;
        int size = Math.Min(agreed.MaxPageSize ?? limits.PageSize, limits.MostPageSize);
        return compiler.Rows(path, options, Paging.Of(token, options, size, limits));
    }

    /// <summary>The path, read for a statement of its own.</summary>
    public (Compiler Compiler, PathReader Path) Path()
    {
        var query = new QueryScope(model, limits, now, reader.Values);
        return (
            new Compiler(query, agreed.Form, request.Root.ToString()),
            new PathReader(query).Read(uri.Path())
        );
    }

    public string Namespace => model.Namespace;

    public string ContextOf(EntityView view, string selected, bool one) =>
        $"{request.Root}$metadata#{view.Set}{selected}{(one ? "/$entity" : "")}";

    private async Task<ODataAnswer> Count(
        NpgsqlConnection connection,
        Compiler compiler,
        PathReader path,
        CancellationToken stop
    )
    {
        uri.Allow("/$count", "$filter", "$search");
        long count = await Number(connection, compiler.Count(path, uri.Query()), stop);
        var answer = new ODataAnswer(200)
        {
            Body = Encoding.UTF8.GetBytes(count.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        };
        answer.Headers["Content-Type"] = "text/plain";
        answer.Headers["OData-Version"] = agreed.Version;
        return answer;
    }

    public async Task<long> Number(NpgsqlConnection connection, Statement statement, CancellationToken stop)
    {
        await using var command = Command(connection, statement);
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    /// <summary>The statement, behind what goes ahead of it: parameters by number allow no other in one text.</summary>
    public NpgsqlBatch Command(NpgsqlConnection connection, Statement statement)
    {
        var batch = connection.CreateBatch();
        if (ahead?.Invoke(connection) is { } settings)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(settings));
        var command = new NpgsqlBatchCommand(statement.Sql);
        statement.Parameters.AddTo(command);
        batch.BatchCommands.Add(command);
        return batch;
    }
}
