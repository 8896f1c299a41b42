using System.Text;

namespace MutualAid.Server.Tests.Hostile;

/// <summary>What no client of good will sends: JSON as it stands on the wire, and text for addresses, headers and forms.</summary>
internal static class HostileValues
{
    private static readonly string[] Texts =
    [
        "",
        " ",
        "\t\r\n",
        "a\0b",
        "\u200b\u200d\ufeff",
        "\u202egnol\u202c",
        "\u2066\u2069",
        "Nguye\u0302\u0303n Thi\u0323 Nhung", // decomposed (NFD), as some keyboards write it
        "\u0110\u01b0\u1eddng s\u1ed1 3",
        "\u1100\u1161\u11a8",
        "👨‍👩‍👧‍👦🇻🇳",
        "Z\u0351\u036b\u0343a\u036c\u0301lgo",
        "\uffff\ufffe",
        "'; drop table request; --",
        "' or '1'='1",
        "\\'; select pg_sleep(9); --",
        "$$; rollback; $$",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "{{7*7}}${7*7}<%=7*7%>",
        "${jndi:ldap://127.0.0.1/a}",
        "../../../../etc/passwd",
        "%00%0d%0aSet-Cookie:a=b",
        "\r\nX-Injected: 1",
        "infinity",
        "-infinity",
        "NaN",
        "0x1F",
        "1e309",
        "-0",
        "99999999999999999999999999",
        "-2147483649",
        "٣",
        "𝟜",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.9999999Z",
        "2026-02-30T00:00:00Z",
        "2026-11-22T24:00:00+99:99",
        "2026-W47-7",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "{00000000-0000-0000-0000-000000000001}",
        "+84900000000000000000",
        "０９０１２３４５６７",
        "true",
        "null",
        "undefined",
        "*",
        "\"*\"",
        "W/\"1\"",
        "[]",
        "a,b,c",
        "vi;q=NaN,*;q=2",
    ];

    private static readonly string[] NoTexts =
    [
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1",
        "1.5",
        "-0.0",
        "1e400",
        "1e-400",
        "2147483647",
        "2147483648",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[1,2]",
        "[181,91]",
        "[105.85,21.03,7]",
        "[1e308,-1e308]",
        "{\"type\":\"Point\"}",
        "{\"type\":\"Point\",\"coordinates\":[105.85,21.03]}",
        "{\"type\":\"Point\",\"coordinates\":[\"105\",\"21\"]}",
        "{\"$ref\":\"#\",\"__proto__\":{\"a\":1}}",
        "{\"a\":1,\"a\":2}",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\u0000\"",
        "NaN",
        "Infinity",
        "01",
        "'a'",
        "/**/1",
        "\"\\x\"",
        "\"",
        "",
    ];

    public static string Text(Random random) =>
        random.Next(20) switch
        {
            0 => new string('a', random.Next(1, 20_000)),
            1 => string.Concat(Enumerable.Repeat("ế", random.Next(1, 3_000))),
            2 => string.Create(
                random.Next(1, 60),
                random,
                static (text, random) =>
                {
                    for (int at = 0; at < text.Length; at++)
                        text[at] = (char)random.Next(0x10000);
                }
            ),
            _ => Texts[random.Next(Texts.Length)],
        };

    /// <summary>Text that an address, a header or a form can carry: no half of a surrogate pair, which stays for bodies.</summary>
    public static string WellFormed(Random random) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(Text(random)));

    /// <summary>A value as it stands in a JSON document; not always JSON.</summary>
    public static string Json(Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                int depth = random.Next(1, 2_000);
                return new string('[', depth) + new string(']', depth);
            case 1:
                int levels = random.Next(1, 500);
                return string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);
            case 2:
                return $"[{string.Join(',', Enumerable.Repeat("{}", random.Next(1, 2_000)))}]";
            case 3 or 4 or 5 or 6:
                return System.Text.Json.JsonSerializer.Serialize(Text(random));
            default:
                return NoTexts[random.Next(NoTexts.Length)];
        }
    }
}
