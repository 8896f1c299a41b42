namespace MutualAid.Server.Rounds;

/// <summary>How likely a giver says yes to the next ask: what plans with several givers for one need reckon with.</summary>
/// <remarks>
/// The mean of a Beta posterior: p = (accepted + a) / (answered + a + b), with a prior of mean 0.32 and the weight of five
/// asks, a = 1.6 and b = 3.4. Volunteers are known to answer 17 to 47 % of what they are asked; the prior is the middle of
/// that, and ten answers of one's own weigh twice as much. Only the matcher's asks count: a team's are arranged by phone, a
/// claim is nobody's ask. One that ended otherwise (filled by somebody quicker, withdrawn) says nothing about the giver, and
/// neither does what became of a yes.
/// </remarks>
public static class Acceptance
{
    /// <summary>
    /// A probability from 0.05 (nobody is written off) to 1, as double precision, of the latest 50 asks of 90 days. A scalar
    /// expression that takes <c>o.account_id</c> (a row of an offer, or of givers) and <c>@now</c>; at most a giver's asks of
    /// 90 days are read, backwards off <c>match_giver</c>, and seldom more than those fifty.
    /// </summary>
    public const string Probability = """
        (select least(1.0, greatest(0.05, (count(*) filter (where answer.yes) + 1.6) / (count(*) + 5.0)))::double precision
         from (select m.accepted_at is not null as yes
               from match m
               where m.giver_account_id = o.account_id and m.created_at > @now - interval '90 days' and m.origin = 'matcher'
                 and (m.accepted_at is not null or m.status in ('declined', 'lapsed'))
               order by m.created_at desc
               limit 50) answer)
        """;
}
