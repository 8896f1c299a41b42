using MutualAid.OData.PostGis;
using MutualAid.OData.PostGis.Protocol;
using MutualAid.Server.Database;
using MutualAid.Server.Keys;

namespace MutualAid.Server.Interop.OData;

/// <summary><c>/odata</c> for a team's reading key: the public's sets, and the team's for the key's area and those below.</summary>
public sealed class TeamOData(TeamDatabase database, ITokenSeal seal, TimeProvider time)
{
    public ODataService Service { get; } =
        new(TeamModel.Make(), new ODataLimits(), seal, time, Pooler.AheadOf);

    public async Task<ODataAnswer> Answer(ODataRequest request, ReadingKey key, CancellationToken stop) =>
        await Service.Answer(
            request,
            new ODataReader(
                $"{key.KeyId}",
                new Dictionary<string, IReadOnlyList<Guid>>
                {
                    [TeamModel.Areas] = await Reached(key.AreaId, stop),
                }
            ),
            database.Read,
            stop
        );

    // At each request anew: areas are added and divided.
    private Task<IReadOnlyList<Guid>> Reached(Guid area, CancellationToken stop) =>
        database.Read(
            (connection, ahead) =>
                connection.Rows<Guid>(
                    "select id from public_area where ancestors @> array[@area]",
                    new { area },
                    ahead
                ),
            stop
        );
}
