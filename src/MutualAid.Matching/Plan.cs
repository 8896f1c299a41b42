namespace MutualAid.Matching;

internal static class Placeholder;
