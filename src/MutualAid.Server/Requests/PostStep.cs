using System.Globalization;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Requests;

/// <summary>
/// Where somebody stands in posting: a question (<c>what</c> and <c>much</c> are asked of the need of this index), the answers to
/// be checked, or every question at once.
/// </summary>
public sealed record PostStep(string Name, int Need = 0)
{
    public static readonly PostStep First = new("what");
    public static readonly PostStep Check = new("check");
    public static readonly PostStep All = new("all");
    private static readonly string[] Asked = ["what", "much", "who", "where", "notes"];
    private static readonly string[] Carried = ["do", "locale", "step", "need"];

    /// <summary>As the form says it; nonsense is the first question, which loses nothing.</summary>
    public static PostStep Read(PostedForm form) =>
        form["all"] == "yes" ? All
        : form["step"] == Check.Name ? Check
        : Named(form["step"], form["need"], form);

    public static PostStep Named(string? name, string? need, PostedForm form) =>
        Array.IndexOf(Asked, name) switch
        {
            < 0 => First,
            < 2 => new PostStep(
                name!,
                int.TryParse(need, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                && index < NeedForm.Count(form)
                    ? index
                    : 0
            ),
            _ => new PostStep(name!),
        };

    /// <summary>The first question that one of these fields belongs to.</summary>
    public static PostStep Of(IReadOnlyCollection<string> wrong, int needs) =>
        Enumerable
            .Range(0, needs)
            .SelectMany(need => new[] { First with { Need = need }, new PostStep("much", need) })
            .Concat(Asked[2..].Select(name => new PostStep(name)))
            .FirstOrDefault(step => wrong.Any(step.Asks), First);

    /// <summary>What comes after it; <paramref name="toCheck"/>: whoever came to change one answer goes back to all of them.</summary>
    public PostStep Next(bool toCheck) =>
        // Another kind is counted in another unit.
        Name == "what"
            ? this with
            {
                Name = "much",
            }
        : toCheck || Name == Asked[^1] || At < 0 ? Check
        : new PostStep(Asked[At + 1]);

    public PostStep Back(bool toCheck) =>
        Name == "much" ? this with { Name = "what" }
        : toCheck ? Check
        : new PostStep(Asked[Math.Max(At, 1) - 1]);

    /// <summary>From 1; 0 where everything is asked or nothing.</summary>
    public int Number => At + 1;

    public static int Questions => Asked.Length;

    /// <summary>The fields of its page; the others go along hidden.</summary>
    public IReadOnlyList<string> Fields =>
        Name switch
        {
            "what" => [NeedForm.Name(Need, "category")],
            "much" =>
            [
                NeedForm.Name(Need, "quantity"),
                NeedForm.Name(Need, "urgency"),
                NeedForm.Name(Need, "details"),
                NeedForm.Name(Need, "destination.address"),
            ],
            "who" => ["whom", "onBehalfOf.name", "onBehalfOf.phone", "onBehalfOf.consent", "people"],
            "where" => ["ward", "wardId", "lon", "lat", "address"],
            "notes" => ["publicNote", "note"],
            "check" => ["verified"],
            _ => [],
        };

    public IReadOnlyCollection<string> NotHidden => [.. Carried, .. Fields];

    /// <summary>Whether what is wrong with this field is told here.</summary>
    public bool Asks(string field) =>
        this == All
        || Fields.Contains(field)
        || Name == "much" && field == NeedForm.Name(Need, "destination");

    private int At => Array.IndexOf(Asked, Name);
}
