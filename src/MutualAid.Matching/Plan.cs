namespace MutualAid.Matching;

/// <summary>Whom to ask for what. Positions are those of the <see cref="Instance"/>.</summary>
public sealed record Plan(IReadOnlyList<PlannedMatch> Matches);

/// <summary>So many units of one offer for one request; matches with the same trip are proposed to one giver together.</summary>
public readonly record struct PlannedMatch(int Request, int Offer, int Units, int Trip, int Metres);
