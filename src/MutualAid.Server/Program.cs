using System.CommandLine;
using MutualAid.Server;
using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Jobs;
using MutualAid.Server.Recovery;
using MutualAid.Server.Requests;
using MutualAid.Server.Rounds;
using MutualAid.Server.Seeding;

// One line a command; without one the service is served.
var root = new RootCommand("MutualAid: neighbours look after each other.");
root.SetAction((_, stop) => Commands.Serve(stop));
root.Add(Commands.Of("serve", "Serves the service (as without a command).", Commands.Serve));
root.Add(Commands.Of("migrate", "Brings the database to this version.", Commands.Migrate));
root.Add(
    Commands.Of(
        "match-once",
        "Rounds until nothing more can be proposed, and the figures.",
        RoundsFeature.MatchOnce
    )
);
root.Add(JobsFeature.SweepCommand());
root.Add(GrantCommand.Command());
root.Add(CodeCommand.Command());
root.Add(BackupCommand.Make());
root.Add(RestoreCommand.Make());
root.Add(RestoreCommand.MakeAfterRecovery());
root.Add(SeedCommand.Make());
root.Add(SimulateCommand.Make());
root.Add(ImportAreasCommand.Make());
root.Add(ImportRequestsCommand.Make());

return await Commands.Run(root, args);
