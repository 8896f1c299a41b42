namespace MutualAid.Server.Web.Layout;

/// <summary>A button's work that was refused: the page is shown again with the reason beside it and what was typed.</summary>
/// <param name="Subject">The request, match or offer that the button belongs to.</param>
public sealed record Trouble(Guid Subject, string Act, FormErrors Errors, PostedForm Form, int Status)
{
    public static Trouble From(
        HttpContext context,
        Guid subject,
        string act,
        Refusal refusal,
        PostedForm form
    ) => new(subject, act, FormErrors.From(context.Locale(), refusal), form, refusal.Status);

    /// <summary>Runs the work; the trouble when it is refused, null when it is done.</summary>
    public static async Task<Trouble?> Of(
        HttpContext context,
        Guid subject,
        string act,
        PostedForm form,
        Func<Task> work,
        CancellationToken stop
    )
    {
        try
        {
            await form.Once(
                context,
                async () =>
                {
                    await work();
                    return true;
                },
                stop
            );
            return null;
        }
        // Not there, not signed in, our own failure: these are pages of their own.
        catch (Refusal refusal) when (refusal.Status is 400 or 403 or 409 or 422 or 429)
        {
            return From(context, subject, act, refusal, form);
        }
    }
}
