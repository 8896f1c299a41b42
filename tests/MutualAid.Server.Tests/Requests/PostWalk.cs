using System.Net;

namespace MutualAid.Server.Tests.Requests;

/// <summary>Posting by pages, as somebody does who answers one question after the other.</summary>
internal static class PostWalk
{
    /// <summary>Which question the page asks; <c>check</c> for the answers.</summary>
    public static string? Step(this Visitor browser) => browser.Page["step"];

    /// <summary>Answers the question that is shown and goes on to this one.</summary>
    public static async Task Answer(
        this Visitor browser,
        string next,
        params (string Field, string? Value)[] typed
    )
    {
        await browser.Press("next", typed);
        Assert.True(browser.Step() == next, $"not {next} but {browser.Step()}: {browser.Page.Text}");
        Assert.Equal(HttpStatusCode.OK, browser.Page.Status);
    }

    /// <summary>From nothing to the answers, for the writer's own household.</summary>
    public static async Task WalkToCheck(
        this Visitor browser,
        string category = "food",
        string quantity = "4",
        string ward = "phuong song"
    )
    {
        await browser.Get("/requests/new");
        await browser.Answer("much", ("needs[0].category", category));
        await browser.Answer("who", ("needs[0].quantity", quantity), ("needs[0].details", "sữa cho bé"));
        await browser.Answer("where", ("people", "3"));
        await browser.Answer("notes", ("ward", ward), ("address", "12 ngõ 3 phố Thử"));
        await browser.Answer("check", ("publicNote", "nhà có bé"), ("note", "gọi cửa sau"));
    }
}
