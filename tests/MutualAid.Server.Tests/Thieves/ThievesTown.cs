using MutualAid.Server.Tests.Matching;
using MutualAid.Server.Tests.Privacy;

namespace MutualAid.Server.Tests.Thieves;

/// <summary>A need, and where it truly is (degrees): what the thief is after, or, of the thief's own, knows.</summary>
internal sealed record HiddenNeed(Guid Id, double Lon, double Lat, bool OfThief);

/// <summary>
/// A province of its own with needs four cells apart, each somewhere in its cell. So far apart that the thief's offer beside one
/// reaches no other: nothing blurs what it sees, which makes it stronger than it would be in a city.
/// </summary>
internal sealed class ThievesTown(ServiceFixture service)
{
    /// <summary>Every so many needs are the thief's own, posted to learn which of all that is seen tells anything.</summary>
    private const int OwnEvery = 18;

    private const int CellsApart = 4;
    private const int InARow = 33;
    private static readonly Cell First = Cell.Of(107.1, 15.1);

    private const string Province = """
        insert into area (id, parent_id, root_id, code, name, level, boundary)
        select v.id::uuid, v.parent::uuid, '01900000-0000-7000-8000-000000000004', v.code, v.name, v.level,
               st_multi(st_makeenvelope(107.0, 15.0, 107.6, 15.6, 4326))::geography
        from (values ('01900000-0000-7000-8000-000000000004', null, '04', 'Tỉnh Trộm', 'province'),
                     ('01900000-0000-7000-8000-000000000027', '01900000-0000-7000-8000-000000000004', '00027', 'Phường Trộm', 'ward')
             ) v (id, parent, code, name, level);
        select area_refresh('01900000-0000-7000-8000-000000000004');
        """;

    public static readonly Guid Ward = Guid.Parse("01900000-0000-7000-8000-000000000027");

    public IReadOnlyList<HiddenNeed> Needs { get; private set; } = [];

    /// <summary>So many needs of others, and some of the thief's.</summary>
    public async Task Make(int others, Random random)
    {
        await service.Execute(Province);
        var owners = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => service.NewPerson()));
        int all = others + (others + OwnEvery - 2) / (OwnEvery - 1);
        var spots = Enumerable
            .Range(0, all)
            .Select(number => CellOf(number).At(random.NextDouble(), random.NextDouble()))
            .ToList();
        var ids = new Guid[all];
        await Parallel.ForAsync(
            0,
            all,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) =>
                ids[number] = await service.GivenRequest(
                    owners[number % owners.Length],
                    quantity: 1,
                    lon: spots[number].Lon,
                    lat: spots[number].Lat,
                    expiresIn: TimeSpan.FromDays(30)
                )
        );
        Needs =
        [
            .. ids.Select(
                (id, number) =>
                    new HiddenNeed(id, spots[number].Lon, spots[number].Lat, number % OwnEvery == 0)
            ),
        ];
    }

    private static Cell CellOf(int number)
    {
        double north = number / InARow * CellsApart * (First.North - First.South);
        return Cell.Of(First.Centre.Lon, First.Centre.Lat + north).Further(number % InARow * CellsApart);
    }
}
