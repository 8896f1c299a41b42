using System.Text.Json;
using Npgsql;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>What went wrong, in OData's form (JSON Format 21).</summary>
internal static class ErrorBody
{
    public static ODataAnswer Of(ODataFailure failure)
    {
        var answer = new ODataAnswer(failure.Status)
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(
                new { error = new { code = failure.Code, message = failure.Message } },
                JsonAnswer.Options
            ),
        };
        answer.Headers["Content-Type"] = "application/json";
        answer.Headers["Cache-Control"] = "no-store";
        if (failure.Status == 503)
            answer.Headers["Retry-After"] = "30";
        return answer;
    }

    /// <summary>What the reader is told of a statement that failed; null: it was not the reader's doing. The database's own words stay inside: they can quote rows.</summary>
    public static ODataFailure? Of(PostgresException e) =>
        e.SqlState switch
        {
            PostgresErrorCodes.DivisionByZero => ODataFailure.Malformed("The query divides by zero."),
            PostgresErrorCodes.InvalidRegularExpression => ODataFailure.Malformed(
                "A pattern is no regular expression."
            ),
            PostgresErrorCodes.QueryCanceled => new ODataFailure(
                503,
                "tooCostly",
                "The query took longer than a query may: ask for less, or for a smaller place."
            ),
            _ when e.SqlState.StartsWith("22", StringComparison.Ordinal) => ODataFailure.Malformed(
                "A value is out of the range of its type."
            ),
            _ when e.SqlState.StartsWith("54", StringComparison.Ordinal) => ODataFailure.TooMuch(
                "The query is more than the database can plan."
            ),
            // PostGIS speaks of shapes with the code of internal errors.
            PostgresErrorCodes.InternalError => ODataFailure.Malformed("A geography is no valid shape."),
            PostgresErrorCodes.UndefinedFunction
            or PostgresErrorCodes.DatatypeMismatch
            or PostgresErrorCodes.CannotCoerce
            or PostgresErrorCodes.IndeterminateDatatype
            or PostgresErrorCodes.AmbiguousFunction => ODataFailure.Malformed(
                "Two values of types that do not go together."
            ),
            _ => null,
        };
}
