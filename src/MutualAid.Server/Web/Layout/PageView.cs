using Microsoft.AspNetCore.Components;
using MutualAid.Server.Accounts;

namespace MutualAid.Server.Web.Layout;

/// <summary>What every page and every part of one shares: the request it answers, and texts in its reader's language.</summary>
public abstract class PageView : ComponentBase
{
    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    protected string Locale => Http.Locale();

    protected Caller? Caller => Accounts.Caller.Of(Http);

    protected string T(string key, params object?[] arguments) => Texts.Of(Locale, key, arguments);

    /// <summary>A text that counts: <c>KEY.one</c> for 1, else <c>KEY.other</c>; the count is its {0}.</summary>
    protected string N(string key, long count) =>
        Texts.Of(Locale, count == 1 ? $"{key}.one" : $"{key}.other", count);
}
