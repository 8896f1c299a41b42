namespace MutualAid.Server.Web.Layout;

/// <summary>303: after a POST the browser GETs another page, so that reloading does not post again.</summary>
public sealed class SeeOther : IResult
{
    private readonly string path;

    private SeeOther(string path) => this.path = path;

    /// <param name="path">A path of ours; anything else becomes <c>/</c>.</param>
    public static SeeOther To(string? path) => new(Pages.LocalPath(path));

    public Task ExecuteAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
        context.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
