using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Keys;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Open311;

/// <summary><c>POST requests</c>: a need like any other, posted in the name of whoever made the key.</summary>
internal static class Open311Post
{
    public static async Task<IResult> Post(
        AccessKeys keys,
        KeyGate gate,
        Categories categories,
        PublicDatabase database,
        Posting posting,
        HttpContext context,
        CancellationToken stop
    )
    {
        // Before the key or anything of the person is looked at: what went over the wire in the clear is everybody's.
        if (!KeyGate.IsPrivateWay(context))
            throw new Refusal(403, "tlsOnly");
        var form = await Open311Form.Read(context, stop);
        if (
            !KeyToken.Is(form["api_key"] ?? "", KeyToken.Posting)
            || await keys.Posting(form["api_key"]!, stop) is not var (key, caller)
        )
            throw new Refusal(403, "apiKey");
        gate.Note(context, key);
        context.Response.Headers.CacheControl = "no-store";

        await Open311Api.Jurisdiction(database, null, form["jurisdiction_id"], stop);
        string code = form["service_code"] ?? throw Refusal.Field("service_code", "required");
        var category = await categories.ByCode(code, stop) ?? throw new Refusal(404, "service");
        var body = form.Body(category);
        // Whoever names a post by neither has it posted as often as they send it.
        if (!context.Request.Headers.ContainsKey("Idempotency-Key"))
            context.Request.Headers["Idempotency-Key"] = form.ClientId ?? $"{Guid.NewGuid()}";
        try
        {
            var made = await posting.Post(context, caller, body, stop);
            var posted = (await posting.Made(caller, made, stop))[0];
            return new Open311Document(
                "service_requests",
                new Items(
                    "request",
                    [
                        new Fields(
                            ("service_request_id", $"{posted.Id}"),
                            (
                                "service_notice",
                                Texts.Of(
                                    context.Locale(),
                                    form.IsLong ? "open311.posted.long" : "open311.posted"
                                )
                            ),
                            ("account_id", null as string)
                        ),
                    ]
                ),
                made.StatusCode
            );
        }
        catch (Refusal refusal) when (refusal.Errors.Count > 0)
        {
            throw Open311Form.InItsWords(refusal);
        }
    }
}
