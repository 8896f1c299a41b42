namespace MutualAid.Server.Accounts;

/// <summary>Which part of the day's codes one is taken from; <see cref="None"/>: nothing is sent.</summary>
public enum CodeShare
{
    None,
    Open,
    Quiet,
    Account,
}

/// <summary>What is done with somebody who asks for a code.</summary>
/// <param name="Refused">Said to the asker: the same whether or not the number has an account. Null: the code is sent.</param>
/// <param name="Spent">Nothing is left for anybody, so nobody's code is sent.</param>
public readonly record struct CodeVerdict(CodeShare Share, TimeSpan? Refused = null, bool Spent = false);

/// <summary>
/// What was sent in the last day, and how much of what was sent lately was used: of all, and of those near this asker and this
/// number. One question at four scales: of the codes sent, were too few used? Whoever floods cannot read the messages.
/// </summary>
public sealed class CodeFigures
{
    // After it every code that is on its way now was used or never will be.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public long Open { get; init; }
    public long Quiet { get; init; }
    public long Account { get; init; }
    public long QuietThisHour { get; init; }
    public DateTimeOffset? Oldest { get; init; }
    public long Sent { get; init; }
    public long Used { get; init; }
    public long NearSent { get; init; }
    public long NearUsed { get; init; }
    public long WideSent { get; init; }
    public long WideUsed { get; init; }
    public long RangeSent { get; init; }
    public long RangeUsed { get; init; }
    public double ADay { get; init; }
    public double ForAccounts { get; init; }
    public double ForQuiet { get; init; }
    public double UsedPercent { get; init; }
    public double Unjudged { get; init; }
    public double UnjudgedNear { get; init; }
    public double UnjudgedWide { get; init; }
    public double UnjudgedRange { get; init; }

    public long SentToday => Open + Quiet + Account;

    /// <summary>Too few of the codes sent lately were used.</summary>
    public bool Alarm => TooFew(Sent, Used, Unjudged);

    /// <summary>Enough were used, with some to spare: two who look at once must not see it end and begin by turns.</summary>
    public bool Calm => !TooFew(Sent + 20 + (long)(Unjudged / 10), Used, Unjudged);

    private bool QuietPlace =>
        !TooFew(NearSent, NearUsed, UnjudgedNear)
        && !TooFew(WideSent, WideUsed, UnjudgedWide)
        && !TooFew(RangeSent, RangeUsed, UnjudgedRange);

    /// <param name="known">
    /// The number has an account. It decides what is sent and from which part, never what is said: that would tell.
    /// </param>
    public CodeVerdict Judge(bool known, DateTimeOffset now)
    {
        if (SentToday >= ADay)
            return new CodeVerdict(CodeShare.None, (Oldest ?? now) + TimeSpan.FromDays(1) - now, Spent: true);
        if (!Alarm && Open < ADay - ForAccounts - ForQuiet)
            return new CodeVerdict(CodeShare.Open);
        if (QuietPlace && Quiet < ForQuiet && QuietThisHour < ForQuiet / 6)
            return new CodeVerdict(known && Account < ForAccounts ? CodeShare.Account : CodeShare.Quiet);
        if (Account >= ForAccounts)
            return new CodeVerdict(CodeShare.None, Life, Spent: true);
        return new CodeVerdict(known ? CodeShare.Account : CodeShare.None, Life);
    }

    // With the one that is asked for now: after so many that are not judged, each further one needs its share of used ones.
    private bool TooFew(long sent, long used, double unjudged) =>
        used * 100 < UsedPercent * (sent + 1 - unjudged);
}
