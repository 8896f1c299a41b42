namespace MutualAid.Server.Accounts;

/// <summary>A device in words that its owner knows it by. The header that they come from is not kept: it tells devices apart, and nobody asked.</summary>
public static class Device
{
    // The first that is found: each browser also names those that it wants to be taken for.
    private static readonly (string Sign, string Name)[] Programs =
    [
        ("Zalo", "Zalo"),
        ("FBAN", "Facebook"),
        ("FBAV", "Facebook"),
        ("coc_coc", "Cốc Cốc"),
        ("SamsungBrowser", "Samsung Internet"),
        ("UCBrowser", "UC Browser"),
        ("OPR/", "Opera"),
        ("Edg", "Edge"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("MutualAid", "MutualAid"),
        ("okhttp", "App"),
        ("curl/", "curl"),
    ];

    private static readonly (string Sign, string Name)[] Systems =
    [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "Chromebook"),
        ("Linux", "Linux"),
    ];

    /// <summary>"Chrome, Android"; null when the header says nothing that we know.</summary>
    public static string? Of(HttpContext context) => Of(context.Request.Headers.UserAgent.ToString());

    public static string? Of(string userAgent)
    {
        string[] words =
        [
            .. new[] { Programs, Systems }
                .Select(list =>
                    Array.Find(list, one => userAgent.Contains(one.Sign, StringComparison.Ordinal)).Name
                )
                .OfType<string>(),
        ];
        return words.Length == 0 ? null : string.Join(", ", words);
    }
}
