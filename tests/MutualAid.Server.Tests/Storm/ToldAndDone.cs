namespace MutualAid.Server.Tests.Storm;

/// <summary>What people were told is what was written: no step lost, none done behind an error, none done twice.</summary>
internal static class ToldAndDone
{
    /// <param name="steps">How often each step was seen by <see cref="MatchHistory"/>.</param>
    public static void AnsweredWhatHappened(this StormActs doing, Dictionary<string, int> steps)
    {
        int Told(params string[] answers) => answers.Sum(answer => doing.Answers.GetValueOrDefault(answer));
        int Done(string to, params string[] by) =>
            steps
                .Where(step =>
                    by.Length == 0
                        ? step.Key.EndsWith(to, StringComparison.Ordinal)
                        : by.Any(party => step.Key.EndsWith($"{to} by {party}", StringComparison.Ordinal))
                )
                .Sum(step => step.Value);

        Assert.Equal(doing.Claimed.Count, Done("– → accepted"));
        Assert.Equal(Told("accept 200"), Done("proposed → accepted"));
        Assert.Equal(Told("decline 200"), Done("→ declined", "giver"));
        Assert.Equal(Told("setOut 200"), Done("→ onTheWay"));
        Assert.Equal(
            Told("deliver 200", "deliverLate 200"),
            Done("→ delivered")
                + Done("accepted → confirmed")
                + Done("onTheWay → confirmed")
                + Done("lapsed → confirmed")
        );
        Assert.Equal(Told("fail 200"), Done("→ failed", "giver"));
        Assert.Equal(Told("dispute 200"), Done("→ failed", "receiver", "team"));
        Assert.Equal(Told("withdraw 200"), Done("→ withdrawn", "giver", "receiver", "team"));
    }
}
