namespace MutualAid.Server.Web.Layout;

/// <summary>
/// A page whose form waits while its writer signs in, and is taken the moment they have. The fields travel along as a hidden
/// field of the sign-in forms: nothing private is stored for somebody who has not shown a number yet, nothing has to be purged,
/// and any server can go on. They are read and checked as if typed anew, so they need no seal.
/// </summary>
public sealed record DraftPage(
    string Path,
    Func<HttpContext, PostedForm, CancellationToken, Task<IResult>> Take
)
{
    /// <summary>Where the page stands at more than one path, told apart by an id in it; else at <see cref="Path"/> alone.</summary>
    public Func<string, bool>? Several { get; init; }

    public bool IsAt(string path) => Several?.Invoke(path) ?? Path == path;
}
