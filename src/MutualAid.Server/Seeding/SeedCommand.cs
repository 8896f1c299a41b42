using System.CommandLine;
using MutualAid.Server.Database;

namespace MutualAid.Server.Seeding;

/// <summary><c>seed</c>: the synthetic city, or as much of it as is asked for.</summary>
public static class SeedCommand
{
    public static Command Make()
    {
        var requests = new Option<int>("--requests")
        {
            Description = "How many requests.",
            DefaultValueFactory = _ => SeedOptions.Demo.Requests,
        };
        var offers = new Option<int?>("--offers")
        {
            Description = "How many standing offers; one for five requests when not said.",
        };
        var seed = new Option<long>("--seed")
        {
            Description = "The same number makes the same city.",
            DefaultValueFactory = _ => SeedOptions.Demo.Seed,
        };
        var live = new Option<int>("--live")
        {
            Description = "Percent of the posts that have not ended.",
            DefaultValueFactory = _ => 40,
        };
        var again = new Option<bool>("--again")
        {
            Description = "Once more with a seed that was used before.",
        };
        var force = new Option<bool>("--force")
        {
            Description = "Also into a database that real people use.",
        };
        requests.Between(0, 10_000_000);
        offers.Between(0, 10_000_000);
        live.Between(0, 100);

        var command = new Command(
            "seed",
            "Fills the database with a synthetic city, its people, needs and offers."
        )
        {
            requests,
            offers,
            seed,
            live,
            again,
            force,
        };
        command.SetAction(
            async (parsed, stop) =>
            {
                var settings = Commands.ReadSettings();
                await new Migrator(settings.DirectDatabase, Console.Error.WriteLine).Run(stop);
                int count = parsed.GetValue(requests);
                await new Seeder(settings, TimeProvider.System, Console.Error.WriteLine).Run(
                    new SeedOptions(
                        count,
                        parsed.GetValue(offers) ?? count / 5,
                        parsed.GetValue(seed),
                        parsed.GetValue(again),
                        parsed.GetValue(force),
                        parsed.GetValue(live) / 100.0
                    ),
                    stop
                );
                return 0;
            }
        );
        return command;
    }
}
