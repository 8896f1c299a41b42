using System.Text.RegularExpressions;
using Microsoft.OData;
using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Query;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>The parts of a request's URL, read with Microsoft's parser; what it cannot read is the reader's error.</summary>
internal sealed partial class RequestUri
{
    private static readonly HashSet<string> Options = new(StringComparer.OrdinalIgnoreCase)
    {
        "$filter",
        "$select",
        "$expand",
        "$orderby",
        "$top",
        "$skip",
        "$count",
        "$search",
        "$apply",
        "$compute",
        "$format",
        "$skiptoken",
        "$deltatoken",
    };
    private static readonly HashSet<string> KnownElsewhere = new(StringComparer.OrdinalIgnoreCase)
    {
        "$id",
        "$index",
        "$levels",
        "$schemaversion",
    };

    static RequestUri() => KnownFunctions.Register();

    private readonly ODataRequest request;
    private readonly List<(string Name, string Value, string Raw)> pairs = [];
    private readonly ODataUriParser parser;

    public RequestUri(ODataRequest request, ServiceModel model, ODataLimits limits)
    {
        this.request = request;
        foreach (string raw in request.Query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = raw.Split('=', 2);
            string name = Name(Decoded(parts[0]));
            if (pairs.Exists(pair => pair.Name == name) && name[0] is '$' or '@')
                throw ODataFailure.Malformed($"{name} stands twice.");
            pairs.Add((name, parts.Length == 2 ? Decoded(parts[1]) : "", raw));
        }
        foreach (var (name, _, _) in pairs)
            if (KnownElsewhere.Contains(name))
                throw ODataFailure.NotImplemented(name);
            else if (name.StartsWith('$') && !Options.Contains(name))
                throw ODataFailure.Malformed($"There is no query option {name}.");
        // The parser would pass over it, and the reader get everything.
        foreach (var (name, value, _) in pairs)
            if (name is "$filter" or "$apply" or "$compute" or "$search" && string.IsNullOrWhiteSpace(value))
                throw ODataFailure.Malformed($"{name} is empty.");
        parser = Safely(() =>
            new ODataUriParser(
                model.Parsed,
                request.Root,
                new Uri(
                    request.Root,
                    $"{request.Path}?{request.Query.Replace("+", "%20", StringComparison.Ordinal)}"
                )
            )
            {
                Resolver = new NumbersMeet(),
                EnableNoDollarQueryOptions = true,
            }
        );
        parser.Settings.MaximumExpansionDepth = limits.ExpandDepth + 1;
        parser.Settings.MaximumExpansionCount = limits.Expansions + 1;
    }

    public string? Option(string name) =>
        pairs.Find(pair => pair.Name == name) is { Name: not null } pair ? pair.Value : null;

    public ODataPath Path() => Safely(parser.ParsePath);

    public QueryOptions Query()
    {
        try
        {
            return Parsed();
        }
        // Microsoft's parser loses its way there.
        catch (ODataFailure)
            when (pairs.Exists(pair => pair.Name.StartsWith('$') && EmptyInList().IsMatch(pair.Value)))
        {
            throw ODataFailure.NotImplemented("An empty text in the list of in (eq is)");
        }
    }

    private QueryOptions Parsed() =>
        Safely(() =>
            new QueryOptions
            {
                Apply = parser.ParseApply(),
                Compute = parser.ParseCompute(),
                Filter = parser.ParseFilter(),
                Search = parser.ParseSearch(),
                OrderBy = parser.ParseOrderBy(),
                SelectExpand = parser.ParseSelectAndExpand(),
                Top = parser.ParseTop(),
                Skip = parser.ParseSkip(),
                Count = parser.ParseCount() ?? false,
                Written = new Written(
                    Option("$expand") ?? "",
                    [.. pairs.Where(pair => pair.Name.StartsWith('@')).Select(pair => pair.Raw)]
                ),
            }
        );

    /// <exception cref="ODataFailure">400: an option that such a path does not take.</exception>
    public void Allow(string where, params ReadOnlySpan<string> names)
    {
        foreach (var (name, _, _) in pairs)
            if (name.StartsWith('$') && name != "$format" && !names.Contains(name))
                throw ODataFailure.Malformed($"{name} has no meaning for {where}.");
    }

    /// <summary>The same request from another place on.</summary>
    public string LinkWith(string option, string token) =>
        $"{request.Root}{request.Path}?{string.Join('&', Kept().Append($"{option}={token}"))}";

    /// <summary>What the request asks for, whatever page of it.</summary>
    public string Identity => $"{request.Path}?{string.Join('&', Kept())}";

    private IEnumerable<string> Kept() =>
        pairs.Where(pair => pair.Name is not ("$skiptoken" or "$deltatoken")).Select(pair => pair.Raw);

    // OData 4.01: the dollar may be left out, and the case does not matter.
    private static string Name(string name)
    {
        string dollar = name.StartsWith('$') ? name : "$" + name;
        return Options.TryGetValue(dollar, out string? known) ? known : name;
    }

    private static string Decoded(string text)
    {
        // One that is cut short would otherwise stay as it is, and mean something else.
        for (int at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
            if (
                at + 2 >= text.Length
                || !char.IsAsciiHexDigit(text[at + 1])
                || !char.IsAsciiHexDigit(text[at + 2])
            )
                throw ODataFailure.Malformed("The URL has a % that no two hexadecimal digits follow.");
        return Uri.UnescapeDataString(text.Replace('+', ' '));
    }

    // Whatever the parser throws is about the text that it read.
    private static T Safely<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ODataUnrecognizedPathException e)
        {
            throw new ODataFailure(404, "notFound", e.Message);
        }
        catch (ODataException e)
        {
            throw KnownFunctions.NotHere(e.Message)
                // Lists alone are read as JSON.
                ?? (
                    e.Message.StartsWith("Invalid JSON", StringComparison.Ordinal)
                        ? ODataFailure.NotImplemented(
                            "in with values that are no number, no text in quotes, true, false or null (eq is)"
                        )
                        : ODataFailure.Malformed(e.Message)
                );
        }
        catch (Exception e) when (e is not (ODataFailure or OutOfMemoryException))
        {
            throw ODataFailure.Malformed("The URL cannot be read.");
        }
    }

    [GeneratedRegex(@"\bin\s*\((?:[^()]*,)?\s*''\s*[,)]", RegexOptions.IgnoreCase)]
    private static partial Regex EmptyInList();
}
