using System.Net;
using MutualAid.Server.Tests.Matches;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Accounts;

/// <summary>After a long silence a number may be somebody else's: private data opens after a fresh code.</summary>
public sealed class SilenceTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_session_that_was_silent_too_long_opens_nothing_private_until_a_code_came()
    {
        await service.Look<int>("update setting set value = 30 where key = 'silence_days'");
        var scene = await Scene.InState(service, "accepted");
        string[] giver = [$"/api/matches/{scene.Id}/contact", "/api/me/export"];
        string[] owner =
        [
            $"/api/matches/{scene.Id}/contact",
            $"/api/requests/{scene.Request}",
            "/api/requests/mine",
            "/api/me/export",
        ];
        foreach (string path in giver)
            await scene.Giver.Get(path).Is(HttpStatusCode.OK);
        using var visitor = await Visitor.Of(service, scene.Giver);
        await service.Clock.Advance(TimeSpan.FromDays(31));
        await service.Look<int>(
            "update match set due_by = @due; update request set expires_at = @due",
            new { due = service.Clock.GetUtcNow() + TimeSpan.FromDays(1) }
        );
        foreach (string path in giver)
            await scene.Giver.Get(path).IsProblem(401, "confirmPhone");
        foreach (string path in owner)
            await scene.Receiver.Get(path).IsProblem(401, "confirmPhone");
        // What is not private is still theirs.
        await scene.Giver.Get("/api/me").Is(HttpStatusCode.OK);

        string contact = $"/matches/{scene.Id}/contact";
        string asks = $"/sign-in?return={Uri.EscapeDataString(contact)}";
        (await visitor.Get(contact)).Leads(asks);
        Assert.Contains(
            "Confirm it",
            (await visitor.Get(asks)).Is(HttpStatusCode.OK).Text,
            StringComparison.Ordinal
        );
        (await visitor.SignIn(service, scene.Giver.Phone)).Leads(contact);
        (await visitor.Get(contact)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task no_session_lives_longer_than_ninety_days_whatever_it_is_used_for()
    {
        var person = await service.NewPerson();
        using var visitor = await Visitor.Of(service, person);
        for (int i = 0; i < 9; i++)
        {
            await service.Clock.Advance(TimeSpan.FromDays(10));
            if (i < 8)
                await person.Get("/api/me").Is(HttpStatusCode.OK);
        }
        await person.Get("/api/me").IsProblem(401, "tokenUnknown");
        (await visitor.Get("/me")).Leads("/sign-in?return=%2Fme");
    }
}
