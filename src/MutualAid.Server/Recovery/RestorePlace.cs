using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Recovery;

/// <summary>The target database and the names beside it. One restore at a time, and nobody else connected.</summary>
public sealed class RestorePlace : IAsyncDisposable
{
    private const string Own = "mutualaid_restore";
    private readonly NpgsqlConnection maintenance;
    private readonly string connectionString;
    private bool there;

    private RestorePlace(NpgsqlConnection maintenance, string connectionString, string target) =>
        (this.maintenance, this.connectionString, Target) = (maintenance, connectionString, target);

    public string Target { get; }
    public string Making => $"{Target}_restoring";
    public string Replaced => $"{Target}_replaced";

    /// <summary>Whether what was there stands beside now.</summary>
    public bool Kept { get; private set; }

    public int ServerMajor => maintenance.PostgreSqlVersion.Major;

    public static async Task<RestorePlace> Enter(string connectionString, CancellationToken stop)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            CommandTimeout = 0,
        };
        string target = builder.Database ?? builder.Username ?? "";
        // A database cannot be renamed from within.
        builder.Database = target == "postgres" ? "template1" : "postgres";
        var maintenance = new NpgsqlConnection(builder.ConnectionString);
        await maintenance.OpenAsync(stop);
        var place = new RestorePlace(maintenance, connectionString, target);
        if (
            !await maintenance.Value<bool>(
                "select pg_try_advisory_lock(hashtext(@Making))",
                new { place.Making },
                stop
            )
        )
        {
            await maintenance.DisposeAsync();
            throw new CommandException($"Another restore to {target} is under way.");
        }
        place.there = await maintenance.Value<bool>(
            "select exists (select from pg_database where datname = @target)",
            new { target },
            stop
        );
        return place;
    }

    /// <summary>Whether anything would be lost: any row of the service's, or any table of something else.</summary>
    public async Task<bool> HoldsData(CancellationToken stop)
    {
        if (!there)
            return false;
        await using var connection = await Inside(stop);
        if (await connection.Value<bool>("select to_regclass('public.migration') is not null", null, stop))
            return await connection.Value<bool>(
                "select exists (select from account) or exists (select from area) or exists (select from erasure)",
                null,
                stop
            );
        return await connection.Value<bool>(
            """
            select exists (
              select from pg_class c
              where c.relkind in ('r', 'p', 'm') and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
                and c.relnamespace::regnamespace::text !~ '^pg_toast'
                and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e'))
            """,
            null,
            stop
        );
    }

    /// <exception cref="CommandException">Somebody is connected: what they write from now on would be lost without a word.</exception>
    public async Task DemandAlone(CancellationToken stop)
    {
        IReadOnlyList<string> others = [];
        // A session that was closed a moment ago takes its time to go.
        for (int looks = 0; looks < 20; looks++)
        {
            others = await maintenance.Rows<string>(
                """
                select coalesce(nullif(application_name, ''), 'unnamed') || ' (process ' || pid || ')' from pg_stat_activity
                where datname = @Target and backend_type = 'client backend' and application_name <> @Own order by 1 limit 5
                """,
                new { Target, Own },
                stop
            );
            if (others.Count == 0)
                return;
            await Task.Delay(100, stop);
        }
        throw new CommandException(
            $"{Target} is in use by {string.Join(", ", others)}. Stop the servers and whatever else is connected. Nothing was changed."
        );
    }

    /// <summary>The erasures that the target has recorded; null when it is not a later state of the database of that making.</summary>
    public async Task<IReadOnlyList<Erasure>?> ErasuresOf(string madeAt, CancellationToken stop)
    {
        if (!there)
            return null;
        await using var connection = await Inside(stop);
        return
            await connection.Value<bool>("select to_regclass('public.migration') is not null", null, stop)
            && await connection.Value<bool>(
                "select exists (select from migration where number = 1 and applied_at = @madeAt::text::timestamptz)",
                new { madeAt },
                stop
            )
            ? await ErasureLedger.Of(connection, stop)
            : null;
    }

    /// <summary>An empty database beside, in place of what an earlier restore that was killed may have left.</summary>
    public async Task Make(CancellationToken stop)
    {
        await maintenance.Execute($"drop database if exists {Quoted(Making)}", null, stop);
        // template0: nothing that somebody put into template1 stands in the dump's way.
        await maintenance.Execute($"create database {Quoted(Making)} template template0", null, stop);
        await maintenance.Execute(Roles, null, stop);
        // A dump says nothing of the database itself.
        await maintenance.Execute($"revoke temporary on database {Quoted(Making)} from public", null, stop);
        await maintenance.Execute(
            $"grant temporary on database {Quoted(Making)} to mutualaid_app",
            null,
            stop
        );
    }

    /// <summary>In one transaction: there is no instant without the one or the other.</summary>
    public async Task Swap(CancellationToken stop)
    {
        bool keep = await HoldsData(stop);
        await DemandAlone(stop);
        await maintenance.Execute($"drop database if exists {Quoted(Replaced)}", null, stop);
        await using (var transaction = await maintenance.BeginTransactionAsync(stop))
        {
            if (there)
                await maintenance.Execute(
                    $"alter database {Quoted(Target)} rename to {Quoted(Replaced)}",
                    null,
                    stop
                );
            await maintenance.Execute(
                $"alter database {Quoted(Making)} rename to {Quoted(Target)}",
                null,
                stop
            );
            await transaction.CommitAsync(stop);
        }
        if (there && !keep)
            await maintenance.Execute($"drop database {Quoted(Replaced)}", null, stop);
        Kept = keep;
    }

    /// <summary>Whatever was made beside and is not in place.</summary>
    public Task Forget() =>
        maintenance.Execute(
            $"drop database if exists {Quoted(Making)} with (force)",
            null,
            CancellationToken.None
        );

    public ValueTask DisposeAsync() => maintenance.DisposeAsync();

    private async Task<NpgsqlConnection> Inside(CancellationToken stop)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                Pooling = false,
                ApplicationName = Own,
            }.ConnectionString
        );
        await connection.OpenAsync(stop);
        return connection;
    }

    // As the migrations make them: they belong to the cluster, and a dump only names them.
    private const string Roles = """
        do $$
        declare r name;
        begin
          foreach r in array array['mutualaid_app', 'mutualaid_reader', 'mutualaid_team_reader'] loop
            begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
            if not (select rolsuper from pg_roles where rolname = current_user) then
              execute format('grant %I to %I', r, current_user);
            end if;
          end loop;
          -- Who may act as whom is no database's either.
          begin grant mutualaid_reader to mutualaid_team_reader; exception when unique_violation then null; end;
          begin grant mutualaid_team_reader to mutualaid_app; exception when unique_violation then null; end;
        end $$;
        """;

    private static string Quoted(string name) => new NpgsqlCommandBuilder().QuoteIdentifier(name);
}
