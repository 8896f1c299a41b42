using System.Security.Cryptography;
using System.Text;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Reports;

/// <summary>Anybody, signed in or not, can say that something is wrong; the team of the area sees it.</summary>
public static class ReportsApi
{
    private static readonly string[] Kinds = ["request", "offer", "match", "account"];
    internal static readonly string[] Reasons =
    [
        "money",
        "false",
        "abuse",
        "danger",
        "duplicate",
        "privacy",
        "other",
    ];

    public static void MapReports(this WebApplication app) => app.MapPost("/api/reports", Post);

    internal static async Task<IResult> Post(
        ReportBody body,
        Caller? caller,
        Idempotency idempotency,
        Settings settings,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        errors.Check(Kinds.Contains(body.Subject.Kind), "subject.kind", "oneOf", string.Join(", ", Kinds));
        errors.Check(Reasons.Contains(body.Reason), "reason", "oneOf", string.Join(", ", Reasons));
        errors.Check(body.Text is null or { Length: <= 2000 }, "text", "length", 0, 2000);
        errors.Check(
            body.Text?.Any(c => char.IsControl(c) && c is not ('\n' or '\t' or '\r')) != true,
            "text",
            "control"
        );
        errors.ThrowIfAny();

        var made = await idempotency.Once(
            context,
            caller?.AccountId ?? SignedOut(context, settings),
            "reports",
            body,
            async connection =>
            {
                var now = time.GetUtcNow();
                // What cannot be seen cannot be reported either: one answer for "not there" and "not yours to see".
                var found = await connection.Row<Subject>(
                    body.Subject.Kind switch
                    {
                        "request" =>
                            "select id, public_area_id as area_id from request where id = @Id and hidden_at is null",
                        "offer" =>
                            "select id, public_area_id as area_id from offer where id = @Id and not one_time",
                        "match" => """
                        select m.id, r.public_area_id as area_id from match m join request r on r.id = m.request_id
                        where m.id = @Id and @caller in (m.giver_account_id, r.account_id)
                        """,
                        _ =>
                            "select id, null::uuid as area_id from account where id = @Id and erased_at is null",
                    },
                    new { body.Subject.Id, caller = caller?.AccountId },
                    stop
                );
                if (found is null)
                    throw Refusal.Field("subject.id", "absent");
                var id = Guid.CreateVersion7(now);
                await connection.Execute(
                    """
                    insert into report (id, reporter_account_id, subject_kind, subject_id, area_id, reason, text, created_at)
                    values (@id, @reporter, @Kind, @SubjectId, @AreaId, @Reason, @Text, @now)
                    """,
                    new
                    {
                        id,
                        reporter = caller?.AccountId,
                        body.Subject.Kind,
                        SubjectId = body.Subject.Id,
                        found.AreaId,
                        body.Reason,
                        body.Text,
                        now,
                    },
                    stop
                );
                return new Made("report", id, 201);
            },
            stop
        );
        return Results.Json(new { id = made.Id }, statusCode: made.StatusCode);
    }

    // Signed out there is no account to bind the key to: the caller's address, keyed so that it cannot be read back.
    private static Guid SignedOut(HttpContext context, Settings settings) =>
        new(
            HMACSHA256
                .HashData(
                    settings.Key("signed-out"),
                    Encoding.UTF8.GetBytes(context.Connection.RemoteIpAddress?.ToString() ?? "")
                )
                .AsSpan(0, 16)
        );

    private sealed class Subject
    {
        public Guid Id { get; init; }
        public Guid? AreaId { get; init; }
    }
}

/// <summary>What is reported, why, and in the reporter's words.</summary>
public sealed record ReportBody(ReportSubject Subject, string Reason, string? Text);

/// <summary><paramref name="Kind"/>: request, offer, match or account.</summary>
public sealed record ReportSubject(string Kind, Guid Id);
