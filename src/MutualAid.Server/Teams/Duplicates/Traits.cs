using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Teams.Duplicates;

/// <summary>A live need as it was typed, with what joins it to others.</summary>
internal sealed class TypedNeed
{
    /// <summary><c>@ids, @now</c></summary>
    public const string Select = """
        select r.id, p.address, p.name
        from request r join request_private p on (p.request_id, p.root_area_id) = (r.id, r.root_area_id)
        where r.id = any (@ids) and r.created_at > @now - setting('repeat_days') * interval '1 day'
        """;

    public Guid Id { get; init; }
    public string? Address { get; init; }
    public string? Name { get; init; }
}

/// <summary>What needs are compared by.</summary>
internal static class Traits
{
    private static readonly string[] Titles =
    [
        "chi",
        "anh",
        "co",
        "ba",
        "ong",
        "bac",
        "chu",
        "di",
        "c.",
        "a.",
    ];

    /// <summary>Writes the traits of these needs anew, inside the caller's transaction.</summary>
    /// <param name="ids">Of those that are not among the needs no trait stays.</param>
    public static async Task Write(
        NpgsqlConnection connection,
        Guid[] ids,
        IReadOnlyList<TypedNeed> needs,
        CancellationToken stop
    )
    {
        var read = needs
            .Select(need => (need.Id, Address: WrittenAddress.Read(need.Address), Name: Named(need.Name)))
            .ToList();
        await connection.Execute(
            """
            delete from duplicate_trait where request_id = any (@ids);
            insert into duplicate_trait (request_id, root_area_id, category_id, at, place, account_id, phone_hash, numbers, door, flat, tower,
              street, initials, estate, full_name, given_name)
            select r.id, r.root_area_id, r.category_id, r.created_at, p.place, case when not h.on_behalf then h.account_id end, h.phone_hash,
              n.numbers, n.door, n.flat, n.tower, n.street, n.initials, n.estate, n.full_name, n.given_name
            from unnest(@needs, @numbers, @doors, @flats, @towers, @streets, @initials, @estates, @fulls, @givens)
              n (id, numbers, door, flat, tower, street, initials, estate, full_name, given_name)
            join request r on r.id = n.id
            join request_private p on (p.request_id, p.root_area_id) = (r.id, r.root_area_id)
            join household h on (h.id, h.root_area_id) = (r.household_id, r.root_area_id);
            """,
            new
            {
                ids,
                needs = read.Select(need => need.Id).ToArray(),
                numbers = read.Select(need =>
                        need.Address.Numbers.Length > 0 ? string.Join('/', need.Address.Numbers) : null
                    )
                    .ToArray(),
                doors = read.Select(need => need.Address.Door).ToArray(),
                flats = read.Select(need => need.Address.Flat).ToArray(),
                towers = read.Select(need => need.Address.Tower).ToArray(),
                streets = read.Select(need => need.Address.Street).ToArray(),
                initials = read.Select(need => need.Address.Initials).ToArray(),
                estates = read.Select(need => need.Address.Estate).ToArray(),
                fulls = read.Select(need => need.Name.Full).ToArray(),
                givens = read.Select(need => need.Name.Given).ToArray(),
            },
            stop
        );
    }

    // "Chị Lan" says one name, "Trần Thị Lan" all of them.
    internal static (string? Full, string? Given) Named(string? name)
    {
        string[] words = name is null
            ? []
            : WrittenAddress.Fold(name).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 2 && Titles.Contains(words[0]))
            words = words[1..];
        return words.Length == 0
            ? (null, null)
            : (words.Length > 1 ? string.Join(' ', words) : null, words[^1]);
    }
}
