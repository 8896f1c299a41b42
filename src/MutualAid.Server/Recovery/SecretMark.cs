using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Recovery;

/// <summary>Tells whether a database's private data was sealed with this secret, and tells nothing of the secret.</summary>
public static class SecretMark
{
    public static byte[] Of(Settings settings) => settings.Key("secret mark");

    /// <summary>Writes this secret's mark. A database of an older version has no place for it yet, and stays as it is.</summary>
    public static async Task Write(NpgsqlConnection connection, Settings settings, CancellationToken stop)
    {
        if (!await connection.Value<bool>("select to_regclass('public.secret_mark') is not null", null, stop))
            return;
        await connection.Execute(
            "insert into secret_mark (mark) values (@mark) on conflict (only_one) do update set mark = excluded.mark where secret_mark.mark <> excluded.mark",
            new { mark = Of(settings) },
            stop
        );
    }

    /// <exception cref="CommandException">The data was sealed with another one.</exception>
    public static void Demand(byte[]? mark, Settings settings, string ofWhat)
    {
        if (mark is not null && !mark.AsSpan().SequenceEqual(Of(settings)))
            throw new CommandException(
                $"{ofWhat} was sealed with another secret than MUTUALAID_SECRET (or MUTUALAID_SECRET_FILE): second factors, waiting "
                    + "messages and form keys could not be read. Set the secret of that database; if it is lost for good, --other-secret "
                    + "goes on without what it sealed. Nothing was changed."
            );
    }
}
