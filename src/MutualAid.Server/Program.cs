using System.CommandLine;
using MutualAid.Server;
using MutualAid.Server.Database;

// One line a command; without one the service is served.
var root = new RootCommand("MutualAid: neighbours look after each other.");
root.SetAction((_, stop) => Commands.Serve(stop));
root.Add(Commands.Of("serve", "Serves the service (as without a command).", Commands.Serve));
root.Add(Commands.Of("migrate", "Brings the database to this version.", Commands.Migrate));

return await Commands.Run(root, args);
