namespace MutualAid.OData.PostGis.Protocol;

/// <summary>The part of a context URL that tells what was selected (OData Protocol 10.7 to 10.10).</summary>
internal static class Context
{
    public static string Selected(RequestUri uri)
    {
        if (uri.Option("$apply") is not null)
            return "";
        var (select, expand) = (uri.Option("$select"), uri.Option("$expand"));
        var parts = new List<string>();
        if (!string.IsNullOrWhiteSpace(select))
            parts.AddRange(Top(select));
        foreach (string item in Top(expand ?? ""))
        {
            int options = item.IndexOf('(', StringComparison.Ordinal);
            string name = options < 0 ? item : item[..options];
            string inner = options < 0 ? "" : item[(options + 1)..^1];
            string selected = Option(inner, "$select") is { } nested ? string.Join(',', Top(nested)) : "";
            parts.Add($"{name}({selected})");
        }
        return parts.Count == 0 ? "" : $"({string.Join(',', parts)})";
    }

    private static string? Option(string options, string name)
    {
        foreach (string option in Split(options, ';'))
        {
            string trimmed = option.Trim();
            if (trimmed.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase))
                return trimmed[(name.Length + 1)..];
        }
        return null;
    }

    private static IEnumerable<string> Top(string list) =>
        Split(list, ',').Select(item => item.Trim()).Where(item => item.Length > 0);

    // At commas that stand in no parentheses and no text.
    private static IEnumerable<string> Split(string list, char at)
    {
        int depth = 0;
        bool text = false;
        int from = 0;
        for (int place = 0; place < list.Length; place++)
            switch (list[place])
            {
                case '\'':
                    text = !text;
                    break;
                case '(' when !text:
                    depth++;
                    break;
                case ')' when !text:
                    depth--;
                    break;
                case var sign when sign == at && depth == 0 && !text:
                    yield return list[from..place];
                    from = place + 1;
                    break;
            }
        yield return list[from..];
    }
}
