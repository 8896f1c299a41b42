using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Requests;

/// <summary>Cells are 250 m: 0.00225° of latitude, 0.0024° of longitude here.</summary>
public sealed class RepeatTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const double East = 0.0024;
    private const double North = 0.00225;

    [Fact]
    public async Task a_repeat_in_the_same_or_a_neighbouring_cell_keeps_the_earlier_cell()
    {
        var person = await service.NewPerson();
        var first = await person.Posted();
        double[] centre = first.Coordinates();
        for (int x = -1; x <= 1; x++)
        for (int y = -1; y <= 1; y++)
        {
            var again = await person.Posted(
                Posting.Body(lon: centre[0] + x * East, lat: centre[1] + y * North)
            );
            Assert.True(first.Coordinates().SequenceEqual(again.Coordinates()), $"{x},{y}: {again}");
        }
        var farther = await person.Posted(Posting.Body(lon: Posting.Lon + 2.5 * East));
        Assert.NotEqual(first.Coordinates(), farther.Coordinates());
    }

    [Fact]
    public async Task neighbours_are_counted_from_the_earlier_cell_though_columns_shift_from_row_to_row()
    {
        var person = await service.NewPerson();
        var first = await person.Posted(Posting.Body(lon: 105.8212, lat: 21.0058));
        double[] centre = first.Coordinates();
        double north = centre[1] + North;
        // Column numbers of one meridian differ between two rows: their difference says nothing about who is a neighbour.
        int shift = await service.Look<int>(
            "select (grid_cell(@x, @north, 250)).cell_column - (grid_cell(@x, @y, 250)).cell_column",
            new
            {
                x = centre[0],
                y = centre[1],
                north,
            }
        );
        Assert.NotEqual(0, shift);
        int side = Math.Sign(shift);
        var neighbour = await person.Posted(Posting.Body(lon: centre[0] + side * East, lat: north));
        Assert.Equal(centre, neighbour.Coordinates()); // two columns apart by number
        var beyond = await person.Posted(Posting.Body(lon: centre[0] - 2 * side * East, lat: north));
        Assert.NotEqual(centre, beyond.Coordinates()); // one column apart by number
    }

    [Fact]
    public async Task nobody_elses_post_and_no_other_person_moves_a_cell()
    {
        var person = await service.NewPerson();
        var first = await person.Posted(Posting.Body(lon: 105.8812, lat: 21.0448));
        var own = await Alone(Posting.Body(lon: 105.8812 + East, lat: 21.0448));

        var other = await service.NewPerson();
        Assert.Equal(
            own,
            (await other.Posted(Posting.Body(lon: 105.8812 + East, lat: 21.0448))).Coordinates()
        );
        // The same account, for somebody else; and again for that person, who now has an earlier cell.
        Assert.Equal(own, (await person.Posted(For("0912345678", 105.8812 + East))).Coordinates());
        Assert.Equal(own, (await person.Posted(For("+84 912 345 678", 105.8812))).Coordinates());
        Assert.Equal(first.Coordinates(), (await person.Posted(For("0987654321", 105.8812))).Coordinates());
        // The same phone, posted for by another account.
        Assert.Equal(first.Coordinates(), (await other.Posted(For("0912345678", 105.8812))).Coordinates());

        static JsonObject For(string phone, double lon) =>
            Posting.Body(
                body =>
                    body["onBehalfOf"] = new JsonObject
                    {
                        ["name"] = "Bà Tư",
                        ["phone"] = phone,
                        ["consent"] = true,
                    },
                lon,
                21.0448
            );
    }

    [Fact]
    public async Task a_repeat_lately_is_linked_by_phone_by_address_or_by_account_and_only_the_team_is_told()
    {
        var person = await service.NewPerson();
        var team = await service.NewPerson(null, ("teamLead", Places.Province));
        var first = await person.Posted(At("7 phố Xa"));
        await service.Clock.Advance(TimeSpan.FromMinutes(1));
        var byAccount = await person.Posted(At("9 phố Khác"));
        Assert.Equal(first.Id(), await RepeatOf(byAccount));

        var neighbour = await service.NewPerson();
        var byAddress = await neighbour.Posted(At("7  PHO XA."));
        Assert.Equal(first.Id(), await RepeatOf(byAddress));
        Assert.Null(byAddress["history"]!["repeatOf"]);
        var seen = await team.Http.ReadAt($"/api/requests/{byAddress.Id()}");
        Assert.Equal(first.Id(), Guid.Parse(seen["history"]!.Text("repeatOf")));

        await service.Clock.Advance(TimeSpan.FromMinutes(1));
        var helper = await service.NewPerson();
        var byPhone = await helper.Posted(
            Posting.Body(body =>
            {
                body["address"] = "nơi khác";
                body["onBehalfOf"] = new JsonObject
                {
                    ["name"] = "Ông Ba",
                    ["phone"] = person.Phone,
                    ["consent"] = true,
                };
            })
        );
        Assert.Equal(byAccount.Id(), await RepeatOf(byPhone)); // the latest of that phone

        // Another category, another household, or too long ago: no repeat.
        Assert.Null(await RepeatOf(await person.Posted(At("7 phố Xa", "medicine"))));
        Assert.Null(await RepeatOf(await (await service.NewPerson()).Posted(At("8 phố Xa"))));
        await service.Clock.Advance(TimeSpan.FromDays(14.1));
        Assert.Null(await RepeatOf(await person.Posted(At("7 phố Xa"))));

        static JsonObject At(string address, string category = "food") =>
            Posting.Body(body => body["address"] = address, category: category);
    }

    private async Task<double[]> Alone(JsonObject body) =>
        (await (await service.NewPerson()).Posted(body)).Coordinates();

    private Task<Guid?> RepeatOf(JsonNode request) =>
        service.Look<Guid?>(
            "select repeat_of from request_private where request_id = @id",
            new { id = request.Id() }
        );
}
