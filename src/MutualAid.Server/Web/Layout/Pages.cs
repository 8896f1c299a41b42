using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MutualAid.Server.Web.Layout;

/// <summary>Marks an endpoint as a page: what goes wrong there is told as a page, not as a problem document.</summary>
public sealed class PageRoute;

/// <summary>How pages are mapped and shown.</summary>
public static class Pages
{
    public static void AddPages(this IServiceCollection services) => services.AddRazorComponents();

    /// <summary>Where pages are mapped: outside the API's document, failures as pages.</summary>
    public static RouteGroupBuilder MapPages(this IEndpointRouteBuilder app) =>
        // The forms' own reader checks their token: it can show again what was typed instead of throwing it away.
        app.MapGroup("").WithMetadata(new PageRoute()).ExcludeFromDescription().DisableAntiforgery();

    /// <summary>A page as an answer, rendered whole before it is sent, so that a failure half-way is not half a page.</summary>
    /// <param name="parameters">An object whose properties are the component's parameters.</param>
    public static RazorComponentResult<T> Show<T>(
        HttpContext context,
        object? parameters = null,
        int status = 200
    )
        where T : IComponent
    {
        // A page carries its reader's name, forms and language: it is nobody else's, and old ones mislead.
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var result = parameters is null
            ? new RazorComponentResult<T>()
            : new RazorComponentResult<T>(parameters);
        result.StatusCode = status;
        result.PreventStreamingRendering = true;
        return result;
    }

    /// <summary>Whether this reader should be told of a failure by a page.</summary>
    public static bool Reads(HttpContext context)
    {
        // When something was thrown, the exception handler has taken the endpoint off the request and kept it here.
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        if (endpoint?.Metadata.GetMetadata<PageRoute>() is not null)
            return true;
        // Nothing is mapped here: a browser that came by a wrong link gets a page.
        return endpoint is null
            && HttpMethods.IsGet(context.Request.Method)
            && !context.Request.Path.StartsWithSegments("/api")
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
    }

    /// <summary>
    /// The path if it is one of our own, else <c>/</c>: what comes back in a form must not lead anybody to another site.
    /// </summary>
    public static string LocalPath(string? path) =>
        path is ['/', ..]
        && path is not ['/', '/', ..]
        && path.Length <= 2000
        // a browser reads \ as /, and a header carries visible ASCII only
        && path.All(c => c is > ' ' and < '\x7f' and not '\\')
            ? path
            : "/";
}
