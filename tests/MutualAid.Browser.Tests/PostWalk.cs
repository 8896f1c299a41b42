namespace MutualAid.Browser.Tests;

/// <summary>Posting by pages, as somebody does who answers one question after the other for their own household.</summary>
internal static class PostWalk
{
    public static async Task WalksToCheck(this Phone phone, string kind, string quantity, string? ward)
    {
        await phone.Go("/requests/new");
        await phone.AnswersToCheck(kind, quantity, ward);
    }

    /// <summary>From the first question on. No ward: it is filled in already.</summary>
    public static async Task AnswersToCheck(this Phone phone, string kind, string quantity, string? ward)
    {
        await phone.Tick(kind);
        await phone.Press(phone.Words("post.next"));
        await phone.Fill(phone.Words("post.quantity"), quantity);
        await phone.Press(phone.Words("post.next"));
        await phone.Press(phone.Words("post.next"));
        if (ward is not null)
            await phone.Fill(phone.Words("place.ward"), ward);
        await phone.Press(phone.Words("post.next"));
        await phone.Press(phone.Words("post.check"));
        await phone.Sees(phone.Words("post.checkTitle"));
    }
}
