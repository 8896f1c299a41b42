using System.CommandLine;
using System.Globalization;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary><c>grant PHONE ROLE AREA</c>: the first roles of a service, given by whoever can start it.</summary>
public static class GrantCommand
{
    /// <summary>Every role there is.</summary>
    internal static readonly string[] Roles =
    [
        "teamMember",
        "teamLead",
        "operator",
        "moderator",
        "administrator",
    ];

    public static Command Command()
    {
        var phone = new Argument<string>("phone") { Description = "In any Vietnamese spelling." };
        var role = new Argument<string>("role") { Description = string.Join(", ", Roles) };
        var area = new Argument<string>("area") { Description = "An area's code or id." };
        var command = new Command("grant", "Gives a role on an area; the account is made when there is none.")
        {
            phone,
            role,
            area,
        };
        command.SetAction(
            async (parsed, stop) =>
            {
                await using var database = new ServiceDatabase(Commands.ReadSettings());
                string done = await Run(
                    database,
                    parsed.GetRequiredValue(phone),
                    parsed.GetRequiredValue(role),
                    parsed.GetRequiredValue(area),
                    TimeProvider.System.GetUtcNow(),
                    stop
                );
                await Console.Out.WriteLineAsync(done);
                return 0;
            }
        );
        return command;
    }

    /// <summary>Grants the role; returns a line that says so.</summary>
    /// <exception cref="CommandException">What is wrong with the number, the role or the area, and what would be right.</exception>
    public static async Task<string> Run(
        ServiceDatabase database,
        string phone,
        string role,
        string area,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var number = Phone.Read(phone, out _);
        if (number is not { Mobile: true })
            throw new CommandException(
                $"'{phone}' is not a Vietnamese mobile number. Write it like 0912345678."
            );
        if (!Roles.Contains(role))
            throw new CommandException($"There is no role '{role}'. One of: {string.Join(", ", Roles)}.");
        return await database.Transaction(
            async connection =>
            {
                var found = await Find(connection, area, stop);
                var account = await Account.OfPhone(connection, number.E164, "vi", now, stop);
                int made = await connection.Execute(
                    """
                    insert into role_grant (id, account_id, role, area_id, granted_at) values (@id, @account, @role, @areaId, @now)
                    on conflict (account_id, role, area_id) where revoked_at is null do update
                    set ends_at = null, granted_at = @now, granted_by = null where role_grant.ends_at is not null
                    """,
                    new
                    {
                        id = Guid.CreateVersion7(now),
                        account,
                        role,
                        areaId = found.Id,
                        now,
                    },
                    stop
                );
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{number} {(made == 1 ? "is now" : "was already")} {role} of {found.Name} ({found.Code})."
                );
            },
            stop
        );
    }

    private static async Task<Area> Find(NpgsqlConnection connection, string area, CancellationToken stop)
    {
        var found = await connection.Rows<Area>(
            """
            select id, code, concat_ws(', ', name, nullif(path, '')) as name from area
            where (id = @id or code = @area) and valid_to is null order by root_id, code, id limit 20
            """,
            new { area, id = Guid.TryParse(area, out var id) ? id : (Guid?)null },
            stop
        );
        return found.Count switch
        {
            1 => found[0],
            0 => throw new CommandException(
                $"There is no area with the code or id '{area}'. Look it up: /api/areas?q=NAME"
            ),
            _ => throw new CommandException(
                $"Several areas have the code '{area}'; give the id instead:\n"
                    + string.Join('\n', found.Select(one => $"  {one.Id}  {one.Name}"))
            ),
        };
    }

    private sealed class Area
    {
        public Guid Id { get; init; }
        public string Code { get; init; } = "";
        public string Name { get; init; } = "";
    }
}
