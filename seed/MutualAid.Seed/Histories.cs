namespace MutualAid.Seed;

/// <summary>Tells what happened to each request, as matches through the product's steps, with every unit accounted for.</summary>
internal sealed class Histories(Givers givers, Dice dice, DateTimeOffset now)
{
    public List<SeedMatch> Matches { get; } = [];

    public void Tell(SeedRequest request, Fate fate)
    {
        var asked = new HashSet<Guid>();
        var end = fate < Fate.Fulfilled ? now : request.CreatedAt + request.Category.Expiry;
        if (dice.Chance(0.12))
            Tries(request, end, asked);
        switch (fate)
        {
            case Fate.Asked:
                int proposals = request.Urgency.MostProposals > 1 ? dice.Between(1, 3) : 1;
                for (int i = 0; i < proposals; i++)
                    Propose(request, asked);
                break;
            case Fate.Partly when request.Divisible && request.Quantity > 1:
                Carry(
                    request,
                    dice.Between(1, request.Quantity - 1),
                    dice.Pick(["accepted", "onTheWay", "delivered", "confirmed"]),
                    now,
                    asked
                );
                break;
            case Fate.Matched:
                foreach (int units in Parts(request))
                    Carry(request, units, "accepted", now, asked);
                break;
            case Fate.InDelivery:
                string first = dice.Pick(["onTheWay", "delivered"]);
                foreach (int units in Parts(request))
                {
                    Carry(request, units, first, now, asked);
                    first = dice.Pick(["accepted", "onTheWay", "delivered", "confirmed"]);
                }
                break;
            case Fate.Fulfilled:
                foreach (int units in Parts(request))
                    Carry(request, units, "confirmed", end, asked);
                End(
                    request,
                    "fulfilled",
                    null,
                    Matches.Last(m => m.Request == request && m.Status == "confirmed").EndedAt!.Value
                );
                break;
            case Fate.Expired:
                End(request, "expired", null, request.ExpiresAt.AddMinutes(dice.Between(0.1, 5)));
                break;
            case Fate.Withdrawn:
                WithItsMatch(
                    request,
                    "withdrawn",
                    dice.Pick(Texts.WithdrawReasons),
                    "requestWithdrawn",
                    end,
                    asked
                );
                break;
            case Fate.Closed:
                WithItsMatch(request, "closed", dice.Pick(Texts.CloseReasons), "requestClosed", end, asked);
                break;
        }
    }

    private static void End(SeedRequest request, string status, string? reason, DateTimeOffset at)
    {
        request.EndStatus = status;
        request.EndReason = reason;
        request.EndedAt = at;
    }

    // Who ends a request ends the match that was on its way with it.
    private void WithItsMatch(
        SeedRequest request,
        string status,
        string reason,
        string matchReason,
        DateTimeOffset end,
        HashSet<Guid> asked
    )
    {
        var at = dice.Between(request.CreatedAt + (end - request.CreatedAt) / 2, end);
        if (dice.Chance(0.2))
            Carry(request, request.Quantity, "withdrawn", at, asked, matchReason);
        End(request, status, reason, at);
    }

    // The units of each giver: most needs are met by one.
    private int[] Parts(SeedRequest request)
    {
        if (!request.Divisible || request.Quantity < 2 || dice.Chance(0.8))
            return [request.Quantity];
        int first = dice.Between(1, request.Quantity - 1);
        return [first, request.Quantity - first];
    }

    private void Propose(SeedRequest request, HashSet<Guid> asked)
    {
        var at = dice.Between(Later(request.CreatedAt, now - 0.8 * request.Urgency.RespondWithin), now);
        if (givers.Find(request, request.Quantity, at, live: true, asked) is not { } found)
            return;
        asked.Add(found.Offer.AccountId);
        Add(
            new SeedMatch(
                dice.Id(at),
                request,
                found.Offer,
                found.Trip,
                request.Quantity,
                LocalDay.Of(at),
                "proposed",
                Origin(),
                at
            )
            {
                RespondBy = at + request.Urgency.RespondWithin,
            }
        );
    }

    /// <summary>A match that was accepted and went as far as this.</summary>
    /// <param name="until">Nothing of it happened later.</param>
    private void Carry(
        SeedRequest request,
        int units,
        string status,
        DateTimeOffset until,
        HashSet<Guid> asked,
        string? reason = null
    )
    {
        bool live = status is "accepted" or "onTheWay";
        var due = request.Urgency.DueWithin;
        var from = request.CreatedAt;
        // What still counts as promised must not be overdue, what waits for its confirmation not older than the clock allows.
        if (live)
            from = Later(from, now - 0.8 * due);
        else if (status == "delivered")
            from = Later(from, now - TimeSpan.FromHours(40));
        var accepted = dice.Between(from, from + 0.7 * (until - from));
        if (status == "lapsed" && accepted + due > now)
            return;
        bool claimed = dice.Chance(0.15);
        var created = claimed
            ? accepted
            : dice.Between(Later(from, accepted - request.Urgency.RespondWithin), accepted);
        var found = claimed ? null : givers.Find(request, units, created, live, asked);
        if (found is null)
            created = accepted;
        var offer = found?.Offer ?? givers.Claim(request, units, accepted, live, asked);
        asked.Add(offer.AccountId);

        var setOut = dice.Between(accepted, Sooner(until, accepted + 0.5 * due));
        var delivered = dice.Between(setOut, Sooner(until, accepted + due));
        var confirmed = dice.Between(delivered, Sooner(until, delivered.AddHours(47)));
        bool gone =
            status is "onTheWay" or "delivered" or "confirmed"
            || (status is "failed" && reason != "disputed" && dice.Chance(0.5));
        bool handedOver = status is "delivered" or "confirmed" || reason == "disputed";
        Add(
            new SeedMatch(
                dice.Id(created),
                request,
                offer,
                found?.Trip ?? dice.Id(created),
                units,
                LocalDay.Of(created),
                status,
                found is null ? "claim" : Origin(),
                created
            )
            {
                EndReason = status switch
                {
                    "withdrawn" or "failed" => reason,
                    "lapsed" => "noStep",
                    _ => null,
                },
                EndedBy = (status, reason) switch
                {
                    ("lapsed", _) => "clock",
                    ("failed", "disputed") => "receiver",
                    ("failed", _) or ("withdrawn", "cannotCome") => "giver",
                    ("withdrawn", _) => "system",
                    _ => null,
                },
                RespondBy = found is null ? null : created + request.Urgency.RespondWithin,
                AcceptedAt = accepted,
                DueBy = accepted + due,
                SetOutAt = gone || handedOver ? setOut : null,
                DeliveredAt = handedOver ? delivered : null,
                ConfirmedAt = status == "confirmed" ? confirmed : null,
                EndedAt = status switch
                {
                    "accepted" or "onTheWay" or "delivered" => null,
                    "lapsed" => accepted + due,
                    "withdrawn" => until,
                    _ => confirmed,
                },
                HandOverCode = $"{dice.Between(0, 999_999):D6}",
            }
        );
    }

    // What came to nothing before: no answer, a no, a giver who could not come, a parcel that never arrived.
    private void Tries(SeedRequest request, DateTimeOffset end, HashSet<Guid> asked)
    {
        var until = dice.Between(request.CreatedAt, end);
        int kind = dice.Weighted([0.35, 0.25, 0.10, 0.10, 0.08, 0.07, 0.05]);
        switch (kind)
        {
            case 0:
                Unanswered(request, "declined", dice.Pick(Texts.DeclineReasons), until, asked);
                break;
            case 1:
                Unanswered(request, "lapsed", "noAnswer", until, asked);
                break;
            case 2:
                Unanswered(request, "withdrawn", "offerPaused", until, asked);
                break;
            case 3:
                Carry(request, request.Quantity, "lapsed", until, asked);
                break;
            case 4:
                Carry(request, request.Quantity, "withdrawn", until, asked, "cannotCome");
                break;
            case 5:
                Carry(request, request.Quantity, "failed", until, asked, dice.Pick(Texts.FailReasons));
                break;
            default:
                Carry(request, request.Quantity, "failed", until, asked, "disputed");
                break;
        }
    }

    private void Unanswered(
        SeedRequest request,
        string status,
        string reason,
        DateTimeOffset until,
        HashSet<Guid> asked
    )
    {
        var at = dice.Between(request.CreatedAt, until);
        if (givers.Find(request, request.Quantity, at, live: false, asked) is not { } found)
            return;
        asked.Add(found.Offer.AccountId);
        var respondBy = at + request.Urgency.RespondWithin;
        // The clock lets nothing lapse early.
        if (status == "lapsed" && respondBy > now)
            return;
        Add(
            new SeedMatch(
                dice.Id(at),
                request,
                found.Offer,
                found.Trip,
                request.Quantity,
                LocalDay.Of(at),
                status,
                Origin(),
                at
            )
            {
                EndReason = reason,
                EndedBy = status switch
                {
                    "declined" => "giver",
                    "lapsed" => "clock",
                    _ => "system",
                },
                RespondBy = respondBy,
                EndedAt = status == "lapsed" ? respondBy : dice.Between(at, Sooner(respondBy, until)),
            }
        );
    }

    // Where the units of a match in this state stand: product.md's arithmetic.
    private void Add(SeedMatch match)
    {
        Matches.Add(match);
        givers.Note(match);
        var (request, offer, units) = (match.Request, match.Offer, match.Units);
        switch (match.Status)
        {
            case "proposed":
                offer.Held += units;
                break;
            case "accepted" or "onTheWay":
                request.Promised += units;
                request.UnderWay += match.Status == "onTheWay" ? units : 0;
                offer.Promised += units;
                break;
            case "delivered" or "confirmed":
                request.Delivered += units;
                request.Confirmed += match.Status == "confirmed" ? units : 0;
                offer.Given += units;
                break;
            case "failed" when match.DeliveredAt is not null:
                offer.Given += units;
                break;
            default:
                units = 0;
                break;
        }
        if (units > 0)
            offer.UsedOn[match.Day] = offer.UsedOn.GetValueOrDefault(match.Day) + units;
        offer.LastUsed = Later(offer.LastUsed, match.EndedAt ?? now);
        // Nothing of it is promised any more.
        if (offer.OneTime && (match.DeliveredAt ?? match.EndedAt) is { } over)
            (offer.Status, offer.EndedAt) = ("ended", over);
    }

    private string Origin() => dice.Chance(0.05) ? "team" : "matcher";

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Sooner(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
