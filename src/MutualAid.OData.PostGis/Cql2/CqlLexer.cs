using System.Globalization;
using System.Text;

namespace MutualAid.OData.PostGis.Cql2;

internal enum CqlKind
{
    End,

    /// <summary>A word: a keyword, a function's name or a property's.</summary>
    Word,

    /// <summary>A property's name in double quotes.</summary>
    Quoted,
    Text,
    Number,

    /// <summary>An operator or a bracket.</summary>
    Sign,
}

/// <param name="Position">Of its first character, from 1.</param>
internal readonly record struct CqlToken(CqlKind Kind, string Value, int Position);

/// <summary>Cuts CQL2 text into words, numbers, texts and signs.</summary>
internal static class CqlLexer
{
    private static readonly string[] Signs =
    [
        "<>",
        "<=",
        ">=",
        "=",
        "<",
        ">",
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        "(",
        ")",
        ",",
    ];

    public static List<CqlToken> Cut(string text)
    {
        var tokens = new List<CqlToken>();
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
            {
                tokens.Add(new CqlToken(CqlKind.End, "", at + 1));
                return tokens;
            }
            tokens.Add(Next(text, ref at));
        }
    }

    private static CqlToken Next(string text, ref int at)
    {
        int from = at;
        char first = text[at];
        if (first is '\'' or '"')
            return new CqlToken(
                first == '\'' ? CqlKind.Text : CqlKind.Quoted,
                Quoted(text, ref at),
                from + 1
            );
        if (
            char.IsAsciiDigit(first)
            || (first == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))
        )
            return new CqlToken(CqlKind.Number, Number(text, ref at), from + 1);
        if (char.IsLetter(first) || first is '_' or ':')
        {
            while (
                at < text.Length
                && (char.IsLetterOrDigit(text[at]) || IsMark(text[at]) || text[at] is '_' or '.' or ':')
            )
                at++;
            return new CqlToken(CqlKind.Word, text[from..at], from + 1);
        }
        foreach (string sign in Signs)
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0)
            {
                at += sign.Length;
                return new CqlToken(CqlKind.Sign, sign, from + 1);
            }
        throw new CqlException(CqlFault.Expected, from + 1, "a word, a number, a text or an operator");
    }

    // A quote within is written twice, or after a backslash. Any other backslash stands for itself: LIKE reads it.
    private static string Quoted(string text, ref int at)
    {
        int from = at;
        char quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length)
        {
            char next = text[at];
            bool another = at + 1 < text.Length && text[at + 1] == quote;
            if (next == quote && !another)
            {
                at++;
                return value.ToString();
            }
            if (another && (next == quote || next == '\\'))
                at++;
            value.Append(text[at++]);
        }
        throw new CqlException(CqlFault.Expected, from + 1, $"{quote}");
    }

    private static string Number(string text, ref int at)
    {
        int from = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            at++;
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at++;
            if (at < text.Length && text[at] is '+' or '-')
                at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
        }
        return text[from..at];
    }

    // Vietnamese typed in parts: a letter and the marks that follow it.
    private static bool IsMark(char c) => char.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark;
}
