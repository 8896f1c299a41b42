using System.Net;

namespace MutualAid.Server.Tests.Faults;

/// <summary>Something that is to be done, on a scene made for it alone: again and again until it is done.</summary>
/// <param name="Try">Null: it is to be tried again. With a patience, after which it is given up.</param>
/// <param name="Keyed">Whether it may be sent again afterwards, under the same key, and is told the same.</param>
/// <param name="Late">What else may be said to whoever was not told the first time that it was done.</param>
internal sealed record Act(Func<TimeSpan?, Task<Told?>> Try, bool Keyed, HttpStatusCode? Late = null);

/// <summary>The last answer.</summary>
internal sealed record Told(HttpStatusCode Status, string Body);

/// <summary>
/// Does the same on ever new scenes, with a fault at each exchange with the database in turn, and compares what is left and
/// what is told with what it is without a fault.
/// </summary>
internal sealed class AtEveryStatement(FaultService service, Func<Task<Act>> prepare)
{
    // In a short run the two conflicts, which are met by the same code, take turns, and a cut before a statement is left to the
    // cut after the one before it: the database is left the same.
    private static readonly Fault[] AtEach = Seeds.Long
        ? [Fault.Serialization, Fault.Deadlock, Fault.CutBefore, Fault.CutAfter]
        : [Fault.Serialization, Fault.CutAfter];

    private string whole = "";
    private Told told = null!;

    /// <summary>How many exchanges there are, and how many faults they met.</summary>
    public async Task<(int Exchanges, int Faults)> Run()
    {
        await Done(await prepare(), null); // sessions are open, and plans are made
        (whole, told) = await Done(await prepare(), null);
        Assert.True((int)told.Status < 300, $"{told.Status}: {told.Body}");
        Assert.NotEmpty(whole);

        var (faults, last) = (0, 0);
        foreach (var fault in AtEach)
            for (int exchange = 1; await Meets(Turn(fault, exchange), exchange); exchange++)
                (faults, last) = (faults + 1, exchange);
        Assert.True(await Meets(Fault.Silence, last));
        await service.InvariantsHold();
        return (last, faults + 1);
    }

    private static Fault Turn(Fault fault, int exchange) =>
        !Seeds.Long && fault == Fault.Serialization && exchange % 2 == 0 ? Fault.Deadlock : fault;

    // False: it was over before so many exchanges.
    private async Task<bool> Meets(Fault fault, int exchange)
    {
        var act = await prepare();
        service.Wire.Arm(fault, exchange);
        var (left, answer) = await Done(act, fault == Fault.Silence ? TimeSpan.FromMilliseconds(400) : null);
        string? struck = service.Wire.Struck;
        service.Wire.Disarm();
        if (struck is null)
            return false;

        string where = $"{fault} at {exchange}, {struck}";
        Assert.True(whole == left, $"{where}:\n{left}\n\nand without a fault\n{whole}");
        Assert.True(
            answer.Status == told.Status || answer.Status == act.Late,
            $"{where}: {answer.Status} {answer.Body}"
        );
        if (act.Keyed)
        {
            var (nothing, again) = await Done(act, null);
            Assert.True(nothing.Length == 0, $"{where}, and sent again:\n{nothing}");
            Assert.Equal(answer, again);
        }
        return true;
    }

    private async Task<(string Left, Told Told)> Done(Act act, TimeSpan? patience)
    {
        Told? answer = null;
        string left = await service.Changes.By(async () =>
        {
            for (int tries = 0; answer is null; tries++)
            {
                Assert.True(tries < 60, "it is never done");
                // A session that was cut holds the key's lock until PostgreSQL hears of it: on a busy machine not at once.
                if (tries > 1)
                    await Task.Delay(20 * tries);
                answer = await act.Try(tries == 0 ? patience : null);
            }
        });
        return (left, answer!);
    }
}
