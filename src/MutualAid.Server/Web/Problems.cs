using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using MutualAid.Server.Database;
using MutualAid.Server.Health;
using MutualAid.Server.Interop.Open311;
using MutualAid.Server.Web.Layout;
using Npgsql;

namespace MutualAid.Server.Web;

/// <summary>Turns whatever goes wrong into <c>application/problem+json</c>: few kinds, precise, never a secret.</summary>
public sealed class Problems(ILogger<Problems> log, ServiceDatabase application, PublicDatabase reader)
    : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext context,
        Exception exception,
        CancellationToken stop
    )
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
            return true;
        await Write(context, Judge(exception));
        return true;
    }

    /// <summary>Writes one refusal as this request's answer: a page to whoever reads pages, and in their own form where a standard has one.</summary>
    public static Task Write(HttpContext context, Refusal refusal)
    {
        if (refusal.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))
                .ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Open311Errors.Speaks(context) ? Open311Errors.Write(context, refusal)
            : Pages.Reads(context) ? Failure.Of(context, refusal).ExecuteAsync(context)
            : Json(context, refusal);
    }

    private static Task Json(HttpContext context, Refusal refusal)
    {
        string locale = context.Locale();
        var problem = new ProblemDetails
        {
            Type = $"/problems/{refusal.Code}",
            Status = refusal.Status,
            Title = Texts.Of(locale, $"problem.{refusal.Code}", refusal.Arguments),
            Instance = context.Request.Path,
        };
        if (refusal.Errors.Count > 0)
            problem.Extensions["errors"] = refusal
                .Errors.GroupBy(error => error.Field)
                .ToDictionary(
                    group => group.Key,
                    group =>
                        group
                            .Select(error => Texts.Of(locale, $"field.{error.Code}", error.Arguments))
                            .ToArray()
                );
        foreach (var (name, value) in refusal.Members)
            problem.Extensions[name] = value;
        context.Response.StatusCode = refusal.Status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(
            problem,
            options: null,
            contentType: "application/problem+json"
        );
    }

    private Refusal Judge(Exception exception)
    {
        switch (exception)
        {
            case Refusal refusal:
                return refusal;
            case BadHttpRequestException { StatusCode: 413 }:
                return new Refusal(413, "tooLarge");
            // The form reader's word for too many fields, or too long a name.
            case InvalidDataException:
                return new Refusal(413, "tooLarge");
            case BadHttpRequestException { StatusCode: 415 }:
                return new Refusal(415, "mediaType");
            case BadHttpRequestException { InnerException: JsonException json }:
                return Malformed(json);
            case BadHttpRequestException bad:
                return new Refusal(bad.StatusCode, "malformed") { Errors = [new FieldError("", "required")] }; // no body
            case JsonException json:
                return Malformed(json);
            // The account was erased between this request's first look and its write.
            case PostgresException { SqlState: "MA410" }:
                return new Refusal(410, "erased");
            case PostgresException { SqlState: PostgresErrorCodes.QueryCanceled }:
            case PostgresException
            {
                SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
            }:
                return Unavailable(exception);
            // 08 connection, 53 out of resources, 57P shutdown and start
            case PostgresException postgres
                when postgres.SqlState.StartsWith("08", StringComparison.Ordinal)
                    || postgres.SqlState.StartsWith("53", StringComparison.Ordinal)
                    || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal)
                    || postgres.SqlState.StartsWith("3D", StringComparison.Ordinal):
            case NpgsqlException when exception is not PostgresException:
            case TimeoutException:
            // The framework wraps what kept it from its keys.
            case CryptographicException
                when exception.GetBaseException() is NpgsqlException and not PostgresException:
                return Unavailable(exception);
            default:
                log.LogError("unexpected failure: {What}", WhatFailed.In(exception));
                return new Refusal(500, "unexpected");
        }
    }

    private Refusal Unavailable(Exception exception)
    {
        log.LogWarning(
            "database away: {Kind} {Cause} {State}",
            exception.GetType().Name,
            exception.GetBaseException().GetType().Name,
            (exception as PostgresException)?.SqlState
        );
        // Where one session was cut, all were: the next request finds a new one and not another that is dead.
        if (exception.GetBaseException() is not (PostgresException or TimeoutException))
        {
            application.ForgetSessions();
            reader.ForgetSessions();
        }
        // Not the same for all: whoever was refused in one instant must not come back in one.
        return new Refusal(503, "unavailable")
        {
            RetryAfter = TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32(2, 9)),
        };
    }

    private static Refusal Malformed(JsonException json)
    {
        // "$.needs[0].quantity" → "needs[0].quantity", "$['a b']" → "a b"; the parser's own words stay inside: they quote the body.
        string field = json.Path is { Length: > 2 } path ? path[1..].TrimStart('.') : "";
        if (field is ['[', '\'', .., '\'', ']'])
            field = field[2..^2];
        return new Refusal(400, "malformed")
        {
            Errors =
            [
                new FieldError(
                    field,
                    json.Message.StartsWith("The JSON property", StringComparison.Ordinal)
                        ? "unknown"
                        : "type"
                ),
            ],
        };
    }
}

/// <summary>Bare status codes from routing, authentication and antiforgery get a problem's body too.</summary>
public static class BareStatusCodes
{
    public static void UseProblemsForBareStatusCodes(this WebApplication app) =>
        app.UseStatusCodePages(context =>
        {
            var http = context.HttpContext;
            string code = http.Response.StatusCode switch
            {
                401 => "signIn",
                403 => "forbidden",
                404 => "notFound",
                405 => "method",
                413 => "tooLarge",
                415 => "mediaType",
                429 => "tooManyNow",
                >= 500 => "unexpected",
                _ => "malformed",
            };
            return Problems.Write(http, new Refusal(http.Response.StatusCode, code));
        });
}
