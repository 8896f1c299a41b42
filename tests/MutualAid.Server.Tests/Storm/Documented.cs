namespace MutualAid.Server.Tests.Storm;

/// <summary>What each act of the storm may be answered with: the status and, of a problem, its kind. Nothing else is expected, 5xx never.</summary>
internal static class Documented
{
    // Whoever was erased meanwhile; the key that is still running; somebody else's or not there.
    private static readonly string[] Always = ["410 erased", "404 notFound"];

    private static readonly string[] Step =
    [
        "200",
        "403 suspended",
        "409 stepImpossible",
        "409 requestEnded",
    ];

    private static readonly Dictionary<string, string[]> ByAct = new()
    {
        ["claim"] =
        [
            "201",
            "400 invalid",
            "403 suspended",
            "409 requestEnded",
            "409 taken",
            "409 offerClosed",
            "409 offerUsedUp",
            "422 ownRequest",
            "422 indivisible",
            "422 otherCategory",
            "429 openings",
        ],
        ["accept"] = [.. Step, "409 filled", "429 openings"],
        ["decline"] = Step,
        ["setOut"] = Step,
        ["deliver"] =
        [
            .. Step,
            "400 invalid",
            "409 nothingLeft",
            "409 codeSpent",
            "422 wrongCode",
            "422 indivisible",
        ],
        ["confirm"] = Step,
        ["dispute"] = [.. Step, "409 disputeTooLate"],
        ["fail"] = Step,
        ["withdraw"] = Step,
        ["editRequest"] = ["200", "409 quantityTaken", "409 requestOver", "412 stale"],
        ["renew"] = ["200", "409 requestOver", "409 renewTooLate"],
        ["withdrawRequest"] = ["200", "409 requestOver"],
        ["pause"] = ["200", "409 offerClosed"],
        ["resume"] = ["200", "409 offerClosed"],
        ["withdrawOffer"] = ["200", "409 offerClosed"],
        ["editOffer"] = ["200", "409 belowUsed", "409 offerClosed", "412 stale"],
        ["onDuty"] = ["200", "412 stale"],
        ["onDuty:read"] = ["200"],
        ["block"] = ["204", "400 invalid"],
        ["unblock"] = ["204", "400 invalid"],
        ["newRequest"] = ["201", "403 mayNotPost", "429 tooMany"],
        ["newOffer"] = ["201", "403 suspended", "429 tooMany"],
        ["contact"] = ["200", "409 contactClosed"],
        ["read"] = ["200"],
        ["erase"] = ["204"],
    };

    public static IEnumerable<string> Acts => ByAct.Keys;

    public static IReadOnlyCollection<string> Answers(string act) =>
        act.EndsWith(":read", StringComparison.Ordinal) ? ["200", .. Always]
        : act == "claimTwice" ? [.. ByAct["claim"], .. Always, "409 stillRunning"]
        : act == "deliverLate" ? [.. ByAct["deliver"], .. Always]
        : [.. ByAct[act], .. Always];
}
