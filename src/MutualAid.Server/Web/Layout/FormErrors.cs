using System.Text.RegularExpressions;

namespace MutualAid.Server.Web.Layout;

/// <summary>What is wrong with a form, in the reader's language: beside each field, and all together on top.</summary>
public sealed partial class FormErrors
{
    public static readonly FormErrors None = new("", null, []);

    private FormErrors(string locale, string? message, IReadOnlyList<FieldError> errors)
        : this(message, [.. errors.Select(error => (error.Field, Text(locale, error)))]) { }

    private FormErrors(string? message, IReadOnlyList<(string, string)> fields)
    {
        Message = message;
        Fields = fields;
    }

    /// <summary>Of the whole form; null when the fields say it all.</summary>
    public string? Message { get; }

    public IReadOnlyList<(string Field, string Text)> Fields { get; }

    public bool Any => Message is not null || Fields.Count > 0;

    /// <summary>What is wrong with some fields, for a page that asks these alone.</summary>
    public FormErrors Only(Func<string, bool> asked) =>
        new(Message, [.. Fields.Where(error => asked(error.Field))]);

    public string? Of(string field) => Fields.FirstOrDefault(error => error.Field == field).Text;

    public static FormErrors From(string locale, Refusal refusal) =>
        new(
            locale,
            refusal.Errors.Count > 0 ? null
                : Texts.Has($"page.problem.{refusal.Code}")
                    ? Texts.Of(locale, $"page.problem.{refusal.Code}", refusal.Arguments)
                : Texts.Of(locale, $"problem.{refusal.Code}", refusal.Arguments),
            refusal.Errors
        );

    public static FormErrors From(string locale, IReadOnlyList<FieldError> errors) =>
        new(locale, null, errors);

    // What a program is told in codes ("one of: food, …") a person is told in words, where the catalogue has them:
    // page.field.needs.category.oneOf for needs[0].category.
    private static string Text(string locale, FieldError error)
    {
        string own = $"page.field.{Index().Replace(error.Field, "")}.{error.Code}";
        return Texts.Has(own)
            ? Texts.Of(locale, own, error.Arguments)
            : Texts.Of(locale, $"field.{error.Code}", error.Arguments);
    }

    [GeneratedRegex(@"\[[0-9]+\]")]
    private static partial Regex Index();
}
