using MutualAid.Server.Web;

namespace MutualAid.Server.Rounds;

/// <summary>Why a need waits.</summary>
/// <param name="Code">
/// The first that holds: <c>asking</c> (givers are being asked) · <c>noOffer</c> (nobody within reach offers it) · <c>allFull</c>
/// (all that is offered is used up, or today's is) · <c>tooSmall</c> (nobody has room for an indivisible need's units at once) ·
/// <c>allResting</c> (out of their hours, paused, off duty, on a trip, or left in peace for a while) · <c>allAsked</c> (who is
/// left cannot be asked for this one, or has been) · <c>inTurn</c> (somebody is free: others are served first, or the next
/// round decides).
/// </param>
/// <param name="Args">
/// Of <c>asking</c>: how many givers, and when the last of them will have answered, in seconds since 1970. Else none.
/// </param>
public sealed record Waiting(string Code, IReadOnlyList<long> Args)
{
    /// <summary>As a sentence for whoever waits.</summary>
    public string Text(string locale) =>
        Args is [var givers, var respondBy]
            ? Texts.Of(
                locale,
                $"waiting.{Code}.{(givers == 1 ? "one" : "other")}",
                givers,
                Say.At(locale, DateTimeOffset.FromUnixTimeSeconds(respondBy))
            )
            : Texts.Of(locale, $"waiting.{Code}");
}
