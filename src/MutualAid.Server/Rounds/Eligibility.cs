namespace MutualAid.Server.Rounds;

/// <summary>
/// Who may be asked for what: the hard rules, as parts of statements. Public locations only. The door judges each again: it
/// may have changed by then.
/// </summary>
/// <remarks>
/// <c>offset 0</c> keeps a condition a look-up of one row: as a join it would be planned by statistics from before the last
/// round, when nothing was proposed yet, and walk all proposals for each giver. Aliases are the same in all parts: r a
/// request, o an offer or whatever has its <c>account_id</c>; <c>@now</c> is the time.
/// </remarks>
public static class Eligibility
{
    /// <summary>Live, seen, and with units that nobody has promised.</summary>
    internal const string RequestWaits = """
        r.end_status is null and r.hidden_at is null and r.unmet > 0 and r.expires_at > @now
        """;

    internal const string GiverMayBeAsked = $"""
        exists (select 1 from account a
                where a.id = o.account_id and a.on_duty and a.suspended_at is null and a.erased_at is null offset 0)
        and not exists (select 1 from match m
                        where m.giver_account_id = o.account_id and m.status in ('proposed', 'accepted', 'onTheWay') offset 0)
        and {GiverRest.IsOver}
        """;

    /// <summary>Not one's own, not blocked either way, not asked before to no avail. The cheap look first: few pairs have met.</summary>
    internal const string PairMayBeAsked = """
        r.account_id <> o.account_id
        and not exists (select 1 from block b where b.account_id = r.account_id and b.blocked_account_id = o.account_id offset 0)
        and not exists (select 1 from block b where b.account_id = o.account_id and b.blocked_account_id = r.account_id offset 0)
        and (not exists (select 1 from match m where m.request_id = r.id and m.giver_account_id = o.account_id offset 0)
             or not pair_rests(@now, r.id, o.account_id))
        """;

    /// <summary>
    /// Free today: the day has a row once it has been used. A day with matches from before the offer counted by day has none
    /// and looks freer than it is; the door knows.
    /// </summary>
    internal const string FreeToday = """
        cross join lateral (
          select least(coalesce(o.free, 1000000),
            coalesce((select d.free from offer_day d
                      where d.offer_id = o.id and d.day = (@now at time zone root.time_zone)::date and d.root_area_id = o.root_area_id),
                     o.per_day, 1000000)) as free) today
        """;

    /// <summary>
    /// How many households a giver may be sent to: a known one is no new opening (may_open in the door), but before the
    /// first confirmed delivery there is one at a time, known or not. A team's vouch counts as that delivery; in which root
    /// area is the door's to judge: givers are of one.
    /// </summary>
    internal const string Openings = """
        cross join lateral (
          select case when standing.confirmed then setting.households_a_day - opened.households
                      else setting.households_before_first - opened.households end as new_households,
                 standing.confirmed
          from (select count(*) as households from household_opened h
                where h.giver_account_id = o.account_id and h.opened_at > @now - interval '24 hours') opened,
               (select exists (select 1 from match m where m.giver_account_id = o.account_id and m.status = 'confirmed' offset 0)
                       or exists (select 1 from vouch v where v.account_id = o.account_id and v.revoked_at is null and vouch_counts(v, @now) offset 0) as confirmed) standing
          offset 0
        ) openings
        """;

    internal const string MayOpen = """
        (openings.new_households > 0
         or exists (select 1 from household_opened h
                    where h.giver_account_id = o.account_id and h.household_id = r.household_id
                      and h.opened_at > @now - interval '24 hours' offset 0))
        """;

    /// <summary>With no new household left only known ones come through <see cref="MayOpen"/>, and those are free.</summary>
    internal const string Households = """
        (case when not openings.confirmed then 1
              when openings.new_households > 0 then openings.new_households
              else setting.matches_a_trip end)::int
        """;

    internal const string Load = """
        (select count(*) from match m where m.giver_account_id = o.account_id and m.created_at > @now - interval '24 hours')::int
        """;

    internal const string Settings = """
        setting as materialized (
          select setting('open_proposals_urgent')::int as open_proposals, setting('matches_a_trip')::int as matches_a_trip,
                 setting('households_before_first_confirmed')::int as households_before_first,
                 setting('households_a_day')::int as households_a_day)
        """;
}
