namespace MutualAid.OData.PostGis.Query;

/// <summary>
/// <c>$expand</c> as the reader wrote it. Links to the rest of an expanded collection repeat these words: Microsoft's writer,
/// given the parsed tree, loses parentheses and computed values.
/// </summary>
/// <param name="Aliases">Of the whole request, each <c>@name=value</c> as it stands in the address.</param>
internal sealed record Written(string Expand, IReadOnlyList<string> Aliases)
{
    public static readonly Written Nothing = new("", []);

    /// <summary>The options in the parentheses behind a way's name.</summary>
    /// <exception cref="ODataFailure">400: the way stands twice.</exception>
    public IReadOnlyList<(string Name, string Value)> Options(string way)
    {
        var said = Split(Expand, ',')
            .Where(item => Name(item) is "*" || Name(item).Equals(way, StringComparison.OrdinalIgnoreCase))
            .ToList();
        if (said.Count > 1)
            throw ODataFailure.Malformed($"$expand: '{way}' stands twice.");
        if (said.Count == 0 || !said[0].Contains('(', StringComparison.Ordinal))
            return [];
        string inner = said[0].Trim();
        return
        [
            .. Split(inner[(inner.IndexOf('(', StringComparison.Ordinal) + 1)..^1], ';')
                .Select(option => option.Split('=', 2))
                .Where(parts => parts.Length == 2)
                .Select(parts => ("$" + parts[0].Trim().TrimStart('$').ToLowerInvariant(), parts[1])),
        ];
    }

    /// <summary>What stands one level further in.</summary>
    public Written Inside(IReadOnlyList<(string Name, string Value)> options) =>
        this with
        {
            Expand = options.FirstOrDefault(option => option.Name == "$expand").Value ?? "",
        };

    /// <summary>The query of a link to the same rows of one row, from a place on.</summary>
    /// <param name="levels">How many levels the rows themselves are, this one included.</param>
    public string Rest(
        string way,
        IReadOnlyList<(string Name, string Value)> options,
        int levels,
        long skip,
        long? top
    )
    {
        var kept = options
            .Where(option => option.Name is not ("$skip" or "$top" or "$count" or "$levels"))
            .ToList();
        if (levels > 1)
        {
            var again = options
                .Where(option => option.Name != "$levels")
                .Append(("$levels", $"{levels - 1}"))
                .Select(option => $"{option.Item1}={option.Item2}");
            string deeper = $"{way}({string.Join(';', again)})";
            kept.RemoveAll(option => option.Name == "$expand");
            string beside = Inside(options).Expand;
            kept.Add(("$expand", beside.Length == 0 ? deeper : $"{beside},{deeper}"));
        }
        var all = kept.Select(option => $"{option.Name}={Uri.EscapeDataString(option.Value)}")
            .Append($"$skip={skip}")
            .Concat(top is null ? [] : [$"$top={top}"])
            .Concat(Aliases);
        return "?" + string.Join('&', all);
    }

    private static string Name(string item) => item.Split('(', 2)[0].Trim();

    // Where the separator stands in no parentheses and in no text; a phrase to search for has double quotes.
    private static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        int begun = 0,
            depth = 0;
        char? inside = null;
        for (int at = 0; at < text.Length; at++)
        {
            char letter = text[at];
            if (inside is not null)
            {
                if (letter == '\\' && inside == '"')
                    at++;
                else if (letter == inside)
                    inside = null;
            }
            else if (letter is '\'' or '"')
                inside = letter;
            else if (letter == '(')
                depth++;
            else if (letter == ')')
                depth--;
            else if (letter == separator && depth == 0)
            {
                parts.Add(text[begun..at]);
                begun = at + 1;
            }
        }
        parts.Add(text[begun..]);
        return parts;
    }
}
