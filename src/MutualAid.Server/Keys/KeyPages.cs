using System.Globalization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Keys;

/// <summary><c>/me/keys</c>: one's keys for programs, a form that makes one and shows it once, a button that revokes it.</summary>
internal sealed class KeyPages(AccessKeys keys, ServiceDatabase database, TimeProvider time)
{
    private const string Path = "/me/keys";

    public static readonly DraftPage Draft = new(
        Path,
        (context, form, stop) =>
            context
                .RequestServices.GetRequiredService<KeyPages>()
                .Show(context, form, MePages.Again(context), null, 200, stop)
    );

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            Path,
            (Caller _, HttpContext context, KeyPages keys, CancellationToken stop) =>
                keys.Show(context, PostedForm.Empty, FormErrors.None, null, 200, stop)
        );
        pages.MapPost(
            Path,
            (HttpContext context, KeyPages keys, CancellationToken stop) => keys.Make(context, stop)
        );
        pages.MapPost(
            $"{Path}/revoke",
            (Caller? caller, HttpContext context, KeyPages keys, CancellationToken stop) =>
                keys.Revoke(caller, context, stop)
        );
    }

    private async Task<IResult> Make(HttpContext context, CancellationToken stop)
    {
        var (form, genuine) = await PostedForm.Keep(context, stop);
        if (Caller.Of(context) is not { } caller)
            return SignInPages.Ask(context, Path, form);
        if (LocaleChoice.Choose(context, form["locale"]))
            return await Show(context, form, FormErrors.None, null, 200, stop);
        if (!genuine)
            return await Show(context, form, MePages.Again(context), null, 403, stop);
        if (form["do"] != "make")
            return await Show(context, form, FormErrors.None, null, 200, stop);
        try
        {
            var (_, token) = await form.Once(
                context,
                () => keys.Make(context, caller, Wished(form), stop),
                stop
            );
            // In this answer and nowhere else: an address with the token in it would stay in the browser's history.
            return token is null
                ? SeeOther.To($"{Path}?once")
                : await Show(context, PostedForm.Empty, FormErrors.None, token, 200, stop);
        }
        catch (Refusal refusal) when (refusal.Status is 400 or 403 or 404 or 409 or 422)
        {
            return await Show(
                context,
                form,
                FormErrors.From(context.Locale(), refusal),
                null,
                refusal.Status,
                stop
            );
        }
    }

    private async Task<IResult> Revoke(Caller? caller, HttpContext context, CancellationToken stop)
    {
        if (caller is null)
            return AccountPages.SignInFirst(Path);
        var form = await PostedForm.Read(context, stop);
        await using var connection = await database.Open(stop);
        if (Guid.TryParse(form["id"], out var id))
            await AccessKeys.Revoke(connection, caller.AccountId, id, stop);
        return SeeOther.To($"{Path}?revoked");
    }

    // What cannot be read is refused by the rules, as a value that is none of the page's choices.
    private static KeyBody Wished(PostedForm form) =>
        new(
            form["kind"],
            form["name"],
            form["kind"] == "reading" && Guid.TryParse(form["areaId"], out var area) ? area : null,
            int.TryParse(form["days"], CultureInfo.InvariantCulture, out int days) ? days : 0
        );

    private async Task<IResult> Show(
        HttpContext context,
        PostedForm form,
        FormErrors errors,
        string? token,
        int status,
        CancellationToken stop
    )
    {
        var caller = Caller.Of(context)!;
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        var page = Pages.Show<KeysPage>(
            context,
            new
            {
                Keys = await AccessKeys.Of(connection, caller.AccountId, now, stop),
                Areas = caller.Roles.Count == 0
                    ? []
                    : await connection.Rows<AreaChoice>(
                        """
                        select a.id, concat_ws(', ', a.name, nullif(a.path, '')) as name from area a
                        where a.valid_to is null and (a.level <> 'group' or a.id = any (@own)) and account_reaches(@AccountId, a.id, @now)
                        order by cardinality(a.ancestors), a.path, a.name, a.id limit 500
                        """,
                        new
                        {
                            caller.AccountId,
                            own = caller.Roles.Select(role => role.AreaId).ToArray(),
                            now,
                        },
                        stop
                    ),
                Form = form,
                Errors = errors,
                Token = token,
                Now = now,
            },
            status
        );
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return page;
    }
}

/// <summary>An area that a reading key can be made for.</summary>
public sealed class AreaChoice
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
}
