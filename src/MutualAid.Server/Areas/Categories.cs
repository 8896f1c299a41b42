using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Areas;

/// <summary>The categories: a table that changes with a migration only, so read once.</summary>
public sealed class Categories(PublicDatabase database)
{
    private readonly SemaphoreSlim once = new(1);
    private IReadOnlyList<Category>? read;

    public async ValueTask<IReadOnlyList<Category>> All(CancellationToken stop)
    {
        if (read is { } known)
            return known;
        await once.WaitAsync(stop);
        try
        {
            await using var connection = await database.Open(stop);
            return read ??= await connection.Rows<Category>(
                "select id, code, name_vi, name_en, unit, unit_vi, unit_en, divisible, needs_destination, by_phone from public_category order by id",
                null,
                stop
            );
        }
        finally
        {
            once.Release();
        }
    }

    /// <summary>Null when no category has this code.</summary>
    public async ValueTask<Category?> ByCode(string? code, CancellationToken stop) =>
        (await All(stop)).FirstOrDefault(category => category.Code == code);

    public async ValueTask<Category> ById(short id, CancellationToken stop) =>
        (await All(stop)).First(category => category.Id == id);
}

/// <summary>What is needed and given, and the unit it is counted in.</summary>
public sealed class Category
{
    public short Id { get; init; }
    public required string Code { get; init; }
    public required string NameVi { get; init; }
    public required string NameEn { get; init; }
    public required string Unit { get; init; }
    public required string UnitVi { get; init; }
    public required string UnitEn { get; init; }

    /// <summary>Whether several givers may share one request.</summary>
    public bool Divisible { get; init; }
    public bool NeedsDestination { get; init; }
    public bool ByPhone { get; init; }

    public string Name(string locale) => locale == "vi" ? NameVi : NameEn;

    public string UnitName(string locale) => locale == "vi" ? UnitVi : UnitEn;
}
