using System.Text;
using System.Text.Json;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Protocol;

namespace MutualAid.OData.PostGis.Tests;

/// <summary>The library's front door over the test's database, and who asks there.</summary>
public sealed class Desk(ViewsDatabase database, ODataLimits? limits = null)
{
    public static readonly Uri Root = new("https://example.org/odata/");

    private readonly ODataService service = new(Model, limits ?? new ODataLimits(), new PlainSeal(), Clock);

    public static FakeTime Clock { get; } = new();

    public static ServiceModel Model { get; } = MakeModel();

    /// <param name="target">What follows the root: a path, and a query after a question mark.</param>
    /// <param name="headers">Such as <c>Prefer: maxpagesize=3</c>.</param>
    public Task<Reply> Get(string target, params string[] headers) => Ask("GET", target, "", headers);

    public async Task<Reply> Ask(string method, string target, string body, string[] headers)
    {
        if (target.StartsWith(Root.AbsoluteUri, StringComparison.Ordinal))
            target = target[Root.AbsoluteUri.Length..];
        string[] halves = target.Split('?', 2);
        var said = headers.ToDictionary(
            header => header[..header.IndexOf(':', StringComparison.Ordinal)],
            header => header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(),
            StringComparer.OrdinalIgnoreCase
        );
        var answer = await service.Answer(
            new ODataRequest(
                method,
                Root,
                halves[0],
                halves.Length == 2 ? halves[1] : "",
                said.GetValueOrDefault,
                Encoding.UTF8.GetBytes(body)
            ),
            ODataReader.Anybody,
            async (work, stop) =>
            {
                await using var connection = await database.Source.OpenConnectionAsync(stop);
                return await work(connection, stop);
            },
            TestContext.Current.CancellationToken
        );
        return new Reply(answer);
    }

    private static ServiceModel MakeModel()
    {
        var model = new ServiceModelBuilder("Testing");
        foreach (var table in World.Tables)
        {
            var set = model.Set(table.Set, table.Type, $"v_{table.Set}");
            foreach (var field in table.Fields)
                _ = field.Key
                    ? set.Key(field.Name, field.Column, field.Kind)
                    : set.Property(field.Name, field.Column, field.Kind, field.Nullable);
            foreach (var way in table.Ways)
            {
                string here = table.Field(way.Here).Column;
                string there = World.Tables.First(other => other.Set == way.Target).Field(way.There).Column;
                _ = way.Many
                    ? set.Many(way.Name, way.Target, here, there)
                    : set.One(way.Name, way.Target, here, there, way.Nullable);
            }
            if (table == World.Things)
                set.Searched("lower({0}.c_namen)", "lower");
            if (table == World.Groups)
                set.Searched("lower({0}.c_title)", "lower");
        }
        model
            .Set("Notes", "Note", "v_notes")
            .Key("Id", "id", Kind.Guid)
            .Property("Body", "body", Kind.String)
            .Property("ThingId", "thing_id", Kind.Int32, nullable: true)
            .One("Thing", "Things", "thing_id", World.Things.Field("Id").Column, nullable: true)
            .Many("Siblings", "Notes", "thing_id", "thing_id")
            .Tracked(new ChangeLog("note_log", "id", "xid"));
        return model.Build();
    }

    // Good enough here: what a seal is worth is the matter of whoever makes it.
    private sealed class PlainSeal : ITokenSeal
    {
        public string Seal(string text) => "sealed-" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

        public string? Open(string sealedText)
        {
            try
            {
                return sealedText.StartsWith("sealed-", StringComparison.Ordinal)
                    ? Encoding.UTF8.GetString(Convert.FromHexString(sealedText[7..]))
                    : null;
            }
            catch (FormatException)
            {
                return null;
            }
        }
    }
}

/// <summary>A clock that stands still.</summary>
public sealed class FakeTime : TimeProvider
{
    public static readonly DateTimeOffset Usual = new(2024, 3, 1, 9, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Usual;
}

/// <summary>An answer, read.</summary>
public sealed class Reply(ODataAnswer answer)
{
    public int Status => answer.Status;

    public IReadOnlyDictionary<string, string> Headers { get; } =
        answer.Headers.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    public string Text { get; } = Encoding.UTF8.GetString(answer.Body.Span);

    public JsonElement Json => JsonDocument.Parse(answer.Body).RootElement;

    public IEnumerable<JsonElement> Rows => Json.GetProperty("value").EnumerateArray();

    public string? Next => Json.TryGetProperty("@odata.nextLink", out var link) ? link.GetString() : null;
}
