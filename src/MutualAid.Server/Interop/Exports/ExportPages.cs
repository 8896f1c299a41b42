using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Teams;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Interop.Exports;

/// <summary><c>/areas/{id}/export</c>: a team takes its area's needs out as a table, with private columns for a stated reason.</summary>
internal sealed class ExportPages(ServiceDatabase database, NeedSheets sheets, TimeProvider time)
{
    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            "/areas/{id:guid}/export",
            (Guid id, Caller caller, HttpContext context, ExportPages export, CancellationToken stop) =>
                export.Show(context, caller, id, PostedForm.Empty, FormErrors.None, 200, stop)
        );
        pages
            .MapPost(
                "/areas/{id:guid}/export",
                (Guid id, Caller caller, HttpContext context, ExportPages export, CancellationToken stop) =>
                    export.Take(context, caller, id, stop)
            )
            .RequireRateLimiting(RateLimits.Whole);
    }

    private async Task<IResult> Take(HttpContext context, Caller caller, Guid id, CancellationToken stop)
    {
        var (form, genuine) = await PostedForm.Keep(context, stop);
        if (LocaleChoice.Choose(context, form["locale"]))
            return await Show(context, caller, id, form, FormErrors.None, 200, stop);
        if (!genuine)
            return await Show(context, caller, id, form, MePages.Again(context), 403, stop);
        try
        {
            string format = NeedSheets.Formats.Contains(form["format"]) ? form["format"]! : "xlsx";
            // Nothing is made here: what is sent twice is taken twice, and counted twice.
            return await sheets.Private(context, caller, id, form["reason"], format, stop);
        }
        catch (Refusal refusal) when (refusal.Status is 400 or 422 or 429)
        {
            return await Show(
                context,
                caller,
                id,
                form,
                FormErrors.From(context.Locale(), refusal),
                refusal.Status,
                stop
            );
        }
    }

    private async Task<IResult> Show(
        HttpContext context,
        Caller caller,
        Guid id,
        PostedForm form,
        FormErrors errors,
        int status,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        var reach = await Reach.Of(connection, caller, id, now, stop);
        return Pages.Show<ExportPage>(
            context,
            new
            {
                Reach = reach,
                Room = await PrivateExport.Room(connection, caller, reach, now, stop),
                Below = await connection.Rows<Part>(
                    """
                    select a.id, a.name, a.path from area a
                    where a.parent_id = @id and a.valid_to is null order by a.name collate "vi-x-icu", a.id limit 500
                    """,
                    new { id },
                    stop
                ),
                Form = form,
                Errors = errors,
            },
            status
        );
    }
}

/// <summary>An area to choose; the path is what it belongs to.</summary>
public sealed class Part
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string Path { get; init; } = "";

    /// <summary>Those that this caller's roles stand on and that they may take needs out of.</summary>
    public static Task<IReadOnlyList<Part>> OfTeam(
        Npgsql.NpgsqlConnection connection,
        Caller caller,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<Part>(
            """
            select a.id, a.name, a.path from area a
            where a.id = any (@areas) and account_reaches(@AccountId, a.id, @now) order by cardinality(a.ancestors), a.name, a.id
            """,
            new
            {
                caller.AccountId,
                areas = caller.Roles.Select(role => role.AreaId).ToArray(),
                now,
            },
            stop
        );
}
