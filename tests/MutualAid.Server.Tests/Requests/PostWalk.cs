using System.Net;
using MutualAid.Server.Tests.Web;

namespace MutualAid.Server.Tests.Requests;

/// <summary>Posting by pages, as somebody does who answers one question after the other.</summary>
internal static class PostWalk
{
    /// <summary>Which question the page asks; <c>check</c> for the answers.</summary>
    public static string? Step(this PlainBrowser browser) => browser["step"];

    /// <summary>Answers the question that is shown and goes on to this one.</summary>
    public static async Task Answer(
        this PlainBrowser browser,
        string next,
        params (string Field, string? Value)[] typed
    )
    {
        await browser.Press("next", typed);
        Assert.True(browser.Step() == next, $"not {next} but {browser.Step()}: {browser.Text}");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
    }

    /// <summary>From nothing to the answers, for the writer's own household.</summary>
    public static async Task WalkToCheck(
        this PlainBrowser browser,
        string category = "food",
        string quantity = "4",
        string ward = "phuong song"
    )
    {
        await browser.Go("/requests/new");
        await browser.Answer("much", ("needs[0].category", category));
        await browser.Answer("who", ("needs[0].quantity", quantity), ("needs[0].details", "sữa cho bé"));
        await browser.Answer("where", ("people", "3"));
        await browser.Answer("notes", ("ward", ward), ("address", "12 ngõ 3 phố Thử"));
        await browser.Answer("check", ("publicNote", "nhà có bé"), ("note", "gọi cửa sau"));
    }
}
