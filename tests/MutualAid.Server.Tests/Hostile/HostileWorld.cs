using MutualAid.Server.Tests.Matches;

namespace MutualAid.Server.Tests.Hostile;

/// <summary>Whom and what the generated requests speak of: real people, and things that are theirs or somebody else's.</summary>
internal sealed record HostileWorld(Scene Scene, Dictionary<string, Guid> Ids)
{
    public static async Task<HostileWorld> Make(ServiceFixture service)
    {
        var scene = await Scene.Proposed(service);
        return new HostileWorld(
            scene,
            new Dictionary<string, Guid>
            {
                ["requests"] = scene.Request,
                ["offers"] = scene.Offer,
                ["matches"] = scene.Id,
                ["areas"] = Places.EastDistrict,
            }
        );
    }

    /// <summary>Somebody of the scene, or nobody.</summary>
    public Person? Anybody(Random random) =>
        random.Next(5) switch
        {
            0 => null,
            1 => Scene.Giver,
            2 => Scene.Team,
            3 => Scene.Stranger,
            _ => Scene.Receiver,
        };
}
