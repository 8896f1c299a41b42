using System.Text.RegularExpressions;
using MutualAid.Server.Tests.Privacy;

namespace MutualAid.Server.Tests.Teams;

/// <summary>
/// Role by role, route by route, area by area: what a team's role opens, and that everything else is to it as if it had never
/// been there. A route without a row in <see cref="MatrixRows"/> fails.
/// </summary>
public sealed partial class MatrixTests(MatrixWorld world) : IClassFixture<MatrixWorld>
{
    private static readonly Where[] Reached = [Where.Own, Where.Below];
    private static readonly Where[] Others = [Where.Above, Where.Sibling, Where.OtherRoot];

    [Fact]
    public void every_route_with_an_id_has_a_row()
    {
        var routes = PlacePrivacyTests.Routes(world).Where(MatrixRows.Needs).ToList();
        Assert.True(routes.Count > 60, "the route table could not be read");
        var rows = MatrixRows.All.Select(row => row.Route).Concat(MatrixRows.Own).ToHashSet();
        var without = routes.Where(route => !rows.Contains(route));
        Assert.True(
            !without.Any(),
            $"These routes have no row in Teams/MatrixRows.cs: {string.Join(", ", without)}. Say for each whom it answers more than "
                + "somebody without a role, and how it is asked about a place."
        );
        Assert.Empty(rows.Except(PlacePrivacyTests.Routes(world)));
    }

    [Fact]
    public async Task what_a_role_does_not_reach_answers_as_what_was_never_there_and_nothing_changes()
    {
        string before = await world.Everything();
        var wrong = await ForEachActor(async actor =>
        {
            var found = new List<string>();
            foreach (var row in MatrixRows.All.Where(row => row.Tells is null))
            {
                var never = await Answers(actor, row, Where.Unknown);
                foreach (string answer in never)
                    if (!IsClosed(actor, row, answer))
                        found.Add(
                            $"{actor}: {row.Route}, of what was never there: {MatrixAnswer.Short(answer)}"
                        );
                foreach (var where in Others.Concat(Reached.Where(_ => !Opened(actor, row))))
                {
                    var answers = await Answers(actor, row, where);
                    for (int i = 0; i < answers.Count; i++)
                        if (i >= never.Count ? !IsClosed(actor, row, answers[i]) : answers[i] != never[i])
                            found.Add(
                                $"{actor}: {row.Route}, {where}: {MatrixAnswer.Apart(answers[i], never.ElementAtOrDefault(i) ?? "404")}"
                            );
                }
            }
            return found;
        });
        Assert.True(wrong.Count == 0, Told(wrong));
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task what_everybody_reads_tells_a_team_of_its_own_only()
    {
        var rows = MatrixRows.All.Where(row => row.Tells is not null).ToList();
        var open = new Dictionary<(string Route, Where), List<string>>();
        foreach (var row in rows)
        foreach (var where in Reached.Concat(Others))
            open[(row.Route, where)] = await Answers(world["resident"], row, where);
        var wrong = await ForEachActor(async actor =>
        {
            var found = new List<string>();
            foreach (var row in rows)
            foreach (var where in Reached.Concat(Others))
            {
                var answers = await Answers(actor, row, where);
                bool more = row.Tells!.Length > 0 && Opened(actor, row) && Reached.Contains(where);
                for (int i = 0; i < answers.Count; i++)
                {
                    string resident = open[(row.Route, where)][i];
                    if (
                        row.Tells.Length > 0
                        && answers[i].Contains(row.Tells, StringComparison.Ordinal) != more
                    )
                        found.Add(
                            $"{actor}: {row.Route}, {where}, {(more ? "does not tell" : "tells")} {row.Tells}"
                        );
                    // Signed out one is answered from another cache.
                    if (!more && actor.Name != "nobody" && answers[i] != resident)
                        found.Add(
                            $"{actor}: {row.Route}, {where}: {MatrixAnswer.Apart(answers[i], resident)}"
                        );
                    if (Foreign(actor, answers[i], "") is { Length: > 0 } word)
                        found.Add($"{actor}: {row.Route}, {where}, tells {word}");
                }
            }
            return found;
        });
        Assert.True(wrong.Count == 0, Told(wrong));
    }

    [Fact]
    public async Task a_role_reads_its_own_area_and_those_below_and_no_word_of_another()
    {
        int read = 0;
        var wrong = await ForEachActor(async actor =>
        {
            var found = new List<string>();
            foreach (
                var row in MatrixRows.All.Where(row => row.Reads && row.Tells is null && Opened(actor, row))
            )
            foreach (var where in Reached)
            foreach (var call in row.Calls(world.Spots[where]))
            {
                string answer = await MatrixAnswer.Of(actor, row.Opens == Opens.Key, row.Form, call);
                Interlocked.Increment(ref read);
                if (!answer.StartsWith("200\n", StringComparison.Ordinal))
                    found.Add($"{actor}: {call}: {MatrixAnswer.Short(answer)}");
                if (Foreign(actor, answer, $"{call}", desk: true) is { Length: > 0 } word)
                    found.Add($"{actor}: {call} tells {word}");
            }
            return found;
        });
        Assert.True(wrong.Count == 0, Told(wrong));
        Assert.True(read > 100, $"{read} answers");
    }

    [Fact]
    public async Task what_lies_elsewhere_is_never_there_in_what_is_asked_about_ones_own()
    {
        var own = world.Spots[Where.Own];
        string before = await world.Everything(asked: true);
        var wrong = await ForEachActor(async actor =>
        {
            var found = new List<string>();
            foreach (var row in MatrixRows.Mixed)
            {
                async Task<string> Answer(Spot at) =>
                    Asking()
                        .Replace(
                            MatrixAnswer.Same(
                                await MatrixAnswer.Of(
                                    actor,
                                    row.By == Opens.Key,
                                    row.Form,
                                    row.Call(own, at)
                                ),
                                at
                            ),
                            ""
                        );
                string never = await Answer(world.Spots[Where.Unknown]);
                if (Opened(actor, row.By) && !never.StartsWith($"{row.Status}\n", StringComparison.Ordinal))
                    found.Add($"{actor}: {row.Name}: {MatrixAnswer.Short(never)}");
                foreach (var where in Others)
                {
                    string answer = await Answer(world.Spots[where]);
                    if (answer != never)
                        found.Add($"{actor}: {row.Name}, {where}: {MatrixAnswer.Apart(answer, never)}");
                }
            }
            return found;
        });
        Assert.True(wrong.Count == 0, Told(wrong));
        Assert.Equal(before, await world.Everything(asked: true));
    }

    // Else a call that is wrong in itself would be 404 for everybody, and show nothing.
    [Fact]
    public async Task what_a_role_opens_acts_as_well()
    {
        var wrong = new List<string>();
        var actor = world["administrator"];
        Spot? spot = null;
        foreach (
            var row in MatrixRows.All.Where(row =>
                !row.Reads && row.Opens != Opens.Nobody && row.Tells is null
            )
        )
            for (int i = 0; i < row.Calls(world.Spots[Where.Own]).Count(); i++)
            {
                spot ??= await world.NewSpot(Where.Own, MatrixWorld.Ward, 105.810371, 21.045371);
                var call = row.Calls(spot).ElementAt(i);
                string answer = await MatrixAnswer.Of(actor, row.Opens == Opens.Key, row.Form, call);
                // A step of a match may be another side's to take.
                if (
                    answer[..3] is "401" or "404" or "500"
                    || (answer[..3] == "403" && !row.Route.Contains("/matches/", StringComparison.Ordinal))
                )
                    wrong.Add($"{call}: {MatrixAnswer.Short(answer)}");
                // What an act has taken away is not there for the next.
                if (Takes().IsMatch(call.Path))
                    spot = null;
            }
        Assert.True(wrong.Count == 0, Told(wrong));
    }

    [Fact]
    public async Task whoever_takes_back_a_batch_that_went_further_hears_of_their_own_needs_only()
    {
        var district = await world.NewPerson("Quản trị", ("administrator", Places.WestDistrict));
        var own = await world.NewSpot(Where.Own, MatrixWorld.Ward, 105.810371, 21.045371);
        var beside = await world.NewSpot(Where.Sibling, Places.SouthWest, 105.821374, 21.011374);
        var batch = await district
            .Post("/api/team/acts", new { act = "hide", ids = new[] { own.Live, beside.Live } })
            .Is(System.Net.HttpStatusCode.OK);
        string answer = await MatrixAnswer.Of(
            world["teamLead"],
            false,
            false,
            new Call(HttpMethod.Post, $"/api/team/acts/{batch.Text("batchId")}/undo", "{}")
        );
        Assert.Contains($"{own.Live}", answer, StringComparison.Ordinal);
        Assert.DoesNotContain($"{beside.Live}", answer, StringComparison.Ordinal);
        Assert.True(
            await world.Look<bool>(
                "select (select hidden_at is null from request where id = @own) and (select hidden_at is not null from request where id = @beside)",
                new { own = own.Live, beside = beside.Live }
            )
        );
    }

    private static bool Opened(Actor actor, MatrixRow row) => Opened(actor, row.Opens);

    private static bool Opened(Actor actor, Opens opens) =>
        actor.Role is { } role
        && opens switch
        {
            Opens.Team or Opens.Key => role != "operator",
            Opens.Granting => role is "teamLead" or "administrator",
            Opens.Moderating => role is "moderator" or "administrator",
            _ => false,
        };

    // Not there; to whoever is signed out, the way to sign in, or that their form is nobody's.
    private static bool IsClosed(Actor actor, MatrixRow row, string answer) =>
        row.Opens == Opens.Key && actor.DeadKey ? answer[..3] == "401"
        : actor.Name != "nobody" || row.Opens == Opens.Key ? answer[..3] == "404"
        : answer[..3] is "401" or "403" or "404"
            // What was typed waits for them behind the form by which they sign in.
            || (row.Form && answer.Contains("action=\"/sign-in\"", StringComparison.Ordinal))
            || (
                answer[..3] == "303"
                && answer.Contains("Location: /sign-in?return=", StringComparison.Ordinal)
            );

    private async Task<List<string>> Answers(Actor actor, MatrixRow row, Where where)
    {
        var spot = world.Spots[where];
        var answers = new List<string>();
        foreach (var call in row.Calls(spot))
            answers.Add(
                MatrixAnswer.Same(await MatrixAnswer.Of(actor, row.Opens == Opens.Key, row.Form, call), spot)
            );
        return answers;
    }

    // A word or an id that only another area's team may read; "" when there is none.
    private string Foreign(Actor actor, string answer, string asked, bool desk = false)
    {
        string plain = Blanks().Replace(answer, "");
        foreach (var spot in world.Spots.Values)
        {
            if (Opened(actor, Opens.Team) && Reached.Contains(spot.Where))
                continue;
            foreach (string secret in spot.Secrets)
                if (plain.Contains(secret, StringComparison.Ordinal))
                    return secret;
            foreach (var id in desk ? spot.DeskIds : spot.PrivateIds)
                if (
                    plain.Contains($"{id}", StringComparison.Ordinal)
                    && !asked.Contains($"{id}", StringComparison.Ordinal)
                )
                    return $"{id}";
        }
        return "";
    }

    private async Task<List<string>> ForEachActor(Func<Actor, Task<List<string>>> look) =>
        [.. (await Task.WhenAll(world.Actors.Select(look))).SelectMany(found => found)];

    private static string Told(List<string> wrong) =>
        $"{wrong.Count} answers are not as the matrix says:\n{string.Join("\n\n", wrong.Take(12))}";

    [GeneratedRegex("hand-over|suspend|vouch|roles|withdraw|/fail|dispute|hide$")]
    private static partial Regex Takes();

    // Who has asked the log is the only thing that asking it changes.
    [GeneratedRegex(
        "\"asked\":\\[.*?\\]|<section aria-labelledby=\"asked\">.*?</section>",
        RegexOptions.Singleline
    )]
    private static partial Regex Asking();

    [GeneratedRegex("\\s+|&#xA0;|&nbsp;")]
    private static partial Regex Blanks();
}
