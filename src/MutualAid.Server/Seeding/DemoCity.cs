using MutualAid.Seed;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;

namespace MutualAid.Server.Seeding;

/// <summary>The city of <c>./run</c>'s private cluster: 120 wards, 3,000 requests in every state, and four people to sign in as.</summary>
public static class DemoCity
{
    /// <summary>Fills the private demo's database when nothing is in it; a fill that was broken off is done again.</summary>
    /// <returns>Whether this database has the demo people.</returns>
    /// <exception cref="SettingsException">A database of one's own: the demo is none of its business.</exception>
    public static async Task<bool> Fill(
        Settings settings,
        TimeProvider time,
        Action<string> say,
        CancellationToken stop
    )
    {
        if (!settings.PrivateDemo)
            throw new SettingsException(
                "The demo city is for the private cluster of ./run. To fill a database of your own with synthetic data, run: ./run seed"
            );
        await using var database = new BulkDatabase(settings);
        await using (var connection = await database.Open(stop))
        {
            if (
                await connection.Value<bool>(
                    "select exists (select 1 from account_private where phone = @phone)",
                    new { phone = $"{People.Range}{1:D7}" },
                    stop
                )
            )
                return true;
            // Somebody has begun to use it for something else: areas of their own, or a seed by hand.
            if (
                await connection.Value<bool>(
                    "select exists (select 1 from area where not synthetic) or exists (select 1 from seed_run where seed <> @Seed)",
                    new { SeedOptions.Demo.Seed },
                    stop
                )
            )
                return false;
        }
        say("filling the database with the demo city …");
        await new Seeder(settings, time, say).Run(SeedOptions.Demo with { Again = true }, stop);
        await MakePeople(database, new Households(settings), time.GetUtcNow(), stop);
        return true;
    }

    private static async Task MakePeople(
        BulkDatabase database,
        Households households,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var people = new DemoPeople(new SyntheticCity(), now);
        await using var connection = await database.Open(stop);
        await BatchWriter.Write(
            connection,
            households,
            people.Batch,
            stop,
            () =>
                connection.Execute(
                    """
                    insert into role_grant (id, account_id, role, area_id, granted_at)
                    select r.id, r.account_id, r.role, a.id, @now
                    from (values (@leadGrant, @lead, 'teamLead', @WardCode), (@operatorGrant, @operator, 'operator', @ProvinceCode)) r (id, account_id, role, code)
                    join area a on a.code = r.code and a.synthetic and a.valid_to is null
                    """,
                    new
                    {
                        leadGrant = Guid.CreateVersion7(now),
                        lead = people.TeamLead.Id,
                        operatorGrant = Guid.CreateVersion7(now),
                        @operator = people.Operator.Id,
                        DemoPeople.WardCode,
                        SyntheticCity.ProvinceCode,
                        now,
                    },
                    stop
                )
        );
    }

    /// <summary>Who can be signed in as, with codes that are good for ten minutes.</summary>
    public static async Task<IReadOnlyList<string>> Introduce(
        Settings settings,
        TimeProvider time,
        CancellationToken stop
    )
    {
        await using var database = new ServiceDatabase(settings);
        var lines = new List<string>
        {
            "Sign in as one of these. Codes are good for ten minutes; ./run code PHONE makes a new one.",
        };
        foreach (
            var (who, number) in ((string, int)[])
                [("resident", 1), ("neighbour", 2), ("team lead", 3), ("operator", 4)]
        )
        {
            string phone = $"{People.Range}{number:D7}";
            var codes = await CodeCommand.Run(settings, database, phone, time.GetUtcNow(), stop);
            lines.Add(
                $"  {who, -10} 0{phone[3..]}  code {codes.Code}{(codes.Totp is null ? "" : $"  second factor {codes.Totp}")}  attempt {codes.Attempt}"
            );
        }
        return lines;
    }
}
