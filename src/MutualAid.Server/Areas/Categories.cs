using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Areas;

/// <summary>The categories: a table that changes with a migration only, also with one of a newer version that starts beside this one. So read once a minute.</summary>
public sealed class Categories(PublicDatabase database, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim once = new(1);
    private volatile Held? held;

    public async ValueTask<IReadOnlyList<Category>> All(CancellationToken stop)
    {
        if (Fresh() is { } known)
            return known;
        await once.WaitAsync(stop);
        try
        {
            // Whoever was first has read it for all who waited.
            if (Fresh() is { } read)
                return read;
            read = await database.Read(
                reader: null,
                (connection, stop) =>
                    connection.Rows<Category>(
                        "select id, code, name_vi, name_en, unit, unit_vi, unit_en, divisible, needs_destination, by_phone from public_category order by id",
                        null,
                        stop
                    ),
                stop
            );
            held = new Held(read, time.GetTimestamp());
            return read;
        }
        finally
        {
            once.Release();
        }
    }

    /// <summary>Null when no category has this code.</summary>
    public async ValueTask<Category?> ByCode(string? code, CancellationToken stop) =>
        (await All(stop)).FirstOrDefault(category => category.Code == code);

    private IReadOnlyList<Category>? Fresh() =>
        held is { } last && time.GetElapsedTime(last.At) < Kept ? last.All : null;

    private sealed record Held(IReadOnlyList<Category> All, long At);
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

    /// <summary>The one with this code; where a newer version has just added it, one that has nothing but the code to show.</summary>
    public static Category Of(IReadOnlyList<Category> all, string code) =>
        all.FirstOrDefault(one => one.Code == code)
        ?? new Category
        {
            Code = code,
            NameVi = code,
            NameEn = code,
            Unit = "",
            UnitVi = "",
            UnitEn = "",
        };

    public string Name(string locale) => locale == "vi" ? NameVi : NameEn;

    public string UnitName(string locale) => locale == "vi" ? UnitVi : UnitEn;
}
