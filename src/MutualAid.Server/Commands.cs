using System.CommandLine;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Recovery;
using MutualAid.Server.Seeding;
using Npgsql;

namespace MutualAid.Server;

/// <summary>What the commands share: settings from the environment, and failures that say what to do.</summary>
public static class Commands
{
    public static Settings ReadSettings() => Settings.FromEnvironment(Environment.GetEnvironmentVariable);

    public static Command Of(string name, string description, Func<CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description);
        command.SetAction((_, stop) => action(stop));
        return command;
    }

    public static async Task<int> Serve(CancellationToken stop)
    {
        var settings = ReadSettings();
        await new Migrator(settings.DirectDatabase, Console.Error.WriteLine).Run(stop);
        if (settings.ThroughPooler)
            await Pooler.Prove(settings, stop);
        await new ErasureLedger(settings).CatchUp(stop);
        bool demo =
            settings.PrivateDemo
            && await DemoCity.Fill(settings, TimeProvider.System, Console.Error.WriteLine, stop);
        await using var app = Service.Create(settings);
        await app.StartAsync(stop);
        Console.WriteLine($"MutualAid serves {string.Join(' ', app.Urls)}");
        if (demo)
            foreach (string line in await DemoCity.Introduce(settings, TimeProvider.System, stop))
                Console.WriteLine(line);
        await app.WaitForShutdownAsync(stop);
        return 0;
    }

    public static async Task<int> Migrate(CancellationToken stop)
    {
        await new Migrator(ReadSettings().DirectDatabase, Console.Error.WriteLine).Run(stop);
        return 0;
    }

    /// <summary>Runs the command; a failure that a person can mend is one line on standard error and exit code 1.</summary>
    public static async Task<int> Run(RootCommand root, string[] args)
    {
        try
        {
            return await root.Parse(args)
                .InvokeAsync(
                    new InvocationConfiguration
                    {
                        EnableDefaultExceptionHandler = false,
                        // Its two seconds would cut off whoever is being answered: the host lets them end within 30 s by itself.
                        ProcessTerminationTimeout = TimeSpan.FromSeconds(35),
                    }
                );
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C, or the stop of ./run, while something was still starting.
            return 130;
        }
        catch (Exception e)
            when (e
                    is SettingsException
                        or MigrationException
                        or CommandException
                        or SeedException
                        or ImportException
            )
        {
            await Console.Error.WriteLineAsync(e.Message);
        }
        // 08P01: PgBouncer takes no options at a session's start.
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ProtocolViolation)
        {
            await Console.Error.WriteLineAsync($"{e.MessageText}. {Pooler.DirectIsMissing}");
        }
        catch (NpgsqlException e)
        {
            await Console.Error.WriteLineAsync(
                $"The database cannot be used: {e.Message}. Check MUTUALAID_DATABASE and that PostgreSQL runs."
            );
        }
        catch (IOException e)
            when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync(
                $"{e.Message} Another program listens there; choose another address: MUTUALAID_URLS=http://localhost:5081 ./run"
            );
        }
        return 1;
    }
}

/// <summary>A command was asked for something that cannot be; the message says what can.</summary>
public sealed class CommandException(string message) : Exception(message);
