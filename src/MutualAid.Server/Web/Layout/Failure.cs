namespace MutualAid.Server.Web.Layout;

/// <summary>A refusal told to a person: a page that says what happened and what to do.</summary>
public static class Failure
{
    public static IResult Of(HttpContext context, Refusal refusal)
    {
        // Who is not signed in is asked to, and comes back here.
        if (refusal is { Status: 401 })
        {
            string here = HttpMethods.IsGet(context.Request.Method)
                ? context.Request.Path + context.Request.QueryString
                : "/mine";
            return SeeOther.To($"/sign-in?return={Uri.EscapeDataString(here)}");
        }
        return Pages.Show<FailurePage>(context, new { Refusal = refusal }, refusal.Status);
    }
}
