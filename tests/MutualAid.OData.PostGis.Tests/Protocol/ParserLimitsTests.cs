namespace MutualAid.OData.PostGis.Tests.Protocol;

/// <summary>What Microsoft's parser cannot read is refused by its name.</summary>
public sealed class ParserLimitsTests(ViewsDatabase database)
{
    [Theory]
    [InlineData("Day in (2024-03-05,2024-03-01)", "in with values")]
    [InlineData("At in (2024-01-01T00:00:00Z)", "in with values")]
    [InlineData("Clock in (06:15:00)", "in with values")]
    [InlineData("Span in (duration'PT1H')", "in with values")]
    [InlineData("Name in ('','a')", "An empty text")]
    [InlineData("Name in ('a', '')", "An empty text")]
    [InlineData("Flag and not (Name IN ( '' ))", "An empty text")]
    public async Task A_list_that_cannot_be_read_is_refused_by_its_name(string filter, string word)
    {
        var reply = await new Desk(database).Get($"Things?$filter={filter}");
        Assert.Equal(501, reply.Status);
        Assert.Contains(word, reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Day in ('2024-03-05')")]
    [InlineData("Name in ('''','a')")]
    [InlineData("Exact lt Real")]
    [InlineData("Real add Exact gt 1 and RealN eq ExactN")]
    [InlineData("Real lt 12.5M and Exact gt 1.5e0")]
    public async Task What_stands_beside_it_is_answered(string filter) =>
        Assert.Equal(200, (await new Desk(database).Get($"Things?$filter={filter}")).Status);
}
