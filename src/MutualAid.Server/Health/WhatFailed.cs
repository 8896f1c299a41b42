using System.Text;
using Npgsql;

namespace MutualAid.Server.Health;

/// <summary>
/// A failure as it may be logged: of what kind, PostgreSQL's state, table and constraint, and where in the code. Not its words:
/// those of parsers, converters and of the database quote what somebody typed, and a log outlives every erasure. What our own
/// code says of its own state is kept: it quotes nobody.
/// </summary>
public static class WhatFailed
{
    public static string In(Exception exception)
    {
        var told = new StringBuilder();
        for (var e = exception; e is not null; e = e.InnerException)
        {
            told.Append(told.Length == 0 ? "" : "\n caused by ").Append(e.GetType().FullName);
            if (e is PostgresException postgres)
                told.Append($" {postgres.SqlState} {postgres.TableName} {postgres.ConstraintName}".TrimEnd());
            else if (e.GetType() == typeof(InvalidOperationException) && IsOurs(e))
                told.Append(": ").Append(e.Message);
            told.Append('\n').Append(e.StackTrace);
        }
        return told.ToString();
    }

    private static bool IsOurs(Exception e) => e.TargetSite?.Module.Assembly == typeof(WhatFailed).Assembly;
}
