namespace MutualAid.Server.Tests.Matches;

/// <summary>One match between two people, with the team of the request's ward and a stranger looking on.</summary>
internal sealed record Scene(
    Guid Id,
    Guid Request,
    Guid Offer,
    Person Giver,
    Person Receiver,
    Person Team,
    Person Stranger
)
{
    /// <summary>Of the match; the request needs two more, the offer has seventeen more.</summary>
    internal const int Units = 3;
    internal const string Code = "246810";

    internal Person As(string party) =>
        party switch
        {
            "giver" => Giver,
            "receiver" => Receiver,
            "team" => Team,
            _ => Stranger,
        };

    /// <summary>A match that has come to this state by the door's own steps.</summary>
    internal static async Task<Scene> InState(
        ServiceFixture service,
        string state,
        bool divisible = true,
        bool claimed = false
    )
    {
        var scene = await Proposed(service, divisible);
        Task Step(string step, string by) => scene.Step(service, step, by);
        switch (state)
        {
            case "declined":
                await Step("decline", "giver");
                return scene;
            case "proposed":
                return scene;
        }
        await Step("accept", "giver");
        if (state is "onTheWay" or "delivered" or "confirmed")
            await Step("setOut", "giver");
        if (state is "delivered" or "confirmed")
            await Step("deliver", "giver");
        if (state is "confirmed")
            await Step("confirm", "receiver");
        if (state is "withdrawn")
            await Step("withdraw", "receiver");
        if (state is "failed")
            await Step("fail", "giver");
        if (state is "lapsed")
        {
            await service.Look<int>("update match set due_by = created_at where id = @Id", new { scene.Id });
            await Step("lapse", "clock");
        }
        Assert.Equal(
            state,
            await service.Look<string>("select status from match where id = @Id", new { scene.Id })
        );
        return scene;
    }

    internal static async Task<Scene> Proposed(ServiceFixture service, bool divisible = true)
    {
        var receiver = await service.NewPerson();
        var giver = await service.NewPerson();
        var request = await service.GivenRequest(
            receiver,
            quantity: divisible ? Units + 2 : Units,
            divisible: divisible
        );
        var offer = await service.GivenOffer(giver, capacity: 20, perDay: 20);
        return new Scene(
            await service.GivenProposal(offer, request, Units),
            request,
            offer,
            giver,
            receiver,
            await service.NewPerson("Tổ trưởng", ("teamLead", Places.EastDistrict)),
            await service.NewPerson("Người lạ", ("teamLead", Places.WestDistrict))
        );
    }

    internal async Task Step(ServiceFixture service, string step, string by)
    {
        Guid? actor = by is "clock" or "system" ? null : As(by).Id;
        Assert.Equal("done", await service.Step(Id, step, by, actor, step == "accept" ? Code : null));
    }
}
