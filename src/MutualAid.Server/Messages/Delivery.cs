using System.Security.Cryptography;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Messages;

/// <summary>
/// Hands the outbox to the sender. A message is taken for a while in a short transaction, sent outside of any, and marked:
/// one whose server dies in between is taken again, so each is sent at least once, and the same id tells the gateway.
/// </summary>
public sealed class Delivery(
    Outbox outbox,
    Sender send,
    ServiceDatabase database,
    TimeProvider time,
    ILogger<Delivery> log
) : BackgroundService
{
    private const int Batch = 32;
    private const int AtOnce = 8;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(250);

    // Longer than the gateway's time-out for a whole batch: nobody else takes what is still being sent.
    private static readonly TimeSpan Taken = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        bool away = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                int sent = await Pass(stoppingToken);
                if (away)
                    log.LogInformation("messages are being sent again");
                away = false;
                if (sent < Batch)
                    await outbox.Waiting(Turn, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Said once, not four times a second for as long as the database is away.
                if (!away)
                    log.LogWarning("messages wait: {Kind}", e.GetType().Name);
                away = true;
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Sends what is due; returns how many messages it took.</summary>
    public async Task<int> Pass(CancellationToken stop)
    {
        IReadOnlyList<Row> rows;
        await using (var connection = await database.Open(stop))
            rows = await Take(connection, stop);
        await Parallel.ForEachAsync(
            rows,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
            async (row, cancelled) => await Send(row, cancelled)
        );
        return rows.Count;
    }

    private async Task<IReadOnlyList<Row>> Take(NpgsqlConnection connection, CancellationToken stop) =>
        await connection.Rows<Row>(
            """
            update outbox o set send_after = @until, attempts = o.attempts + 1
            from (
              select id from outbox
              where handed_off_at is null and failed_at is null and send_after <= @now
              order by kind <> 'code', send_after limit @Batch
              for update skip locked
            ) due
            where o.id = due.id
            returning o.id, o.kind, o.channel, o.recipient, o.body, o.attempts, o.give_up_at
            """,
            new
            {
                now = time.GetUtcNow(),
                until = time.GetUtcNow() + Taken,
                Batch,
            },
            stop
        );

    private async Task Send(Row row, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        if (now >= row.GiveUpAt)
        {
            log.LogWarning(
                "message {Id} ({Kind}) given up after {Attempts} tries",
                row.Id,
                row.Kind,
                row.Attempts - 1
            );
            await Mark(row.Id, "failed_at = @now, recipient = null, body = null", now, now, stop);
            return;
        }
        try
        {
            var message = new Message(
                row.Id,
                outbox.Seal.OpenText(row.Recipient, $"{row.Id}/recipient"),
                row.Channel,
                outbox.Seal.OpenText(row.Body, $"{row.Id}/body")
            );
            await send(message, stop);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // Kind and status only: a gateway's own words may quote the message.
            log.LogWarning(
                "message {Id} ({Kind}) not taken, try {Attempts}: {Failure} {Status}",
                row.Id,
                row.Kind,
                row.Attempts,
                e.GetType().Name,
                (e as HttpRequestException)?.StatusCode
            );
            await Mark(row.Id, "send_after = @next", now, now + Pause(row.Attempts), stop);
            return;
        }
        await Mark(row.Id, "handed_off_at = @now, recipient = null, body = null", now, now, stop);
    }

    // 2, 4, 8 … seconds, at most ten minutes; up to half as much again, so that a gateway that comes back is not met by all at once.
    private static TimeSpan Pause(int attempts) =>
        TimeSpan.FromSeconds(Math.Min(600, Math.Pow(2, Math.Min(attempts, 10))))
        * (1 + RandomNumberGenerator.GetInt32(500) / 1000.0);

    private async Task Mark(
        Guid id,
        string what,
        DateTimeOffset now,
        DateTimeOffset next,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        await connection.Execute(
            $"update outbox set {what} where id = @id and handed_off_at is null",
            new
            {
                id,
                now,
                next,
            },
            stop
        );
    }

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string Kind { get; init; } = "";
        public string Channel { get; init; } = "";
        public byte[] Recipient { get; init; } = [];
        public byte[] Body { get; init; } = [];
        public int Attempts { get; init; }
        public DateTimeOffset GiveUpAt { get; init; }
    }
}
