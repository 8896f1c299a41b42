namespace MutualAid.Server.Rounds;

/// <summary>
/// When the matcher leaves a giver in peace: for a while after a refusal, and past so many asks a week. What a giver claims
/// and what a team proposes is not held up by it: those are people who have spoken with each other.
/// </summary>
/// <remarks>
/// A refusal is a no, or an ask that ran out unanswered; who asked does not matter, since whoever is away is away for all.
/// What the service took back (filled, ended, blocked) refuses nothing. Each condition is a look-up of a few rows in an index
/// that begins with the giver; <c>offset 0</c> keeps it one, as in <see cref="Eligibility"/>.
/// </remarks>
public static class GiverRest
{
    /// <summary>Nothing refused lately. Takes <c>o.account_id</c> (a row of an offer, or of givers) and <c>@now</c>.</summary>
    public const string NotQuiet = """
        not exists (select 1 from match m
                    where m.giver_account_id = o.account_id and m.status in ('declined', 'lapsed') and m.accepted_at is null
                      and m.ended_at > @now - (select setting('quiet_minutes_after_refusal')) * interval '1 minute' offset 0)
        """;

    /// <summary>Trips, not matches: five needs on one way are asked, and ring the phone, once.</summary>
    public const string BelowWeeklyCap = """
        (select count(distinct m.trip_id) from match m
         where m.giver_account_id = o.account_id and m.origin = 'matcher' and m.created_at > @now - interval '7 days')
          < (select setting('asks_a_week'))
        """;

    /// <summary>
    /// The matcher may ask this giver again. Takes <c>o.account_id</c> (a row of an offer, or of givers) and <c>@now</c>.
    /// </summary>
    public const string IsOver = $"{NotQuiet} and {BelowWeeklyCap}";
}
